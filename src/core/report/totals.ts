import { PROMPT_SECONDS } from '../audit/entry-times.js';
import type { ReportedGrant } from './grant.js';
import type { EvidenceReport } from './report.js';

/** The numbers at the top of a report. */
export interface Totals {
  readonly grants: number;
  readonly subjects: number;
  readonly refused: number;
  readonly breakGlass: number;
  /** Break-glass whose review was not given by when it was due, or by the end of the period where that came first. */
  readonly reviewsLate: number;
  readonly live: number;
  /** Past their end when the period ended. */
  readonly overdue: number;
  /** Ended over {@link PROMPT_SECONDS} late. */
  readonly endedLate: number;
  readonly medianLateSeconds: number | null;
  readonly mostLateSeconds: number | null;
  readonly medianApprovalSeconds: number | null;
  readonly preexisting: number;
  readonly violations: number;
  readonly orphansRemoved: number;
  /** Lines owners were asked about, and what came of them. */
  readonly reviewed: number;
  readonly reviewedKept: number;
  readonly reviewedEnded: number;
  readonly adopted: number;
  readonly changes: number;
}

/** What the numbers are counted from. */
type Counted = Pick<
  EvidenceReport,
  'grants' | 'refused' | 'violations' | 'orphans' | 'accessReviews' | 'changes' | 'period'
>;

export function totalsOf(report: Counted): Totals {
  const { grants, refused, violations, orphans, changes, period } = report;
  const holdings = grants.flatMap((grant) => grant.holdings);
  const ended = holdings.filter(({ endedAt }) => endedAt !== null);
  const late = ended.flatMap(({ lateSeconds }) => lateSeconds ?? []);
  const live = holdings.filter(
    ({ state }) => state === 'intended' || state === 'active' || state === 'ending',
  );
  const glass = grants.filter(({ review }) => review !== null);
  return {
    grants: grants.length,
    subjects: new Set(grants.map(({ subject }) => subject)).size,
    refused: refused.length,
    breakGlass: glass.length,
    reviewsLate: glass.filter((grant) => isReviewLate(grant, period.to)).length,
    live: live.length,
    overdue: live.filter(({ lateSeconds }) => (lateSeconds ?? 0) > 0).length,
    endedLate: late.filter((seconds) => seconds > PROMPT_SECONDS).length,
    medianLateSeconds: median(late),
    mostLateSeconds: late.length === 0 ? null : late.reduce((most, one) => Math.max(most, one)),
    medianApprovalSeconds: median(grants.flatMap(({ approvalSeconds }) => approvalSeconds ?? [])),
    preexisting: holdings.filter(({ preexisting }) => preexisting).length,
    violations: violations.length,
    orphansRemoved: orphans.flatMap((record) => record.orphans).filter(({ code }) => code === undefined)
      .length,
    ...reviewTotals(report),
    changes: changes.length,
  };
}

function reviewTotals({
  accessReviews: { items, adopted },
}: Counted): Pick<Totals, 'reviewed' | 'reviewedKept' | 'reviewedEnded' | 'adopted'> {
  const ended = items.filter(({ result }) => result === 'ended' || result === 'removed');
  return {
    reviewed: items.length,
    reviewedKept: items.filter(({ result }) => result === 'kept').length,
    reviewedEnded: ended.length,
    adopted: adopted.length,
  };
}

/** A review without a time it is due is late at once: nothing says it may wait. */
export function isReviewLate({ review }: ReportedGrant, to: string): boolean {
  if (review === null) return false;
  const { due, at } = review;
  return due === null ? at === null : (at ?? to) > due;
}

/** The middle one; of two the higher, so that it never looks better than it was. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
