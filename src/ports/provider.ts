import type { Abilities, Json } from '../core/entitlement.js';
import type { Coordinates, Holding } from '../core/grant.js';
import type { Instant } from '../core/time.js';

/** What a target says somebody has. */
export interface ObservedHolding {
  readonly holding: Holding;
  /** When the target itself will end it, where it can. */
  readonly until?: Instant;
  /** Whether Hallpass made it, where the target remembers who did; `unknown` where it does not, as a GitHub team. */
  readonly managed: 'yes' | 'no' | 'unknown';
}

/**
 * What was seen. `partial` means that some of what was asked could not be read, so absence proves nothing.
 * A failed observation throws; it is never an empty one.
 */
export interface Observation {
  readonly complete: boolean;
  readonly held: readonly ObservedHolding[];
  /** The target's clock, where it has one. */
  readonly clock?: Instant;
}

export interface GrantResult {
  /** False: it was there already. */
  readonly changed: boolean;
  /** True: the subject had it before and not from us; revoking it later would take standing access away (I-43). */
  readonly preexisting: boolean;
  /** What the provider needs to find its own doing again. Goes into the ledger: no secrets. */
  readonly receipt: Json;
}

/**
 * One configured target. All calls are idempotent, bounded in time, and throw `Retry` or `Blocked`. After a time-out the
 * truth is `observe`, never the request.
 */
export interface Provider {
  /** Those of its kind, or more where the target's settings make it do more. */
  readonly abilities: Abilities;
  /** How many calls about different holdings may run at once; absent: one after the other. */
  readonly width?: number;
  readonly nativeExpiryOf?: ProviderKind['nativeExpiryOf'];
  /**
   * Reports which of `scope` are held. Where `abilities.enumerates` is true it also lists everybody else who holds the same
   * coordinates, and everybody who holds those of `everybodyOf`, which nobody in particular is asked about.
   */
  observe(scope: readonly Holding[], everybodyOf?: readonly Coordinates[]): Promise<Observation>;
  /**
   * @param until when the access ends; native expiry is set to it where the target has one, also on a second call.
   * @param key the same for every attempt at the same grant; a target that takes idempotency keys gets it.
   */
  grant(holding: Holding, until: Instant, key: string): Promise<GrantResult>;
  /** Takes the holding away. Something that is gone already is a success with `changed: false`. */
  revoke(holding: Holding, receipt: Json): Promise<{ readonly changed: boolean }>;
  /** Ends what is still running under the holding and waits until it has ended. @returns how many there were. */
  endSessions?(holding: Holding): Promise<{ readonly ended: number }>;
  /** Throws `Blocked` when the holding could not be granted or, once granted, not be revoked. */
  preflight?(holding: Holding): Promise<void>;
  /** What this target could grant, for a catalog to start from. Bounded; `title` is untrusted text of the target. */
  discover?(): Promise<readonly { readonly title: string; readonly grant: Coordinates }[]>;
  close?(): Promise<void>;
}

/** What the table of kinds knows of one kind of target, before any target is configured. */
export interface ProviderKind {
  readonly kind: string;
  /** What holds for every grant of the kind. */
  readonly abilities: Abilities;
  /** Where the form of a grant decides it: what the target does for this one. Absent: the same for all, as `abilities` says. */
  readonly nativeExpiryOf?: (grant: Coordinates) => Abilities['nativeExpiry'];
  /** JSON Schema (2020-12) of an entitlement's `grant`; closed, every string bounded. */
  readonly grantSchema: Readonly<Record<string, unknown>>;
  /** JSON Schema of the target's connection in the server's settings. */
  readonly connectionSchema: Readonly<Record<string, unknown>>;
}

/** Whether the target ends this very grant by itself. */
export function nativeExpiryOf(
  { abilities, nativeExpiryOf: ofGrant }: Provider,
  grant: Coordinates,
): Abilities['nativeExpiry'] {
  return ofGrant?.(grant) ?? abilities.nativeExpiry;
}
