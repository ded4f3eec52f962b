import { createHash } from 'node:crypto';

/**
 * Which of the replicas that are there should work on a repository (rendezvous hashing): the same for whoever asks, even in the mean,
 * and when one comes or goes, only what it takes or leaves moves.
 */
export function preferredOf(repositoryId: number, replicas: Iterable<number>): number | undefined {
  let best: { readonly replica: number; readonly weight: string } | undefined;
  for (const replica of replicas) {
    const weight = createHash('sha256').update(`${repositoryId} ${replica}`).digest('hex');
    if (best === undefined || weight > best.weight) best = { replica, weight };
  }
  return best?.replica;
}
