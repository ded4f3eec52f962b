import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Oid, parseOid } from '../../core/approval.js';
import type { TreeChange } from '../../core/pull-request.js';
import { Blocked, Retry } from '../../ports/fault.js';
import type { BranchCommit, Flaw, LedgerCommit, LedgerHistory } from '../../ports/ledger-history.js';
import { readLedgerObject } from './chain.js';
import { type Clone, openClone } from './clone.js';
import { commitWords } from './commit-words.js';
import { parseChange } from './diff.js';
import { branchRef } from './mirror.js';
import { objectId } from './new-object.js';
import { type Objects, openObjects } from './objects.js';
import { GitFailed, type Output, oneLine, runGit } from './run.js';
import type { Environment } from './sealed.js';

/** Commits looked at in one go: memory stays the same however long the history is. */
const AT_ONCE = 1_000;
const LONG = 3_600_000;

/** Opens a clone to be proved. @param directory of the clone, bare or not. */
export async function openHistory(directory: string, environment: Environment = {}): Promise<LedgerHistory> {
  const clone = await openClone(directory, environment);
  const objects = openObjects(clone.objects);

  return {
    flaws: () => flawsOf(clone),
    head: (branch) => headOf(clone, branch),
    defaultBranch: () => defaultBranchOf(clone),
    async *ledger(head, after) {
      if (after !== undefined) await refuseRewritten(clone, after, head);
      for await (const commits of steps(clone, head, { folders: [], after }))
        yield* await withObjects(objects, commits);
    },
    async *landings(head) {
      for await (const commits of steps(clone, head, { folders: ['access-requests', '.github/access'] }))
        yield* commits;
    },
    async length(head) {
      const { bytes } = await walkGit(clone, ['rev-list', '--first-parent', '--count', head]);
      return Number(bytes.toString('latin1'));
    },
    async about(commit) {
      const object = await objects.read(commit);
      const sound = object?.type === 'commit' && objectId('commit', object.content) === commit;
      return sound ? commitWords(object.content) : undefined;
    },
    async read(blob, limit) {
      const object = await objects.readUpTo(blob, limit);
      if (object?.type !== 'blob' || object.content === undefined) return undefined;
      return objectId('blob', object.content) === blob ? object.content : undefined;
    },
    idOf: (bytes) => objectId('blob', bytes),
    async close() {
      objects.close();
      await clone.close();
    },
  };
}

/** Everything about the copy that could make git show another history than the one that was pushed. */
async function flawsOf(clone: Clone): Promise<readonly Flaw[]> {
  const replaced = linesOf(
    await runGit(clone.refs, ['for-each-ref', '--format=%(refname)', 'refs/replace/']),
  );
  const flaws: Flaw[] = replaced.map((ref) => ({ flaw: 'replace_refs', detail: ref }));
  const files: readonly (readonly [Flaw['flaw'], string])[] = [
    ['grafts', join(clone.gitDir, 'info', 'grafts')],
    ['shallow', join(clone.gitDir, 'shallow')],
    ['alternates', join(clone.objectsDir, 'info', 'alternates')],
  ];
  for (const [flaw, path] of files) {
    if (existsSync(path) && readFileSync(path, 'latin1').trim() !== '') flaws.push({ flaw, detail: path });
  }
  return [...flaws, ...(await damage(clone))];
}

/** Recomputes every object's id: git trusts the names in a pack, and a copied pack may lie. */
async function damage(clone: Clone): Promise<readonly Flaw[]> {
  const heads = linesOf(
    await runGit(clone.refs, ['for-each-ref', '--format=%(objectname)', 'refs/heads/', 'refs/remotes/']),
  );
  const args = ['fsck', '--full', '--no-dangling', '--no-reflogs', '--no-progress', ...new Set(heads)];
  try {
    await runGit(clone.objects, args, { timeout: LONG });
    return [];
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    return [{ flaw: 'damaged_objects', detail: oneLine(error.stderr) }];
  }
}

/** The branch itself, or as it was last fetched when that is further on. */
async function headOf(clone: Clone, branch: string): Promise<Oid | undefined> {
  const ownRef = branchRef(branch);
  const fetchedRef = ownRef.replace('refs/heads/', 'refs/remotes/origin/');
  const format = '--format=%(objectname) %(refname)';
  const found = linesOf(await runGit(clone.refs, ['for-each-ref', format, ownRef, fetchedRef]));
  const at = (ref: string) => parseOid(found.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0] ?? '');
  const [own, fetched] = [at(ownRef), at(fetchedRef)];
  if (own === undefined || fetched === undefined || own === fetched) return own ?? fetched;
  const args = ['merge-base', '--is-ancestor', own, fetched];
  const { code } = await runGit(clone.objects, args, { codes: [0, 1, 128] });
  return code === 0 ? fetched : own;
}

