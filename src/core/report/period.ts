import type { Instant } from '../time.js';

/** From an instant, or from the beginning, up to but not including another. */
export interface Period {
  readonly from: Instant | null;
  readonly to: Instant;
  /** It is not over: the ledger is told as it is, whatever its clock and ours say, and `to` is now. */
  readonly open?: true;
}

export function isBeforeEnd(at: Instant, { to, open }: Period): boolean {
  return open === true || at < to;
}

export function isIn(at: Instant, period: Period): boolean {
  return (period.from === null || at >= period.from) && isBeforeEnd(at, period);
}
