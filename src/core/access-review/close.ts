import type { ReviewRules } from '../policy/policy.js';
import { addSeconds, durationSeconds, type Instant } from '../time.js';
import {
  type AccessReviewRecord,
  type AskedItem,
  askedOf,
  type ItemOutcome,
  itemKey,
  type KnownReview,
  type RecordedItem,
} from './access-review.js';

/** What a deadline does to one item. */
export type Ending =
  | { readonly kind: 'keep'; readonly item: RecordedItem }
  | { readonly kind: 'end_grant'; readonly item: AskedItem }
  | { readonly kind: 'remove'; readonly item: AskedItem }
  /** Nobody said to remove it, and it is not ours: it stays, and goes on being reported. */
  | {
      readonly kind: 'leave';
      readonly item: AskedItem;
      readonly code: 'not_answered' | 'yes_without_effect';
    };

/** Reviews whose deadline has come and that are not closed. */
export function dueReviews(known: Iterable<KnownReview>, now: Instant): readonly KnownReview[] {
  return [...known].filter(({ asked, closed }) => closed === undefined && asked.due <= now);
}

/** Those that wait for their owners: their pull request has to be open. */
export function waitingReviews(known: Iterable<KnownReview>, now: Instant): readonly KnownReview[] {
  return [...known].filter(
    ({ asked, answered, closed }) => closed === undefined && answered === undefined && asked.due > now,
  );
}

/**
 * What becomes of each item. A grant is Hallpass's own, and adopting says that silence ends it: both end unless they are kept. What was
 * never adopted is taken away only when an owner wrote `no`.
 */
export function endingsOf({ asked, answered }: KnownReview): readonly Ending[] {
  const answers = new Map((answered?.items ?? []).map((item) => [itemKey(item), item]));
  return asked.items.map((item): Ending => {
    const answer = answers.get(itemKey(item));
    if (answer?.keep === true) return { kind: 'keep', item: answer };
    if (item.standing === undefined) return { kind: 'end_grant', item };
    if (item.adopted === true) return { kind: 'remove', item };
    if (answer === undefined) return { kind: 'leave', item, code: 'not_answered' };
    return answer.code === undefined
      ? { kind: 'remove', item }
      : { kind: 'leave', item, code: 'yes_without_effect' };
  });
}

/** What came of an item, for the ledger. */
export function outcomeOf({ item }: Ending, outcome: ItemOutcome, code?: string): RecordedItem {
  const { justification } = item as RecordedItem;
  const kept = outcome === 'kept' && justification !== undefined ? { justification } : {};
  return { ...askedOf(item), ...kept, outcome, ...(code === undefined ? {} : { code }) };
}

/** @param rules absent: policy has none any more, so what is kept stays adopted no longer than the time it gave to answer. */
export function closedRecord(
  { asked }: KnownReview,
  items: readonly RecordedItem[],
  { now, rules }: { readonly now: Instant; readonly rules: ReviewRules | undefined },
): AccessReviewRecord {
  const { id, kind, due, owners } = asked;
  const within = durationSeconds(rules?.within ?? DAY);
  // Room for the next list to be asked and answered: what is asked about again is not drift meanwhile.
  const until = addSeconds(now, durationSeconds(rules?.every ?? DAY) + 2 * within);
  const keeps = items.some(({ standing, outcome }) => standing !== undefined && outcome === 'kept');
  return {
    version: 1,
    id,
    stage: 'closed',
    at: now,
    kind,
    due,
    owners,
    ...(keeps ? { adoptedUntil: until } : {}),
    items,
  };
}

const DAY = '1d' as ReviewRules['within'];
