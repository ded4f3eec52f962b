import type { Group } from './identity.js';
import type { Duration } from './time.js';

/** A value that survives JSON. Coordinates and receipts are such values, so they go into the ledger as they are. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a kind of target can do by itself; declared by the provider, shown to approvers, used by tiers. */
export interface Abilities {
  /** `observe` can list every managed holding, not only those it is asked about. */
  readonly enumerates: boolean;
  /** `enforced`: the target ends the access itself. `login-only`: new logins stop. `none`: only Hallpass ends it. */
  readonly nativeExpiry: 'enforced' | 'login-only' | 'none';
  readonly endsSessions: boolean;
  /** `mapped`: the subject needs an identity for the target in the people document. `login`: the GitHub login is the identity. */
  readonly identity: 'mapped' | 'login';
}

export interface Target {
  readonly id: string;
  readonly kind: string;
  readonly abilities: Abilities;
  /** Who answers for it: for what drifts there. Nobody is named when absent. */
  readonly owners?: Group;
}

export interface Tier {
  readonly id: string;
  readonly minApprovals: number;
  readonly maxDuration?: Duration;
  readonly nativeExpiry: 'optional' | 'required';
}

export interface Entitlement {
  readonly id: string;
  readonly title: string;
  /** With the abilities it has for this very grant, which may be more than its kind promises for all. */
  readonly target: Target;
  /** Absent in the document: one approval and no limit of its own. */
  readonly tier?: Tier;
  /** The provider's own coordinates, already valid for the target's kind (T065). */
  readonly grant: Readonly<Record<string, Json>>;
  readonly exclusive: boolean;
  /** Stands before the target's; absent: the target's. */
  readonly owners?: Group;
}

/** What can be held. Maps, because `constructor` is a legal id (T010). */
export interface Catalog {
  readonly targets: ReadonlyMap<string, Target>;
  readonly entitlements: ReadonlyMap<string, Entitlement>;
}

/** The fewest distinct approvers an entitlement asks for; one where no tier says otherwise (D14). */
export function approvalFloor(entitlement: Entitlement): number {
  return entitlement.tier?.minApprovals ?? 1;
}

/** Who answers for an entitlement: its own owners, else its target's; `undefined`: nobody is named. */
export function ownersOf({ owners, target }: Pick<Entitlement, 'owners' | 'target'>): Group | undefined {
  return owners ?? target.owners;
}
