import type { AccessReviewRecord } from '../core/access-review/access-review.js';
import type { Oid } from '../core/approval.js';
import type { Entry, Violation } from '../core/grant.js';
import type { OrphanRecord } from '../core/reconcile/orphan.js';
import type { RequestId } from '../core/request.js';
import type { Instant } from '../core/time.js';

/** A grant that lives: its entry, or why the entry cannot be read (it is quarantined and counts as expired; T105). */
export type ActiveEntry =
  | { readonly id: RequestId; readonly entry: Entry }
  | { readonly id: string; readonly problem: string };

export interface LedgerSnapshot {
  /** `null`: the branch does not exist yet. */
  readonly head: Oid | null;
  /** The default-branch commit up to which landings are decided; `null` before the first pass. */
  readonly cursor: Oid | null;
  readonly active: readonly ActiveEntry[];
}

/** A snapshot, and when the remote was last found or put in that state; absent when an earlier process did. */
export interface KnownLedger {
  readonly snapshot: LedgerSnapshot;
  readonly asOf?: Instant;
}

/** The live entries that can be read. The others are quarantined, and said so by each pass. */
export function readableEntries(snapshot: LedgerSnapshot): readonly Entry[] {
  return snapshot.active.flatMap((one) => ('entry' in one ? [one.entry] : []));
}

/** Changes that go into one commit. */
export interface LedgerBatch {
  /** The head the changes were computed on. */
  readonly base: Oid | null;
  /**
   * What this writer has recorded itself since the base, and the head it got for that. Everything else it still knows as of the base:
   * another writer's commit may lie between the two.
   */
  readonly since?: ReadonlyMap<RequestId | 'cursor', Oid>;
  /** Fixed words and ids only: free text never enters a commit message (T120). */
  readonly subject: string;
  readonly entries: readonly Entry[];
  readonly violations: readonly Violation[];
  readonly orphans?: readonly OrphanRecord[];
  readonly accessReviews?: readonly AccessReviewRecord[];
  readonly cursor?: Oid;
  /** Entries the changes go by without changing them; another writer's change to one of them counts as one to ours. */
  readonly reliesOn?: readonly RequestId[];
}

/**
 * The App-only branch. Written by compare-and-swap, never by force. When the remote moved meanwhile, the batch is applied on
 * the new head if none of the documents it touches changed there, a bounded number of times; else `Retry('ledger_moved')`.
 * Markers under `active/` follow from the entries.
 */
export interface Ledger {
  /**
   * Fetches and verifies what is new since the last read: signed by the pinned key, linear, descending from the last head seen.
   * Throws `Blocked('ledger_rewritten' | 'ledger_forged')` when not, `Retry` when the remote is away.
   * @param named where the host has just shown the branch, for what only shows: while that is what was verified last, nothing is fetched. `null`: it
   *   showed none, which is no reason to believe so
   */
  read(named?: Oid | null): Promise<LedgerSnapshot>;
  entry(id: RequestId): Promise<Entry | undefined>;
  /**
   * The last snapshot that was verified and what this writer has appended since, without waiting for the remote or for a call that does:
   * what revocations go by.
   */
  known(): Promise<KnownLedger | undefined>;
  /**
   * Entries, ended ones too, of requests filed in the given months (`2026/11`). For limits over the last days; costs as much as
   * those months hold. Throws `Blocked('entry_unreadable')` when one of them cannot be read.
   */
  filedIn(months: readonly string[]): Promise<readonly Entry[]>;
  /** Every stage of the access reviews asked in the given months. Throws as `filedIn` does. */
  accessReviewsOf(months: readonly string[]): Promise<readonly AccessReviewRecord[]>;
  /** @returns the new head. An empty batch writes nothing and returns the base. */
  append(batch: LedgerBatch): Promise<Oid | null>;
}
