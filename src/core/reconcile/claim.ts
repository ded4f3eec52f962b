import type { Json } from '../entitlement.js';
import {
  type EndReason,
  type Entry,
  type GrantEvent,
  type Holding,
  type HoldingState,
  holdingKey,
  type Window,
} from '../grant.js';
import { isLive } from '../lifecycle/grant.js';
import type { RequestId } from '../request.js';
import { hasEnded, type Instant } from '../time.js';

/** One live entitlement of one grant: somebody's claim to a holding for a while. */
export interface Claim {
  readonly id: RequestId;
  readonly entitlement: string;
  readonly holding: Holding;
  /** Equal for claims to the same thing, whatever entitlement they came by. */
  readonly key: string;
  readonly state: HoldingState;
  readonly startsAt: Instant;
  readonly expiresAt: Instant;
  /** Whether the subject had it before us; `undefined` until that was looked at, and nothing is granted before. */
  readonly preexisting: boolean | undefined;
  readonly receipt: Json;
  /** Why it has to end now; absent while it may go on. */
  readonly end?: EndReason;
  readonly breakGlass: boolean;
  /** The grant this one prolongs. */
  readonly extends?: RequestId;
  /** Whether the target was last told to go on until the end of a grant that prolongs this one. */
  readonly prolonged: boolean;
}

/** Every claim of the live entries, in their order. */
export function claimsOf(entries: readonly Entry[], now: Instant): Claim[] {
  return entries.flatMap((entry) => claimsOfEntry(entry, now));
}

/** A grant without a window cannot be shown to lie in the future: it has ended (T093). */
export function windowOf({ window, landing }: Entry): Window {
  return window ?? { startsAt: landing.mergedAt, expiresAt: landing.mergedAt };
}

function claimsOfEntry(entry: Entry, now: Instant): Claim[] {
  const { startsAt, expiresAt } = windowOf(entry);
  const end = endOf(entry, now);
  return entry.holdings.filter(isLive).map((held) => ({
    id: entry.id,
    entitlement: held.entitlement,
    holding: held.holding,
    key: holdingKey(held.holding),
    state: held.state,
    startsAt,
    expiresAt,
    preexisting: held.preexisting,
    receipt: held.receipt ?? null,
    breakGlass: entry.breakGlass,
    prolonged: lastGranted(entry, held.entitlement)?.code === 'prolonged',
    ...(entry.extends === undefined ? {} : { extends: entry.extends }),
    ...(end === undefined ? {} : { end }),
  }));
}

function lastGranted({ events }: Entry, entitlement: string): GrantEvent | undefined {
  return events.findLast((event) => event.event === 'granted' && event.entitlement === entitlement);
}

/** Why it has to end now, if it has to. The first reason that came wins; being past the end needs nobody to ask. */
export function endOf(entry: Entry, now: Instant): EndReason | undefined {
  const asked = entry.events.find((event) => event.event === 'end_requested')?.reason;
  if (asked !== undefined && asked !== 'missed') return asked;
  return hasEnded(windowOf(entry).expiresAt, now) ? 'expired' : undefined;
}

/** Whether a claim wants its holding at `now`. */
export function isDue(claim: Claim, now: Instant): boolean {
  return claim.end === undefined && claim.startsAt <= now;
}

/** Whether the target may hold it because of this claim: intended counts, since a crash may have come after the grant. */
export function mayBeHeld(claim: Claim): boolean {
  return claim.state === 'intended' || claim.state === 'active' || claim.state === 'ending';
}

/** Claims to the same holding together. */
export function byKey(claims: readonly Claim[]): ReadonlyMap<string, readonly Claim[]> {
  const groups = new Map<string, Claim[]>();
  for (const claim of claims) {
    const group = groups.get(claim.key);
    if (group === undefined) groups.set(claim.key, [claim]);
    else group.push(claim);
  }
  return groups;
}
