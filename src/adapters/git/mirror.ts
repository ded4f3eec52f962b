import { join } from 'node:path';
import type { Oid } from '../../core/approval.js';
import { Blocked, Retry } from '../../ports/fault.js';
import { DAMAGED, type LocalCopy, openLocalCopy } from './local-copy.js';
import type { NewObject } from './new-object.js';
import type { Objects } from './objects.js';
import { oneAtATime } from './one-at-a-time.js';
import type { RemoteOptions } from './remote.js';
import { openRemoteHeads, type RemoteHeads } from './remote-heads.js';
import type { Output, RunOptions } from './run.js';
import { openTrees, type Trees } from './trees.js';

export interface MirrorOptions extends RemoteOptions {
  /** A folder of this repository alone. The mirror and what must outlive it lie there. */
  readonly directory: string;
  /** Brings what refs lead to without what was before, for who neither walks a history nor proves one. */
  readonly shallow?: boolean;
}

/** A ref of the remote and where it is kept here, under `refs/hallpass/`. */
export interface Tracked {
  readonly remote: string;
  readonly local: string;
  /** Where the remote has it by the word of somebody who has just asked it. What is not here as said is fetched, whoever was right. */
  readonly at?: Oid;
}

export type PushOutcome = 'pushed' | 'moved';

/** The one bare copy of a repository: no worktree, no hooks, none of anybody's configuration. */
export interface Mirror {
  readonly directory: string;
  readonly objects: Objects;
  readonly trees: Trees;
  /** Reads many objects in one go. */
  readonly stream: LocalCopy['stream'];
  /** Runs a local command. Damage that git reports becomes `Retry`, and the next fetch makes a new copy. */
  git(args: readonly string[], options?: RunOptions): Promise<Output>;
  /**
   * Brings what is new, and costs no process when a look at the remote shows that nothing is, and no look where all of it is said to be at
   * what is here.
   * @returns false when the remote has no such ref; it is then forgotten here too.
   */
  fetch(tracked: readonly Tracked[]): Promise<boolean>;
  /** Whether it is all here as it is said to be. Waits for nothing but the disk. */
  holds(tracked: readonly Tracked[]): Promise<boolean>;
  /** Moves a branch of the remote from `expected` to `commit`, and does nothing when it is not there (any more). */
  push(commit: Oid, branch: string, expected: Oid | null): Promise<PushOutcome>;
  /** Removes a branch of the remote. @returns false when the remote's rules say no. */
  remove(branch: string): Promise<boolean>;
  ref(name: string): Promise<Oid | undefined>;
  /** All of them or none. */
  setRefs(refs: ReadonlyMap<string, Oid>): Promise<void>;
  /** Puts objects here whose references are here or among them. */
  write(objects: readonly NewObject[]): Promise<void>;
  /** Whether git has reported that the copy is broken. The next fetch makes a new one. */
  damaged(): boolean;
  /** Notes that an object which must be here is not, so that the next fetch looks at the copy as a whole. */
  missing(oid: Oid): Retry;
  /** Packs what has piled up. */
  maintain(): Promise<void>;
  close(): void;
}

/** The bare repository in a mirror's folder. */
export function mirrorIn(directory: string): string {
  return join(directory, 'mirror.git');
}

/** Branch names come from the settings, and still only safe ones reach git: no options, no patterns, no `..` (T126). */
const BRANCH = /^(?!.*(?:\.\.|\/\/|\.lock(?:\/|$)|\/\.|[./]$))[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/;

export function branchRef(branch: string): string {
  if (!BRANCH.test(branch)) throw new RangeError(`not a branch name we use: ${JSON.stringify(branch)}`);
  return `refs/heads/${branch}`;
}

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const copy = await openLocalCopy(mirrorIn(options.directory), options);
  const heads = openRemoteHeads(options);
  const alone = oneAtATime();
  return {
    directory: options.directory,
    objects: copy.objects,
    trees: openTrees(copy.objects, copy.missing),
    stream: copy.stream,
    git: copy.git,
    holds: async (tracked) => (await isAsSaid(copy, tracked)) === true,
    fetch: (tracked) =>
      alone(async () => (await isUnchanged(copy, heads, tracked)) || fetchRefs(copy, tracked, options)),
    push: (commit, branch, expected) => alone(() => pushBranch(copy, { commit, branch, expected })),
    remove: (branch) => alone(() => removeBranch(copy, branch)),
    ref: async (name) => (await copy.objects.info(name))?.oid,
    setRefs: (refs) => alone(() => copy.setRefs(refs)),
    write: (objects) => alone(() => copy.write(objects)),
    damaged: copy.damaged,
    missing: copy.missing,
    maintain: () =>
      alone(async () => {
        await copy.git(['maintenance', 'run', '--quiet', ...TASKS], { timeout: LONG });
      }),
    close: copy.close,
  };
}

