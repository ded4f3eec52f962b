import type { Instant } from '../time.js';

/** From an instant, or from the beginning, up to but not including another. */
export interface Period {
  readonly from: Instant | null;
  readonly to: Instant;
}

export function isIn(at: Instant, { from, to }: Period): boolean {
  return (from === null || at >= from) && at < to;
}
