import { type Holding, holdingKey } from '../grant.js';
import type { RequestId } from '../request.js';
import type { Instant } from '../time.js';
import { byKey, type Claim, isDue, mayBeHeld } from './claim.js';

/** What a target was seen to hold, as far as drift needs it. */
export interface Seen {
  readonly holding: Holding;
  readonly managed: 'yes' | 'no' | 'unknown';
}

/** A difference between what the ledger wants and what a target holds. */
export interface Drift {
  readonly kind: 'missing' | 'orphaned' | 'overdue' | 'unmanaged';
  readonly holding: Holding;
  readonly id?: RequestId;
  /** What the claim is to, where there is one. */
  readonly entitlement?: string;
  /** Since when it is so, where that follows from the claim: of what is overdue, its end. */
  readonly since?: Instant;
  /** Of what is missing: the subject had it before us, so it is not ours to give back. */
  readonly preexisting?: true;
}

/**
 * Compares what one target holds with the claims on it.
 * @param complete whether the observation was complete. When not, nothing is called missing: unseen is not absent.
 * @param exclusive keys of coordinates nobody may hold but through a grant.
 */
export function driftOf(
  claims: readonly Claim[],
  seen: readonly Seen[],
  context: { readonly now: Instant; readonly complete: boolean; readonly exclusive: ReadonlySet<string> },
): Drift[] {
  const held = new Map(seen.map((one) => [holdingKey(one.holding), one]));
  const known = byKey(claims);
  return [
    ...claims.flatMap((claim) => driftOfClaim(claim, held.has(claim.key), context)),
    ...seen.flatMap((one) =>
      driftOfHolding(one, known.get(holdingKey(one.holding)) ?? [], context.exclusive),
    ),
  ];
}

function driftOfClaim(claim: Claim, isHeld: boolean, context: { now: Instant; complete: boolean }): Drift[] {
  const { id, holding, entitlement } = claim;
  if (claim.end !== undefined && isHeld && mayBeHeld(claim) && !claim.preexisting) {
    const over = claim.expiresAt <= context.now;
    return [{ kind: 'overdue', id, holding, entitlement, ...(over ? { since: claim.expiresAt } : {}) }];
  }
  const missing = claim.state === 'active' && isDue(claim, context.now) && !isHeld && context.complete;
  if (!missing) return [];
  return [{ kind: 'missing', id, holding, entitlement, ...(claim.preexisting ? { preexisting: true } : {}) }];
}

function driftOfHolding(one: Seen, claims: readonly Claim[], exclusive: ReadonlySet<string>): Drift[] {
  if (claims.some(mayBeHeld)) return [];
  if (one.managed === 'yes') return [{ kind: 'orphaned', holding: one.holding }];
  return exclusive.has(coordinatesKey(one.holding)) ? [{ kind: 'unmanaged', holding: one.holding }] : [];
}

/** Equal for holdings of different subjects that are the same thing. */
export function coordinatesKey(holding: Pick<Holding, 'target' | 'grant'>): string {
  return holdingKey({ target: holding.target, subject: '', grant: holding.grant });
}
