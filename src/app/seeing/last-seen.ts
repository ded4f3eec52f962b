import type { DriftReport } from '../../core/reconcile/report.js';
import type { Instant } from '../../core/time.js';
import type { SeenPullRequest } from '../../views/web/pending.js';
import type { PassReport } from '../reconciling/run-pass.js';
import type { Reviewed } from '../reviewing/review-pull-request.js';

/**
 * What passes and reviews of this process found last, for people who look. Kept in memory: everything in it is found anew after a start,
 * and nothing is decided by it.
 */
export interface LastSeen {
  notePass(report: PassReport, at: Instant): void;
  noteReview(number: number, reviewed: Reviewed, at: Instant): void;
  /** All that are open: the others have closed while nobody heard. */
  noteOpen(numbers: readonly number[]): void;
  pass(): { readonly at: Instant; readonly faults: PassReport['faults'] } | undefined;
  /** The last look at the targets. */
  look(): DriftReport | undefined;
  /** By number. */
  pullRequests(): readonly SeenPullRequest[];
}

/** More than anybody reads; each may hold a team's worth of names. */
const MOST_PULL_REQUESTS = 300;

export function createLastSeen(): LastSeen {
  const open = new Map<number, SeenPullRequest>();
  let pass: ReturnType<LastSeen['pass']>;
  let look: DriftReport | undefined;
  return {
    notePass({ faults, look: looked }, at) {
      pass = { at, faults };
      look = looked ?? look;
    },
    noteReview(number, reviewed, at) {
      open.delete(number);
      const isOpen = reviewed.kind === 'published' && !reviewed.merged;
      if (isOpen && reviewed.view.pullRequest !== 'other')
        open.set(number, { number, view: reviewed.view, at });
      const [oldest] = open.keys();
      if (open.size > MOST_PULL_REQUESTS && oldest !== undefined) open.delete(oldest);
    },
    noteOpen(numbers) {
      const known = new Set(numbers);
      for (const number of open.keys()) if (!known.has(number)) open.delete(number);
    },
    pass: () => pass,
    look: () => look,
    pullRequests: () => [...open.values()].toSorted((a, b) => a.number - b.number),
  };
}
