import type { Entry } from '../grant.js';
import type { Account } from '../identity.js';
import type { Instant } from '../time.js';
import { isLiveEntry } from './grant.js';

/** When somebody had an entitlement last, as far as some entries tell. */
export interface LastHeld {
  readonly entitlement: string;
  /** When it ended, or will. */
  readonly until: Instant;
  readonly isOver: boolean;
}

/** What one entry says of it, and of whom: small enough to be kept for many. */
export interface HeldBy {
  /** The number of an account: a login may have belonged to somebody else. */
  readonly subject: number;
  readonly held: readonly LastHeld[];
}

export function heldBy(entry: Entry): HeldBy | undefined {
  if (entry.subject === null) return undefined;
  const held = entry.holdings.flatMap(({ entitlement }) => heldOf(entry, entitlement) ?? []);
  return held.length === 0 ? undefined : { subject: entry.subject.id, held };
}

/** The latest of each entitlement. What nothing tells of is left out, which does not say that it never was. */
export function lastHeldOf(
  told: readonly HeldBy[],
  { subject, entitlements }: { readonly subject: Account; readonly entitlements: readonly string[] },
): readonly LastHeld[] {
  const own = told.filter((one) => one.subject === subject.id).flatMap(({ held }) => held);
  return entitlements.flatMap((entitlement) => {
    const same = own.filter((one) => one.entitlement === entitlement);
    return same.toSorted((a, b) => (a.until < b.until ? 1 : -1)).slice(0, 1);
  });
}

function heldOf(entry: Entry, entitlement: string): LastHeld | undefined {
  const happened = (name: 'granted' | 'ended') =>
    entry.events.findLast(({ event, entitlement: of }) => event === name && of === entitlement);
  if (happened('granted') === undefined) return undefined;
  const ended = happened('ended');
  if (ended !== undefined) return { entitlement, until: ended.at, isOver: true };
  if (entry.window === undefined || !isLiveEntry(entry)) return undefined;
  return { entitlement, until: entry.window.expiresAt, isOver: false };
}
