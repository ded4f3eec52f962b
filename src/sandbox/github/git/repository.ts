import { mkdir, writeFile } from 'node:fs/promises';
import type { Sha } from '../state.js';
import { type Commit, parseCommit } from './commit.js';
import { DIFF_ARGUMENTS, type FileChange, parseDiff } from './diff.js';
import { type Objects, openObjects } from './objects.js';
import { gitIn, type Run } from './run.js';
import { mergeTree } from './write.js';

/** What GitHub's servers allow, and what makes a throw-away repository quick. */
const CONFIG = `[core]
  repositoryformatversion = 0
  filemode = true
  bare = true
  hooksPath = /dev/null
  fsync = none
[gc]
  auto = 0
[receive]
  autogc = false
  fsckObjects = true
  hideRefs = refs/pull
[transfer]
  hideRefs = refs/namespaces
[uploadpack]
  allowAnySHA1InWant = true
  allowFilter = true
[http]
  receivepack = true
`;

export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export interface Repository {
  readonly dir: string;
  readonly run: Run;
  readonly objects: Objects;
  /** Every ref under heads, tags and the forks, as last seen. The stand-in moves them only through its own calls and pushes. */
  readonly refs: Map<string, Sha>;
  /** Reads the refs anew. */
  readRefs(): Promise<Map<string, Sha>>;
  commit(sha: Sha): Promise<Commit | undefined>;
  /** Commits reachable from `head` and not from `base`, over all parents, oldest first. */
  between(base: Sha, head: Sha): Promise<readonly Sha[]>;
  isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean>;
  mergeBase(a: Sha, b: Sha): Promise<Sha | null>;
  /** Changes from one commit or tree to another, renames detected. */
  changes(from: Sha, to: Sha): Promise<readonly FileChange[]>;
  /** The merged tree, or `null` on conflict. */
  merged(ours: Sha, theirs: Sha): Promise<Sha | null>;
}

/** An empty bare repository, laid down as `git init --bare` would (gitrepository-layout), without hooks. */
export async function createRepository(dir: string): Promise<Repository> {
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) {
    await mkdir(`${dir}/${folder}`, { recursive: true });
  }
  await writeFile(`${dir}/HEAD`, 'ref: refs/heads/main\n', { flag: 'wx' });
  await writeFile(`${dir}/config`, CONFIG, { flag: 'wx' });
  return openRepository(dir);
}

function openRepository(dir: string): Repository {
  const run = gitIn(dir);
  const objects = openObjects(dir);
  const remember = memory();
  const lines = async (args: readonly string[], codes?: readonly number[]): Promise<string[]> => {
    const { out } = await run(args, codes === undefined ? {} : { codes });
    return out
      .toString()
      .split('\n')
      .filter((line) => line !== '');
  };
  const commit = async (sha: Sha): Promise<Commit | undefined> => {
    const object = await objects.read(sha);
    return object?.type === 'commit' ? parseCommit(object.sha, object.content) : undefined;
  };
  return {
    dir,
    run,
    objects,
    refs: new Map(),
    async readRefs() {
      const args = [
        'for-each-ref',
        '--format=%(refname) %(objectname)',
        'refs/heads',
        'refs/tags',
        'refs/namespaces',
      ];
      return new Map((await lines(args)).map((line) => line.split(' ', 2) as [string, Sha]));
    },
    commit,
    between: (base, head) =>
      remember(`log ${base} ${head}`, () =>
        lines(['rev-list', '--topo-order', '--reverse', head, `^${base}`]),
      ),
    isAncestor: (a, b) =>
      remember(`ancestor ${a} ${b}`, async () => {
        if (a === b || (await commit(b))?.parents.includes(a)) return true;
        return (await run(['merge-base', '--is-ancestor', a, b], { codes: [0, 1] })).code === 0;
      }),
    mergeBase: (a, b) =>
      remember(`base ${a} ${b}`, async () => (await lines(['merge-base', a, b], [0, 1]))[0] ?? null),
    changes: (from, to) =>
      remember(`diff ${from} ${to}`, async () =>
        parseDiff((await run(['diff-tree', ...DIFF_ARGUMENTS, from, to])).out),
      ),
    merged: (ours, theirs) => remember(`merge ${ours} ${theirs}`, () => mergeTree(run, ours, theirs)),
  };
}

/** Answers about commits never change, so each is asked for once. */
function memory(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = known.get(key) as Promise<T> | undefined;
    if (before !== undefined) return before;
    const answer = work();
    known.set(key, answer);
    answer.catch(() => known.delete(key));
    return answer;
  };
}
