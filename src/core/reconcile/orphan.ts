import type { Coordinates } from '../grant.js';
import type { Instant } from '../time.js';

/** A holding that is ours and that no grant wants: left by a ledger that was lost, or by an entry nobody can read. */
export interface Orphan {
  /** Who it is on the target. */
  readonly subject: string;
  readonly grant: Coordinates;
  /** Ids of the entitlements it is, by the catalog of that moment; none: the catalog has it no longer. */
  readonly entitlements: readonly string[];
  /** Of `done`: why it was not removed. Absent: it was, and the target was read back. */
  readonly code?: string;
}

/**
 * What the app does about the orphans of one target, for the ledger. No grant has them in its entry, so they get documents of
 * their own: one before the target is touched, one after it was read back. Each is written once.
 */
export interface OrphanRecord {
  readonly version: 1;
  readonly target: string;
  readonly at: Instant;
  readonly stage: OrphanStage;
  /** At least one. */
  readonly orphans: readonly Orphan[];
}

export type OrphanStage = 'intended' | 'done';
