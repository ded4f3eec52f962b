import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { signedCommit, unsignedCommit } from '../../../src/adapters/git/commit.js';
import { objectId } from '../../../src/adapters/git/new-object.js';
import type { Signer } from '../../../src/adapters/git/ssh-key.js';
import { signSsh } from '../../../src/adapters/git/ssh-signature.js';
import type { Oid } from '../../../src/core/approval.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../../src/core/pull-request.js';
import { pathOfRequest } from '../../../src/core/request.js';
import type { Instant } from '../../../src/core/time.js';
import { CATALOG, PEOPLE } from './documents.js';
import { type LandedAt, pagesOf, type YearPage } from './pages.js';
import { type Planned, type PlannedRequest, planYear, type YearOptions } from './plan.js';

export interface Year {
  readonly grants: number;
  readonly refused: number;
  readonly commits: number;
}

/** Writes a year into an empty bare repository: `main` with what landed, `access-ledger` with what the app says of it. */
export async function writeYear(repo: string, signer: Signer, options: YearOptions): Promise<Year> {
  const planned = [...planYear(options)];
  const landed = writeBranch(repo, planned);
  const requests = planned.filter((one): one is PlannedRequest => 'request' in one);
  const pages = [firstPage(landed), ...requests.flatMap((one) => pagesOf(one, landed.of(one)))];
  const commits = await writeLedger(repo, inOrder(pages), signer);
  const refused = requests.filter(({ decision }) => decision.outcome !== 'approved').length;
  return { grants: requests.length, refused, commits };
}

/** By time; what is at the same time stays in its order. */
function inOrder(pages: readonly YearPage[]): readonly YearPage[] {
  return pages.toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
}

interface Landed {
  readonly first: { readonly commit: Oid; readonly at: Instant };
  of(request: PlannedRequest): LandedAt;
}

type Change = Planned | { readonly removes: PlannedRequest; readonly at: Instant };

/** The default branch: a commit for each change, in order of time. */
function writeBranch(repo: string, planned: readonly Planned[]): Landed {
  const removals = planned.flatMap((one): Change[] =>
    'removedAt' in one && one.removedAt !== undefined ? [{ removes: one, at: one.removedAt }] : [],
  );
  const changes: Change[] = [...planned, ...removals].toSorted((a, b) =>
    a.at === b.at ? 0 : a.at < b.at ? -1 : 1,
  );
  const stream = changes.map((change, index) =>
    commitText(
      'refs/heads/main',
      { mark: index + 1, at: change.at, subject: `change ${index}` },
      filesOf(change, index),
    ),
  );
  const ids = imported(repo, stream);
  const indexes = new Map<Change | PlannedRequest, number>();
  const removed = new Map<PlannedRequest, number>();
  changes.forEach((change, index) => {
    if ('removes' in change) removed.set(change.removes, index);
    else indexes.set(change, index);
  });
  return {
    first: { commit: ids[0] as Oid, at: changes[0]?.at as Instant },
    of(request) {
      const at = indexes.get(request) ?? 0;
      const removal = removed.get(request);
      return {
        commit: ids[at] as Oid,
        parent: ids[at - 1] as Oid,
        blob: blobId(request.content),
        control: { policy: blobId(request.policy), catalog: blobId(CATALOG), people: blobId(PEOPLE) },
        ...(removal === undefined ? {} : { removal: ids[removal] as Oid }),
      };
    },
  };
}

function blobId(text: string): Oid {
  return objectId('blob', Buffer.from(text));
}

type Writes = ReadonlyMap<string, string | null>;

function filesOf(change: Change, index: number): Writes {
  if ('removes' in change) return new Map([[pathOfRequest(change.removes.request.id), null]]);
  if ('request' in change) return new Map([[pathOfRequest(change.request.id), change.content]]);
  const control: [string, string][] =
    index === 0
      ? [
          [CATALOG_PATH, CATALOG],
          [PEOPLE_PATH, PEOPLE],
        ]
      : [];
  return new Map([...control, [POLICY_PATH, change.policy]]);
}

function firstPage({ first: { commit, at } }: Landed): YearPage {
  return {
    at,
    subject: 'start: cursor',
    writes: new Map([
      ['README.md', '# Access ledger\n'],
      ['cursor', `${commit}\n`],
    ]),
  };
}

interface Header {
  readonly mark: number;
  readonly at: Instant;
  readonly subject: string;
}

function commitText(ref: string, { mark, at, subject }: Header, writes: Writes): string {
  const who = `Hallpass <hallpass@users.noreply.github.com> ${Date.parse(at) / 1_000} +0000`;
  const files = [...writes].map(([path, text]) =>
    text === null ? `D ${path}\n` : `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  );
  const message = `data ${subject.length}\n${subject}\n`;
  return `commit ${ref}\nmark :${mark}\nauthor ${who}\ncommitter ${who}\n${message}${files.join('')}\n`;
}

function git(repo: string, args: readonly string[], input: Buffer = Buffer.alloc(0)): string {
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    LC_ALL: 'C',
  };
  const said = execFileSync('git', [`--git-dir=${repo}`, ...args], { env, input, maxBuffer: 1 << 28 });
  return said.toString().trim();
}

/** @returns the ids of the commits, in their order. */
function imported(repo: string, stream: readonly string[]): readonly string[] {
  const marks = join(repo, 'marks');
  git(repo, ['fast-import', '--quiet', `--export-marks=${marks}`], Buffer.from(stream.join('')));
  const ids = readFileSync(marks, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(1).split(' '));
  return ids.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, id = '']) => id);
}

const DRAFT = 'refs/heads/draft';

/** fast-import makes the trees; the commits, which are signed, are made here of these and packed. */
async function writeLedger(repo: string, pages: readonly YearPage[], signer: Signer): Promise<number> {
  imported(
    repo,
    pages.map(({ at, subject, writes }, index) =>
      commitText(DRAFT, { mark: index + 1, at, subject }, writes),
    ),
  );
  const trees = git(repo, ['log', '--topo-order', '--reverse', '--format=%T', DRAFT]).split('\n') as Oid[];
  const commits: Buffer[] = [];
  let parent: Oid | null = null;
  for (const [index, { at, subject }] of pages.entries()) {
    const unsigned = unsignedCommit({ tree: trees[index] as Oid, parent, at, subject });
    const signed = signedCommit(unsigned, await signSsh(unsigned, signer));
    commits.push(signed);
    parent = objectId('commit', signed);
  }
  git(repo, ['index-pack', '--stdin'], packOf(commits));
  git(repo, ['update-ref', 'refs/heads/access-ledger', `${parent}`]);
  git(repo, ['update-ref', '-d', DRAFT]);
  return commits.length;
}

/** A pack of commits (gitformat-pack(5)): a head, each object behind its type and size, and a sum. */
function packOf(commits: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK', 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(commits.length, 8);
  const body = Buffer.concat([
    head,
    ...commits.flatMap((bytes) => [objectHead(bytes.length), deflateSync(bytes, { level: 1 })]),
  ]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

const COMMIT = 1;

function objectHead(size: number): Buffer {
  const bytes = [(COMMIT << 4) | (size & 15)];
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}
