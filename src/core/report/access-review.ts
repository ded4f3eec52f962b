import {
  type AccessReviewId,
  type AccessReviewRecord,
  type AccessReviewStage,
  type ItemOutcome,
  knownReviews,
  type RecordedItem,
} from '../access-review/access-review.js';
import { type Adopted, adoptedAt } from '../access-review/adopted.js';
import type { Instant } from '../time.js';
import { isBeforeEnd, isIn, type Period } from './period.js';

/** One line of an access review, as far as it had come when the period ended. */
export interface ReportedItem extends RecordedItem {
  readonly review: AccessReviewId;
  readonly askedAt: Instant;
  readonly due: Instant;
  readonly stage: AccessReviewStage;
  /** Logins of the owners who approved the answer. */
  readonly by: readonly string[];
  readonly pullRequest: number | null;
  readonly result: ItemOutcome | 'waiting';
}

export interface ReportedReviews {
  readonly items: readonly ReportedItem[];
  /** What was adopted when the period ended. */
  readonly adopted: readonly Adopted[];
}

/** What owners were asked, and what they said: every review of which a stage lies in the period. */
export function reportedReviews(records: readonly AccessReviewRecord[], period: Period): ReportedReviews {
  const told = records.filter(({ at }) => isBeforeEnd(at, period));
  const items = [...knownReviews(told).values()]
    .filter(({ asked, answered, closed }) =>
      [asked, answered, closed].some((record) => record !== undefined && isIn(record.at, period)),
    )
    .toSorted((a, b) => (a.asked.id < b.asked.id ? -1 : 1))
    .flatMap(({ asked, answered, closed }) => {
      const { id: review, at: askedAt, due } = asked;
      const { stage, items: lines } = closed ?? answered ?? asked;
      const by = (answered?.approvals ?? []).map(({ account }) => account.login);
      const pullRequest = answered?.landing?.pullRequest ?? null;
      return lines.map((item) => ({
        ...item,
        review,
        askedAt,
        due,
        stage,
        by,
        pullRequest,
        result: item.outcome ?? ('waiting' as const),
      }));
    });
  return { items, adopted: [...adoptedAt(told, period.to).values()] };
}