async function defaultBranchOf(clone: Clone): Promise<string | undefined> {
  for (const [ref, prefix] of [
    ['refs/remotes/origin/HEAD', 'refs/remotes/origin/'],
    ['HEAD', 'refs/heads/'],
  ] as const) {
    const { bytes } = await runGit(clone.refs, ['symbolic-ref', '--quiet', ref], { codes: [0, 1, 128] });
    const target = bytes.toString('utf8').trim();
    if (target.startsWith(prefix)) return target.slice(prefix.length);
  }
  return undefined;
}

/** First-parent commits in groups, each with what it changed against the commit before. @param folders fixed names of ours. */
async function* steps(
  clone: Clone,
  head: Oid,
  { folders, after }: { readonly folders: readonly string[]; readonly after?: Oid | undefined },
): AsyncIterable<readonly BranchCommit[]> {
  const range = after === undefined ? [head] : [head, `^${after}`];
  const list = await runGit(clone.objects, ['rev-list', '--first-parent', '--reverse', ...range], {
    timeout: LONG,
  });
  const commits = linesOf(list) as readonly Oid[];
  for (let at = 0; at < commits.length; at += AT_ONCE) {
    const some = commits.slice(at, at + AT_ONCE);
    const before = (index: number) => commits[at + index - 1] ?? after;
    const pairs = some.map((commit, index) => [commit, before(index)].filter(Boolean).join(' '));
    const { bytes } = await walkGit(clone, [...DIFF, ...folders], `${pairs.join('\n')}\n`);
    yield changesOf(some, bytes);
  }
}

/** Commits after one that is not there any more are not those that follow it. */
async function refuseRewritten(clone: Clone, after: Oid, head: Oid): Promise<void> {
  const args = ['merge-base', '--is-ancestor', after, head];
  const { code } = await runGit(clone.objects, args, { codes: [0, 1, 128] });
  if (code === 0) return;
  throw new Blocked(
    'ledger_rewritten',
    `The ledger does not lead through ${after} any more, up to which it was read before.`,
    'Find out who rewrote it: `hallpass audit verify --contains` says more. Put the branch back before anything is read on.',
  );
}

/** A history that cannot be walked is one that proves nothing, not a fault of this program. */
async function walkGit(clone: Clone, args: readonly string[], input = ''): Promise<Output> {
  try {
    return await runGit(clone.objects, args, { input, timeout: LONG });
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    throw new Blocked('history_unreadable', oneLine(error.stderr), 'Clone it again, whole, and verify that.');
  }
}

/** A second id on a line takes the place of the commit's own parents, so merges show what they brought to the branch. */
const DIFF = [
  'diff-tree',
  '--stdin',
  '--root',
  '--always',
  '-r',
  '-z',
  '--raw',
  '--no-renames',
  '--no-abbrev',
  '--no-ext-diff',
  '--',
];

const COLON = 0x3a;

/** Output is `commit NUL`, then `header NUL path NUL` for each change. */
function changesOf(commits: readonly Oid[], bytes: Buffer): readonly BranchCommit[] {
  const found = new Map<string, TreeChange[]>(commits.map((commit) => [commit, []]));
  let current: TreeChange[] | undefined;
  let at = 0;
  const next = (): Buffer => {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw new Retry('git_failed', 'a list of changes ends early');
    const part = bytes.subarray(at, end);
    at = end + 1;
    return part;
  };
  while (at < bytes.length) {
    const part = next();
    const text = part.toString('latin1');
    if (part[0] === COLON) current?.push(parseChange(text, next()));
    else current = found.get(text);
    if (current === undefined) throw new Retry('git_failed', 'a list of changes names an unknown commit');
  }
  return commits.map((commit) => ({ commit, changes: found.get(commit) ?? [] }));
}

async function withObjects(
  objects: Objects,
  commits: readonly BranchCommit[],
): Promise<readonly LedgerCommit[]> {
  return Promise.all(
    commits.map(async (step) => {
      const object = await objects.read(step.commit);
      const sound = object?.type === 'commit' && objectId('commit', object.content) === step.commit;
      const read = sound ? readLedgerObject(object.content) : undefined;
      if (read === undefined) return { ...step, parents: [], ownHeaders: false };
      const { parents, ownHeaders, subject, key } = read;
      return {
        ...step,
        parents,
        ownHeaders,
        ...(subject === undefined ? {} : { subject }),
        ...(key === undefined ? {} : { key }),
      };
    }),
  );
}

function linesOf({ bytes }: { readonly bytes: Buffer }): readonly string[] {
  return bytes.toString('utf8').split('\n').filter(Boolean);
}
