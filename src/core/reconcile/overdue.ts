import type { Entry, GrantEvent } from '../grant.js';
import { type Instant, secondsBetween } from '../time.js';
import { claimsOf, endOf, mayBeHeld } from './claim.js';

/** A grant that should have ended, as far as something of it may still be there. */
export interface Overdue {
  readonly entry: Entry;
  readonly entitlements: readonly string[];
  readonly since: Instant;
  /** How long it has been overdue. */
  readonly seconds: number;
}

/** What is past its end among live entries, however it came about, the oldest first. */
export function overdueOf(live: readonly Entry[], now: Instant): readonly Overdue[] {
  return live
    .flatMap((entry): readonly Overdue[] => {
      // Nearly all may go on, and their claims need not be looked at.
      if (endOf(entry, now) === undefined) return [];
      const left = claimsOf([entry], now).filter(
        (claim) => claim.end !== undefined && mayBeHeld(claim) && claim.preexisting !== true,
      );
      if (left.length === 0) return [];
      const since = firstEnd(entry, now);
      const entitlements = left.map(({ entitlement }) => entitlement);
      return [{ entry, entitlements, since, seconds: secondsBetween(since, now) }];
    })
    .toSorted((a, b) => b.seconds - a.seconds);
}

/** When it had to end first: at its time, or when somebody asked for it earlier. */
function firstEnd(entry: Entry, now: Instant): Instant {
  const asked = entry.events.find(({ event }) => event === 'end_requested')?.at;
  const ends = [entry.window?.expiresAt ?? entry.landing.mergedAt, asked ?? now];
  return ends.toSorted()[0] ?? now;
}

/** When what an event ended had to end. */
export function dueOf(entry: Entry, event: GrantEvent): Instant {
  const asked = entry.events.find((one) => one.event === 'end_requested');
  return event.reason === 'expired' ? (entry.window?.expiresAt ?? event.at) : (asked?.at ?? event.at);
}
