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

/**
 * The latest grant of each entitlement to one account, by its number: a login may have belonged to somebody else. What is not among
 * the entries is left out, which does not say that it never was.
 */
export function lastHeldOf(
  entries: readonly Entry[],
  { subject, entitlements }: { readonly subject: Account; readonly entitlements: readonly string[] },
): readonly LastHeld[] {
  const own = entries.filter((entry) => entry.subject?.id === subject.id);
  return entitlements.flatMap((entitlement) => {
    const held = own.flatMap((entry) => heldBy(entry, entitlement) ?? []);
    return held.toSorted((a, b) => (a.until < b.until ? 1 : -1)).slice(0, 1);
  });
}

function heldBy(entry: Entry, entitlement: string): LastHeld | undefined {
  const happened = (name: 'granted' | 'ended') =>
    entry.events.findLast(({ event, entitlement: of }) => event === name && of === entitlement);
  if (happened('granted') === undefined) return undefined;
  const ended = happened('ended');
  if (ended !== undefined) return { entitlement, until: ended.at, isOver: true };
  if (entry.window === undefined || !isLiveEntry(entry)) return undefined;
  return { entitlement, until: entry.window.expiresAt, isOver: false };
}
