import type { FileChange } from '../git/diff.js';
import { EMPTY_TREE } from '../git/repository.js';
import type { Hub } from '../hub.js';
import type { PullRequest, Sha } from '../state.js';

export interface Comparison {
  /** Oldest first. */
  readonly commits: readonly Sha[];
  readonly files: readonly FileChange[];
}

/** What a pull request shows: commits not in the base, and the changes since the merge base (three dots). */
export async function comparison(
  hub: Hub,
  { baseSha, headSha }: Pick<PullRequest, 'baseSha' | 'headSha'>,
): Promise<Comparison> {
  const from = (await hub.git.mergeBase(baseSha, headSha)) ?? EMPTY_TREE;
  const [commits, files] = await Promise.all([
    hub.git.between(baseSha, headSha),
    hub.git.changes(from, headSha),
  ]);
  return { commits, files };
}
