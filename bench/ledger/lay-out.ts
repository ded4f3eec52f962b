import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { signedCommit, unsignedCommit } from '../../src/adapters/git/commit.js';
import { documentCodec } from '../../src/adapters/git/document-codec.js';
import { newPrivateKey, type Signer, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { signSsh } from '../../src/adapters/git/ssh-signature.js';
import type { Oid } from '../../src/core/approval.js';
import type { Entry } from '../../src/core/grant.js';
import type { RequestId } from '../../src/core/request.js';
import { type Instant, instantOf } from '../../src/core/time.js';

/** A ledger that was laid out by raw means, and whose one commit is signed. */
export interface LaidOut {
  /** Bare. */
  readonly gitDir: string;
  readonly head: Oid;
  /** PEM; the key that the commit pins. */
  readonly key: string;
  readonly signer: Signer;
  /** Those that live, oldest first. */
  readonly active: readonly RequestId[];
}

export interface Sizes {
  /** All grants there ever were, the living ones included. */
  readonly past: number;
  readonly active: number;
  /** Changes the documents of those that live, which ended long ago and were decided by a policy that is nowhere. */
  readonly mend?: (text: string) => string;
}

/** What a repository sees at most: see `docs/decisions/0023`. */
const PER_DAY = 3_000;
const LAST_DAY = Date.UTC(2026, 10, 22) / 1_000;
const DAY_SECONDS = 86_400;

/** The entry of the spec page, as it is while it lives: four kilobytes. */
const TEXT = entryOfSpec();
const ENTRY = entryIn(TEXT);
const ENTRY_JSON = JSON.stringify(ENTRY);

export function entryOf(id: RequestId): Entry {
  return JSON.parse(ofItsOwn(ENTRY_JSON, id));
}

/** The same, a while after its end. */
export function endedEntryOf(id: RequestId): Entry {
  return ended(entryOf(id));
}

function ended({ holdings, events, ...frozen }: Entry): Entry {
  const at = '2026-11-22T20:00:00Z' as Instant;
  const entitlement = events.map((event) => event.entitlement).find((one) => one !== undefined) ?? '';
  return {
    ...frozen,
    holdings: holdings.map((one) => ({ ...one, state: 'ended', reason: 'expired' })),
    events: [...events, { event: 'ended', at, entitlement, reason: 'expired' }],
  };
}

const ENDED_TEXT = documentCodec.renderEntry(ended(ENTRY));

export function textOf(id: RequestId, state: 'active' | 'ended'): string {
  return ofItsOwn(state === 'ended' ? ENDED_TEXT : TEXT, id);
}

/** Another id, another person, other commits: as much as entries of one policy differ from each other. */
function ofItsOwn(text: string, id: RequestId): string {
  const digest = createHash('sha256').update(id).digest('hex').repeat(2);
  const shared = new Set(Object.values(ENTRY.decision.control));
  return text
    .replaceAll(ENTRY.id, id)
    .replaceAll(/[0-9a-f]{40}/g, (oid) =>
      shared.has(oid as Oid) ? oid : digest.slice(Number(oid[0]) || 0).slice(0, 40),
    )
    .replaceAll('alice', `alice-${id.slice(-7)}`);
}

/** The id of the grant of that number, of so many: the last one landed on the last day. */
export function idAt(index: number, past: number): RequestId {
  const day = instantOf(LAST_DAY - Math.floor((past - 1 - index) / PER_DAY) * DAY_SECONDS);
  return `${day.slice(0, 10).replaceAll('-', '/')}/ask-${String(index).padStart(7, '0')}` as RequestId;
}

/** Lays out a bare repository with such a ledger: the last grants live, the others are a line each, since nobody reads them. */
export async function layOut(folder: string, sizes: Sizes): Promise<LaidOut> {
  const { past, active } = sizes;
  mkdirSync(folder, { recursive: true });
  const gitDir = join(folder, 'ledger.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', gitDir]);
  const stream = join(folder, 'stream');
  writeStream(stream, sizes);
  const input = openSync(stream, 'r');
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: gitDir,
    stdio: [input, 'ignore', 'inherit'],
  });
  closeSync(input);
  const key = newPrivateKey('bench');
  const signer = signerFromPrivateKey(key);
  const tree = git(gitDir, ['rev-parse', 'refs/bench/layout^{tree}']) as Oid;
  const unsigned = unsignedCommit({
    tree,
    parent: null,
    at: instantOf(LAST_DAY),
    subject: `lay-out: ${past} grants`,
  });
  const commit = signedCommit(unsigned, await signSsh(unsigned, signer));
  const head = git(gitDir, ['hash-object', '-t', 'commit', '-w', '--stdin'], commit) as Oid;
  git(gitDir, ['update-ref', 'refs/heads/access-ledger', head]);
  git(gitDir, ['update-ref', '-d', 'refs/bench/layout']);
  const ids = Array.from({ length: active }, (_, index) => idAt(past - active + index, past));
  return { gitDir, head, key, signer, active: ids };
}

export function git(gitDir: string, args: readonly string[], input: string | Buffer = ''): string {
  return execFileSync('git', args, { cwd: gitDir, input, maxBuffer: 1 << 28 })
    .toString()
    .trim();
}

/** A copy that shares the files of the first one; git replaces files and never writes into one. */
export function copyOf(gitDir: string, to: string): string {
  execFileSync('cp', ['-al', gitDir, to]);
  return to;
}

function writeStream(path: string, { past, active, mend = (text) => text }: Sizes): void {
  const out = openSync(path, 'w');
  let parts: string[] = [];
  const flush = () => {
    writeSync(out, parts.join(''));
    parts = [];
  };
  parts.push('commit refs/bench/layout\ncommitter Bench <bench@example.com> 0 +0000\ndata 0\n\n');
  for (let index = 0; index < past; index += 1) {
    const id = idAt(index, past);
    const lives = index >= past - active;
    const text = lives ? mend(textOf(id, 'active')) : `id: ${id}\n`;
    parts.push(`M 100644 inline grants/${id}.yaml\ndata ${Buffer.byteLength(text)}\n${text}\n`);
    if (lives) parts.push(`M 100644 inline active/${id}\ndata 0\n\n`);
    if (parts.length > 2_000) flush();
  }
  flush();
  closeSync(out);
}

function entryOfSpec(): string {
  const page = readFileSync('docs/spec/ledger-entry.md', 'utf8');
  const text = /```yaml\n(version: 1\nid: [\s\S]*?)```/.exec(page)?.[1];
  if (text === undefined) throw new Error('The page of the ledger entry shows none.');
  return text
    .replace('state: ended', 'state: active')
    .replace(/\n {4}reason: expired/, '')
    .replace(/\n {2}- \{ event: (?:ending|ended), .*\}/g, '');
}

function entryIn(text: string): Entry {
  const parsed = documentCodec.parseEntry(Buffer.from(text), 'docs/spec/ledger-entry.md');
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}
