import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../../core/approval.js';
import { parseOid } from '../../core/approval.js';
import { Retry } from '../../ports/fault.js';
import { isDamage } from './faults.js';
import { type Objects, openObjects } from './objects.js';
import { callRemote, Damaged, initBare, type RemoteOptions } from './remote.js';
import { GitFailed, type Output, placeOf, type RunOptions, runGit } from './run.js';
import { sealedEnvironment } from './sealed.js';
import { openTrees, type Trees } from './trees.js';

export interface MirrorOptions extends RemoteOptions {
  /** A folder of this repository alone. The mirror and what must outlive it lie there. */
  readonly directory: string;
}

/** A ref of the remote and where it is kept here, under `refs/hallpass/`. */
export interface Tracked {
  readonly remote: string;
  readonly local: string;
}

export type PushOutcome = 'pushed' | 'moved';

/** The one bare copy of a repository: no worktree, no hooks, none of anybody's configuration. */
export interface Mirror {
  readonly directory: string;
  readonly objects: Objects;
  readonly trees: Trees;
  /** Runs a local command. Damage that git reports becomes `Retry`, and the next fetch makes a new copy. */
  git(args: readonly string[], options?: RunOptions): Promise<Output>;
  /** @returns false when the remote has no such ref; it is then forgotten here too. */
  fetch(tracked: readonly Tracked[]): Promise<boolean>;
  /** Moves a branch of the remote from `expected` to `commit`, and does nothing when it is not there (any more). */
  push(commit: Oid, branch: string, expected: Oid | null): Promise<PushOutcome>;
  ref(name: string): Promise<Oid | undefined>;
  setRef(name: string, commit: Oid): Promise<void>;
  /** Whether git has reported that the copy is broken. The next fetch makes a new one. */
  damaged(): boolean;
  /** Notes that an object which must be here is not, so that the next fetch looks at the copy as a whole. */
  missing(oid: Oid): Retry;
  /** Packs what has piled up. For a quiet hour. */
  maintain(): Promise<void>;
  close(): void;
}

/** Branch names come from the settings, and still only safe ones reach git: no options, no patterns, no `..` (T126). */
const BRANCH = /^(?!.*(?:\.\.|\/\/|\.lock(?:\/|$)|\/\.|[./]$))[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/;

export function branchRef(branch: string): string {
  if (!BRANCH.test(branch)) throw new RangeError(`not a branch name we use: ${JSON.stringify(branch)}`);
  return `refs/heads/${branch}`;
}

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const gitDir = join(options.directory, 'mirror.git');
  const place = placeOf(gitDir, sealedEnvironment(options.environment));
  let damaged = false;
  let doubted = false;
  const mark = (text: string) => {
    damaged ||= isDamage(text);
  };
  const missing = (oid: Oid) => {
    doubted = true;
    return new Retry('object_missing', `object ${oid} is not in the local copy`);
  };
  const objects = openObjects(place, mark);
  let tail: Promise<unknown> = Promise.resolve();

  /** Calls that touch refs or the remote never overlap: git locks refs, and a rebuild must be alone. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const next = tail.then(work, work);
    tail = next.catch(() => {});
    return next;
  }

  async function rebuild(): Promise<void> {
    objects.close();
    await rm(gitDir, { recursive: true, force: true });
    await prepare();
  }

  async function prepare(): Promise<void> {
    await mkdir(gitDir, { recursive: true });
    if (!existsSync(join(gitDir, 'HEAD'))) await initBare(gitDir, options);
    damaged = false;
    doubted = false;
  }

  /** Whether everything that our refs lead to is here. Asked only in doubt: it walks the whole history. */
  async function connected(): Promise<boolean> {
    const run = { timeout: 600_000, codes: [0] };
    return runGit(place, ['fsck', '--connectivity-only', '--no-dangling', '--no-progress'], run).then(
      () => true,
      () => false,
    );
  }

  async function git(args: readonly string[], run?: RunOptions): Promise<Output> {
    try {
      return await runGit(place, args, run);
    } catch (error) {
      if (!(error instanceof GitFailed)) throw error;
      mark(error.stderr);
      if (damaged)
        throw new Retry('mirror_damaged', 'the local copy is damaged; the next fetch makes a new one');
      throw error;
    }
  }

  /** One call, and one more on a new copy when the old one turns out to be broken. */
  async function remote(args: readonly string[]): Promise<string> {
    damaged ||= doubted && !(await connected());
    doubted = false;
    if (damaged || !existsSync(join(gitDir, 'HEAD'))) await rebuild();
    try {
      return await callRemote(gitDir, options, args);
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      damaged = true;
      throw new Retry('mirror_damaged', 'the local copy is damaged; the next fetch makes a new one');
    }
  }

  await prepare();
  return {
    directory: options.directory,
    objects,
    trees: openTrees(objects, missing),
    git,
    fetch: (tracked) => alone(() => fetchRefs({ remote, git }, tracked)),
    push: (commit, branch, expected) => alone(() => pushBranch(remote, { commit, branch, expected })),
    ref: async (name) => (await objects.info(name))?.oid,
    setRef: (name, commit) =>
      alone(async () => {
        await git(['update-ref', '--no-deref', name, commit]);
      }),
    damaged: () => damaged,
    missing,
    maintain: () =>
      alone(async () => {
        await git(['gc', '--quiet'], { timeout: 600_000 });
        await git(['commit-graph', 'write', '--reachable', '--changed-paths'], { timeout: 600_000 });
      }),
    close: () => objects.close(),
  };
}

interface Calls {
  remote(args: readonly string[]): Promise<string>;
  git(args: readonly string[]): Promise<Output>;
}

const FETCH = [
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  'origin',
];

async function fetchRefs(calls: Calls, tracked: readonly Tracked[]): Promise<boolean> {
  const refspecs = tracked.map(({ remote, local }) => `+${remote}:${local}`);
  const attempt = () => calls.remote([...FETCH, ...refspecs]);
  try {
    await attempt().catch(retryOnNewCopy(attempt));
    return true;
  } catch (error) {
    if (!(error instanceof Retry) || !/couldn't find remote ref/.test(error.message)) throw error;
    for (const { local } of tracked) await calls.git(['update-ref', '-d', local]);
    return false;
  }
}

function retryOnNewCopy(attempt: () => Promise<string>): (error: unknown) => Promise<string> {
  return (error) => {
    if (error instanceof Retry && error.code === 'mirror_damaged') return attempt();
    throw error;
  };
}

/**
 * The lease makes the push stricter, not looser: it fails unless the branch is exactly where we think it is, even where a
 * plain push would go through because the branch was set back. The new commit always descends from `expected`.
 */
async function pushBranch(
  remote: Calls['remote'],
  update: { commit: Oid; branch: string; expected: Oid | null },
): Promise<PushOutcome> {
  const ref = branchRef(update.branch);
  const lease = `--force-with-lease=${ref}:${update.expected ?? ''}`;
  try {
    await remote(['push', '--quiet', '--porcelain', lease, 'origin', `${update.commit}:${ref}`]);
    return 'pushed';
  } catch (error) {
    if (error instanceof Error && MOVED.test(error.message)) return 'moved';
    throw error;
  }
}

const MOVED =
  /stale info|fetch first|non-fast-forward|cannot lock ref|incorrect old value|failed to update ref/i;

/** @returns the id, or throws: git's own output is trusted in form only. */
export function oidOf(bytes: Buffer): Oid {
  const oid = parseOid(bytes.toString('latin1').trim());
  if (oid === undefined) throw new Retry('git_failed', 'git answered with no object id');
  return oid;
}
