import type { Oid } from '../../core/approval.js';
import type { TreeChange, TreeFile } from '../../core/pull-request.js';
import { Blocked, Retry } from '../../ports/fault.js';
import type { CommitFacts, Repository } from '../../ports/repository.js';
import { coAuthorEmails, parseCommit } from './commit.js';
import { parseRawDiff } from './diff.js';
import { joined } from './joined.js';
import { askOnce, keepLast } from './kept.js';
import { branchRef, type Mirror, type Tracked } from './mirror.js';
import { FOLDER_MODE, filesBelow } from './trees.js';

const DEFAULT = 'refs/hallpass/default';

/** The access repository, read from its mirror by object id. @param branch the pinned default branch, never the remote's word. */
export function openRepository(mirror: Mirror, branch: string): Repository {
  const tracked: Tracked = { remote: branchRef(branch), local: DEFAULT };
  const blobs = keepLast<Oid, Uint8Array>(KEPT_BYTES, ({ length }) => length);
  const fetch = joined<readonly Tracked[]>((asked) => {
    const { [DEFAULT]: main = tracked, ...heads } = oncePerRef(asked.flat());
    return fetchAll(mirror, main, Object.values(heads));
  });

  return {
    fetch: (pullRequests = []) => fetch([tracked, ...pullRequests.map(headOf)]),
    async fetchFirst(number) {
      const head = headOf(number);
      if ((await mirror.ref(head.local)) === undefined) await fetch([tracked, head]);
    },
    async fetchNamed({ number, head, branch: at }) {
      const named = [at === null ? tracked : { ...tracked, at }, { ...headOf(number), at: head }];
      if (!(await mirror.holds(named))) await fetch(named);
    },
    async head() {
      const head = await mirror.ref(DEFAULT);
      if (head === undefined) throw new Retry('not_fetched', 'the default branch has not been fetched yet');
      return head;
    },
    mergeBase: askOnce((a, b) => mergeBaseOf(mirror, a, b), { limit: KEPT }),
    async isAncestor(ancestor, descendant) {
      if (!(await areHere(mirror, ancestor, descendant))) return false;
      const args = ['merge-base', '--is-ancestor', ancestor, descendant];
      return (await mirror.git(args, { codes: [0, 1] })).code === 0;
    },
    changes: askOnce((from, to) => changesBetween(mirror, from, to), { limit: KEPT, weigh: lengthOf }),
    landings: (from, to) => landingsBetween(mirror, from, to),
    commits: askOnce((base, head) => commitsBetween(mirror, base, head), { limit: KEPT, weigh: lengthOf }),
    file: (commit, path): Promise<TreeFile | undefined> => mirror.trees.file(commit, path),
    async filesBelow(commit, folder) {
      const tree = await mirror.trees.file(commit, folder);
      if (tree?.mode !== FOLDER_MODE) return [];
      return (await filesBelow(mirror.trees, tree.oid)).map(({ path }) => `${folder}/${path}`);
    },
    async read(blob, limit) {
      const known = blobs.get(blob);
      if (known !== undefined) return known.length <= limit ? known : { tooLarge: known.length };
      const info = await mirror.objects.info(blob);
      if (info?.type !== 'blob') throw mirror.missing(blob);
      if (!(info.size <= limit)) return { tooLarge: info.size };
      const object = await mirror.objects.read(blob);
      if (object === undefined) throw mirror.missing(blob);
      blobs.set(blob, object.content);
      return object.content;
    },
    everExisted: askOnce((path, commit) => everExisted(mirror, path, commit), { limit: KEPT }),
  };
}

/** Answers of one kind, or items of them: a pull request is looked at again and again while its head stays. */
const KEPT = 10_000;
const KEPT_BYTES = 4 * 1024 * 1024;
const lengthOf = (list: readonly unknown[]): number => list.length + 1;

async function mergeBaseOf(mirror: Mirror, a: Oid, b: Oid): Promise<Oid | undefined> {
  if (!(await areHere(mirror, a, b))) return undefined;
  const { code, bytes } = await mirror.git(['merge-base', a, b], { codes: [0, 1] });
  return code === 0 ? (bytes.toString('latin1').slice(0, a.length) as Oid) : undefined;
}

async function areHere(mirror: Mirror, ...commits: readonly Oid[]): Promise<boolean> {
  const infos = await Promise.all(commits.map((commit) => mirror.objects.info(commit)));
  return infos.every((info) => info?.type === 'commit');
}

/** Asked before git is: to git an unknown commit looks like a broken copy. */
async function mustBeHere(mirror: Mirror, ...commits: readonly Oid[]): Promise<void> {
  if (await areHere(mirror, ...commits)) return;
  throw new Retry('object_missing', `one of ${commits.join(', ')} has not been fetched`);
}

