import { addSeconds, type Instant } from '../core/time.js';
import { isFault } from '../ports/fault.js';
import { commandOf, obeyComment } from './obey-comment.js';
import type { Ports } from './ports.js';
import { reviewPullRequest } from './review-pull-request.js';

/** Comments are read from a little before the last sweep, since GitHub may list one late. Obeying twice changes nothing. */
const OVERLAP_SECONDS = 300;

/**
 * Looks at everything open again, as if every webhook had been lost: open pull requests, and comments since the last sweep. A
 * pull request that fails is left for the next sweep and stops no other.
 * @returns from when the next sweep has to read comments.
 */
export async function sweep(deps: Ports, since: Instant): Promise<Instant> {
  const started = deps.clock.now();
  for (const pullRequest of await deps.host.openPullRequests()) {
    await isolated(deps, { pullRequest: pullRequest.number }, async () => {
      await reviewPullRequest(deps, pullRequest.number);
    });
  }
  for (const comment of await deps.host.comments(addSeconds(since, -OVERLAP_SECONDS))) {
    if (commandOf(comment) === undefined || commandOf(comment) === '/hallpass recheck') continue;
    await isolated(deps, { comment: comment.id }, async () => {
      await obeyComment(deps, comment.id);
    });
  }
  return started;
}

async function isolated(
  deps: Ports,
  about: Readonly<Record<string, number>>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown';
    deps.log.warn('sweep skipped', { ...about, code: isFault(error) ? error.code : 'unexpected', message });
  }
}
