import type { Entry } from '../core/grant.js';

/** An entry, or why the document at that path is none. */
export type EntryOrProblem = { readonly entry: Entry } | { readonly path: string; readonly problem: string };

/** The entries of a ledger as they are now, read from a clone and not proved; `hallpass audit verify` proves them. */
export interface LedgerEntries {
  /** @param which `live` reads only entries with a marker, so it costs nothing for all that have ended. */
  entries(which: 'live' | 'all'): Promise<readonly EntryOrProblem[]>;
  close(): Promise<void>;
}