/** Each costs what is new since the last time: all that is there is never packed again. */
const TASKS = ['--task=loose-objects', '--task=incremental-repack', '--task=commit-graph'];
const LONG = 600_000;

/** Not quiet: after a command that says nothing simple-git waits another 50 ms for it to speak, and most of ours have nothing to say. */
const FETCH = [
  'fetch',
  '--verbose',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
];

/** Whether all of it is here, in a copy that nobody doubts, and is where the remote says that it is. */
async function isUnchanged(
  copy: LocalCopy,
  heads: RemoteHeads,
  tracked: readonly Tracked[],
): Promise<boolean> {
  const asSaid = await isAsSaid(copy, tracked);
  if (asSaid !== undefined) return asSaid;
  const there = await heads.look(tracked.map(({ remote }) => remote));
  if (there === undefined) return false;
  const said = tracked.flatMap(({ remote, local }) => {
    const at = there.get(remote);
    return at === undefined ? [] : [{ remote, local, at }];
  });
  return said.length === tracked.length && (await isAsSaid(copy, said)) === true;
}

/** @returns `undefined` where nothing speaks against it and nobody said of all of it where it is. */
async function isAsSaid(copy: LocalCopy, tracked: readonly Tracked[]): Promise<boolean | undefined> {
  if (!copy.trusted()) return false;
  const here = await Promise.all(tracked.map(({ local }) => copy.objects.info(local)));
  const isOff = tracked.some(
    ({ at }, n) => here[n] === undefined || (at !== undefined && at !== here[n]?.oid),
  );
  if (isOff) return false;
  return tracked.every(({ at }) => at !== undefined) ? true : undefined;
}

async function fetchRefs(
  copy: LocalCopy,
  tracked: readonly Tracked[],
  { shallow = false }: Pick<MirrorOptions, 'shallow'>,
): Promise<boolean> {
  const refspecs = tracked.map(({ remote, local }) => `+${remote}:${local}`);
  const attempt = () => copy.remote([...FETCH, ...(shallow ? ['--depth=1'] : []), 'origin', ...refspecs]);
  try {
    await attempt().catch(retryOnNewCopy(attempt));
    return true;
  } catch (error) {
    if (!(error instanceof Retry) || !/couldn't find remote ref/.test(error.message)) throw error;
    for (const { local } of tracked) await copy.git(['update-ref', '-d', local]);
    return false;
  }
}

function retryOnNewCopy(attempt: () => Promise<string>): (error: unknown) => Promise<string> {
  return (error) => {
    if (error instanceof Retry && error.code === DAMAGED) return attempt();
    throw error;
  };
}

/**
 * The lease makes the push stricter, not looser: it fails unless the branch is exactly where we think it is, even where a
 * plain push would go through because the branch was set back. The new commit always descends from `expected`.
 */
async function pushBranch(
  copy: LocalCopy,
  update: { commit: Oid; branch: string; expected: Oid | null },
): Promise<PushOutcome> {
  const ref = branchRef(update.branch);
  const lease = `--force-with-lease=${ref}:${update.expected ?? ''}`;
  try {
    await copy.remote(['push', '--porcelain', lease, 'origin', `${update.commit}:${ref}`]);
    return 'pushed';
  } catch (error) {
    if (error instanceof Error && MOVED.test(error.message)) return 'moved';
    throw error;
  }
}

async function removeBranch(copy: LocalCopy, branch: string): Promise<boolean> {
  try {
    await copy.remote(['push', '--quiet', 'origin', `:${branchRef(branch)}`]);
    return true;
  } catch (error) {
    if (error instanceof Blocked) return false;
    throw error;
  }
}

const MOVED =
  /stale info|fetch first|non-fast-forward|cannot lock ref|incorrect old value|failed to update ref/i;