/** Where two say differently where a ref is, the remote is looked at. */
function oncePerRef(asked: readonly Tracked[]): Readonly<Record<string, Tracked>> {
  const refs: Record<string, Tracked> = {};
  for (const one of asked) {
    const { remote, local, at } = one;
    const before = refs[local];
    refs[local] = before === undefined || before.at === at ? one : { remote, local };
  }
  return refs;
}

/**
 * Everything in one call where it goes well. A pull request whose head is gone, or that GitHub's remote cannot serve, is left
 * out: it must not keep the default branch from being read.
 */
async function fetchAll(mirror: Mirror, tracked: Tracked, heads: readonly Tracked[]): Promise<void> {
  if (heads.length > 0) {
    const together = await mirror.fetch([tracked, ...heads]).catch(laterAlone);
    if (together) return;
  }
  if (!(await mirror.fetch([tracked]))) {
    throw new Blocked(
      'branch_missing',
      'The default branch of the access repository is not there.',
      'Check the branch in the settings.',
    );
  }
  for (const head of heads) await mirror.fetch([head]).catch(laterAlone);
}

/** The remote being away or refusing us concerns the whole call; anything else may be one pull request's fault. */
function laterAlone(error: unknown): false {
  if (error instanceof Retry && error.code === 'git_failed') return false;
  throw error;
}

function headOf(number: number): Tracked {
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`not a pull request: ${number}`);
  return { remote: `refs/pull/${number}/head`, local: `refs/hallpass/pull/${number}` };
}

async function changesBetween(mirror: Mirror, from: Oid, to: Oid): Promise<readonly TreeChange[]> {
  await mustBeHere(mirror, from, to);
  const options = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--no-ext-diff', '--end-of-options'];
  const { bytes } = await mirror.git(['diff-tree', ...options, from, to]);
  return parseRawDiff(bytes);
}

/** Walks first parents only: what lay on the branch, step by step, whoever merged what into it (T114, T115). */
async function landingsBetween(
  mirror: Mirror,
  from: Oid,
  to: Oid,
): Promise<readonly { readonly commit: Oid; readonly parent: Oid }[]> {
  if (from === to) return [];
  await mustBeHere(mirror, to);
  if (!(await areHere(mirror, from))) throw rewritten(from);
  const { bytes } = await mirror.git(['rev-list', '--first-parent', '--reverse', to, `^${from}`]);
  const commits = linesOf(bytes) as readonly Oid[];
  const landings = await Promise.all(
    commits.map(async (commit) => ({ commit, parent: await firstParent(mirror, commit) })),
  );
  // The steps must join: `from` can be an ancestor and still not have been a state of this branch.
  const joined = landings.every(({ parent }, index) => parent === (commits[index - 1] ?? from));
  if (landings.length === 0 || !joined) throw rewritten(from);
  return landings as readonly { readonly commit: Oid; readonly parent: Oid }[];
}

async function commitsBetween(mirror: Mirror, base: Oid, head: Oid): Promise<readonly CommitFacts[]> {
  await mustBeHere(mirror, base, head);
  const { bytes } = await mirror.git(['rev-list', head, `^${base}`]);
  return Promise.all(linesOf(bytes).map((commit) => commitFacts(mirror, commit as Oid)));
}

async function firstParent(mirror: Mirror, commit: Oid): Promise<Oid | undefined> {
  const object = await mirror.objects.read(commit);
  return object && parseCommit(object.content)?.parents[0];
}

function rewritten(from: Oid): Blocked {
  return new Blocked(
    'history_rewritten',
    `The default branch no longer follows on ${from}.`,
    'Put the branch back so that it contains this commit in its first-parent history.',
  );
}

async function commitFacts(mirror: Mirror, commit: Oid): Promise<CommitFacts> {
  const object = await mirror.objects.read(commit);
  const raw = object && parseCommit(object.content);
  if (raw === undefined) throw mirror.missing(commit);
  return {
    commit,
    parents: raw.parents,
    authorEmail: raw.authorEmail,
    committerEmail: raw.committerEmail,
    coAuthorEmails: coAuthorEmails(raw.message),
  };
}

/**
 * Asks for any first-parent step that touched the path. With `--first-parent` git compares each commit with its first parent
 * alone, so what a merge brought in is a step of the branch, and what came and went on a side branch is not.
 */
async function everExisted(mirror: Mirror, path: string, commit: Oid): Promise<boolean> {
  // Such a path cannot be handed to git line by line. No request may lie there, so it counts as taken.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (path === '' || /[\x00-\x1f\\]/.test(path)) return true;
  await mustBeHere(mirror, commit);
  const args = ['rev-list', '--first-parent', '--full-history', '--max-count=1', '--stdin'];
  const { bytes } = await mirror.git(args, { input: `${commit}\n--\n${path}\n` });
  return bytes.length > 0;
}

function linesOf(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').split('\n').filter(Boolean);
}
