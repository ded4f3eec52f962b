import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { signedCommit, unsignedCommit } from '../../../src/adapters/git/commit.js';
import { openHistory } from '../../../src/adapters/git/history.js';
import type { Signer } from '../../../src/adapters/git/ssh-key.js';
import { signSsh } from '../../../src/adapters/git/ssh-signature.js';
import { providerKinds } from '../../../src/adapters/providers/index.js';
import {
  type Verification,
  type VerifyOptions,
  verifyLedger,
} from '../../../src/app/auditing/verify-ledger.js';
import type { Oid } from '../../../src/core/approval.js';
import type { BranchCommit, LedgerHistory } from '../../../src/ports/ledger-history.js';
import { newSigner, scratch } from '../../adapters/git/world.js';
import { NOON, type Page } from './audit-story.js';

export const SIGNER = newSigner();
export const SIGNERS = `hallpass@users.noreply.github.com namespaces="git" ${SIGNER.publicKey}\n`;

/** How a commit is made, when it is not made as the app would. */
export interface Making {
  readonly signer?: Signer | null;
  readonly parents?: (before: Oid | null) => readonly Oid[];
  /** Changes the signed bytes. */
  readonly bytes?: (signed: Buffer) => Buffer;
  /** Changes the bytes before they are signed. */
  readonly unsigned?: (unsigned: Buffer) => Buffer;
}

/** What was bound before: pages that are still the same become the same commits, and need not be made again. */
export interface Bound {
  readonly pages: readonly Page[];
  readonly commits: readonly Oid[];
}

export interface Binding {
  readonly making?: Readonly<Record<number, Making>>;
  readonly bound?: Bound;
  readonly branch?: string;
}

/** Makes commits of pages, the way the app does but for what the making says. */
export async function bind(
  repo: string,
  pages: readonly Page[],
  { making = {}, bound, branch = 'access-ledger' }: Binding = {},
): Promise<readonly Oid[]> {
  const files: Files = new Map();
  const commits: Oid[] = [];
  let same = bound !== undefined;
  for (const [index, one] of pages.entries()) {
    for (const [path, to] of one.writes) put(repo, files, path, to);
    same = same && one === bound?.pages[index] && making[index] === undefined;
    const known = same ? bound?.commits[index] : undefined;
    const draft = { tree: treeOf(repo, files), before: commits.at(-1) ?? null, subject: one.subject };
    commits.push(known ?? (await seal(repo, draft, making[index] ?? {})));
  }
  pointTo(repo, branch, `${commits.at(-1)}`);
  return commits;
}

export function pointTo(repo: string, branch: string, commit: string): void {
  writeFileSync(join(repo, 'refs/heads', branch), `${commit}\n`);
}

type Files = Map<string, { readonly mode: string; readonly oid: string }>;

function put(
  repo: string,
  files: Files,
  path: string,
  to: Page['writes'] extends Map<string, infer T> ? T : never,
): void {
  if (to === null) files.delete(path);
  else files.set(path, Buffer.isBuffer(to) ? { mode: '100644', oid: looseObject(repo, 'blob', to) } : to);
}

/** Writes trees as git lays them out: names in byte order, folders as if they ended in a slash. */
function treeOf(repo: string, files: Files): Oid {
  const own: [name: string, mode: string, oid: string][] = [];
  const folders = new Map<string, Files>();
  for (const [path, file] of files) {
    const slash = path.indexOf('/');
    if (slash < 0) own.push([path, file.mode, file.oid]);
    else {
      const folder = folders.get(path.slice(0, slash)) ?? new Map();
      folders.set(path.slice(0, slash), folder.set(path.slice(slash + 1), file));
    }
  }
  for (const [name, inside] of folders) own.push([name, '40000', treeOf(repo, inside)]);
  const key = ([name, mode]: readonly [string, string, string]) => (mode === '40000' ? `${name}/` : name);
  const entries = own
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map(([name, mode, oid]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]));
  return looseObject(repo, 'tree', Buffer.concat(entries));
}

/** Without a git process: hundreds of histories are made here. */
export function looseObject(repo: string, type: 'blob' | 'tree' | 'commit', bytes: Buffer): Oid {
  const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
  const oid = createHash('sha1').update(whole).digest('hex');
  const folder = join(repo, 'objects', oid.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, oid.slice(2));
  if (!existsSync(path)) writeFileSync(path, deflateSync(whole));
  return oid as Oid;
}

async function seal(
  repo: string,
  { tree, before, subject }: { readonly tree: Oid; readonly before: Oid | null; readonly subject: string },
  { signer = SIGNER, parents, bytes = (same) => same, unsigned: changed = (same) => same }: Making,
): Promise<Oid> {
  const draft = unsignedCommit({ tree, parent: before, at: NOON, subject }).toString('latin1');
  const lines = (parents?.(before) ?? (before === null ? [] : [before])).map(
    (parent) => `parent ${parent}\n`,
  );
  const text = draft.replace(/(?:parent [0-9a-f]+\n)?author/, `${lines.join('')}author`);
  const unsigned = changed(Buffer.from(text, 'latin1'));
  const made = signer === null ? unsigned : signedCommit(unsigned, await signSsh(unsigned, signer));
  return looseObject(repo, 'commit', bytes(made));
}

/** A copy to do something to; the original is kept for the others. */
export function copyOf(repo: string): string {
  const copy = join(scratch(), 'copy.git');
  cpSync(repo, copy, { recursive: true });
  return copy;
}

export async function verify(repo: string, options: Partial<VerifyOptions> = {}): Promise<Verification> {
  const history = options.history ?? (await openHistory(repo));
  try {
    const kinds = providerKinds;
    return await verifyLedger({
      signers: SIGNERS,
      kinds,
      defaultBranch: 'main',
      replay: true,
      ...options,
      history,
    });
  } finally {
    if (options.history === undefined) await history.close();
  }
}

/** One that is asked many times about the same default branch. That the copy itself is sound is another test's business. */
export async function sharedHistory(repo: string): Promise<LedgerHistory> {
  const history = await openHistory(repo);
  const main = await history.head('main');
  const landings: BranchCommit[] = [];
  if (main !== undefined) for await (const step of history.landings(main)) landings.push(step);
  return {
    ...history,
    flaws: async () => [],
    head: async (branch) => (branch === 'main' ? main : history.head(branch)),
    async *landings() {
      yield* landings;
    },
  };
}

/** The codes found, each once, in order. */
export async function codesOf(
  repo: string,
  options: Partial<VerifyOptions> = {},
): Promise<readonly string[]> {
  const result = await verify(repo, options);
  if (result.kind !== 'verified') return [result.reason];
  return [...new Set(result.findings.map(({ code }) => code))].sort();
}
