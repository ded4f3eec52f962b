import { holdingKey } from '../grant.js';
import type { Look } from '../reconcile/report.js';
import type { Instant } from '../time.js';
import { type AccessReviewRecord, type AskedItem, askedOf, itemKey } from './access-review.js';

/** A standing privilege its owners declared: who has it, why, and until when that holds. */
export interface Adopted {
  readonly item: AskedItem;
  /** When it was last kept. */
  readonly since: Instant;
  readonly until: Instant;
  readonly justification: string;
  readonly record: AccessReviewRecord;
}

/** By key of the item: what the last closed list kept, while that holds. One that was not kept again is not adopted. */
export function adoptedAt(
  records: readonly AccessReviewRecord[],
  now: Instant,
): ReadonlyMap<string, Adopted> {
  const adopted = new Map<string, Adopted>();
  const closed = records.filter(({ stage }) => stage === 'closed');
  for (const record of closed.toSorted((a, b) => (a.at < b.at ? -1 : 1))) {
    for (const item of record.items.filter(({ standing }) => standing !== undefined)) {
      const key = itemKey(item);
      adopted.delete(key);
      const until = record.adoptedUntil;
      if (item.outcome !== 'kept' || until === undefined || until <= now) continue;
      const { justification = '' } = item;
      adopted.set(key, { item: askedOf(item), since: record.at, until, justification, record });
    }
  }
  return adopted;
}

/** Keys of the holdings that are adopted. */
export function adoptedHoldings(records: readonly AccessReviewRecord[], now: Instant): ReadonlySet<string> {
  const items = [...adoptedAt(records, now).values()].map(({ item }) => item);
  return new Set(items.flatMap(({ standing }) => (standing === undefined ? [] : [holdingKey(standing)])));
}

/** What its owners declared is no drift. */
export function withoutAdopted(looks: readonly Look[], adopted: ReadonlySet<string>): readonly Look[] {
  const isDeclared = ({ kind, holding }: Look['drift'][number]): boolean =>
    kind === 'unmanaged' && adopted.has(holdingKey(holding));
  return looks.map((look) => ({ ...look, drift: look.drift.filter((one) => !isDeclared(one)) }));
}
