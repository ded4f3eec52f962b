import type { Oid } from '../core/approval.js';
import type { Entry } from '../core/grant.js';
import type { RequestId } from '../core/request.js';

/** An entry of a month, and which version of it: equal versions are equal documents. */
export interface FiledEntry {
  readonly id: RequestId;
  readonly version: Oid;
}

/**
 * The whole ledger as it was when it was last verified, for whoever looks back. Waits for the disk, never for the remote or for a call
 * that does, so that looking back keeps nothing waiting that ends access.
 */
export interface LedgerPast {
  /** Months that hold entries, such as `2026/11`, the latest first. */
  months(): Promise<readonly string[]>;
  /** What a month holds, without reading it. */
  filed(month: string): Promise<readonly FiledEntry[]>;
  /** Its entry, `undefined` when there is none, or why it cannot be read. */
  entry(id: RequestId): Promise<{ readonly entry: Entry } | { readonly problem: string } | undefined>;
}
