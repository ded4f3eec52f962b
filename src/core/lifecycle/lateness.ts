import type { Entry, GrantEvent } from '../grant.js';
import { type Instant, secondsBetween } from '../time.js';

/**
 * When access was due to end: at the end of its window, or when somebody asked for that before. What takes over from a grant ends it
 * when it likes, so that is never late.
 * @param events of the grant up to the instant it is looked at.
 */
export function dueEndOf({ window }: Entry, events: readonly GrantEvent[]): Instant | undefined {
  if (window === undefined) return undefined;
  const asked = events.filter(({ event }) => event === 'end_requested').map(({ at }) => at);
  return [window.expiresAt, ...asked].sort()[0];
}

/** Seconds an end came after it was due; 0 for one in time. @param until the end, or for what lives on the instant it is looked at. */
export function lateSeconds(due: Instant, until: Instant): number {
  return Math.max(0, secondsBetween(due, until));
}
