import type { Entry } from '../../core/grant.js';
import { addSeconds, type Instant } from '../../core/time.js';
import { WARNING_SECONDS, warningAt } from '../telling/tell-people.js';

/** Starts, ends, and what is said shortly before an end. */
export function nextWake(live: readonly Entry[], now: Instant): Instant | undefined {
  let next: Instant | undefined;
  /** Ends after this have a warning no sooner than `next`, so that of many grants few have to be reckoned. */
  let horizon: Instant | undefined;
  const consider = (instant: Instant): void => {
    if (instant <= now || (next !== undefined && instant >= next)) return;
    next = instant;
    horizon = addSeconds(instant, WARNING_SECONDS);
  };
  for (const { window } of live) {
    if (window === undefined || window.expiresAt <= now) continue;
    consider(window.startsAt);
    consider(window.expiresAt);
    if (horizon === undefined || window.expiresAt < horizon) consider(warningAt(window));
  }
  return next;
}
