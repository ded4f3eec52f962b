import { moveRefs } from '../git/write.js';
import type { Hub } from '../hub.js';
import type { PullRequest, Sha } from '../state.js';
import { allPulls } from './find.js';
import { testMerge } from './test-merge.js';

const published = new WeakMap<Hub, Map<string, Sha>>();

/**
 * Writes `refs/pull/N/head`, and `refs/pull/N/merge` where GitHub could merge, as they are now. Only a fetch sees them, so this
 * is done before one and not at every change.
 */
export async function publishPullRefs(hub: Hub): Promise<void> {
  const known = published.get(hub) ?? new Map<string, Sha>();
  published.set(hub, known);
  const wanted = (await Promise.all(allPulls(hub).map((pull) => refsOf(hub, pull)))).flat();
  const moves = wanted.filter(({ ref, to }) => known.get(ref) !== to);
  await moveRefs(hub.git.run, moves);
  for (const { ref, to } of moves) known.set(ref, to);
}

async function refsOf(hub: Hub, pull: PullRequest): Promise<{ ref: string; to: Sha }[]> {
  const merge = pull.state === 'open' ? await testMerge(hub, pull) : null;
  return [
    { ref: `refs/pull/${pull.number}/head`, to: pull.headSha },
    ...(merge === null ? [] : [{ ref: `refs/pull/${pull.number}/merge`, to: merge }]),
  ];
}
