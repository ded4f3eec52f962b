import type { Oid } from '../core/approval.js';
import type { TreeChange } from '../core/pull-request.js';
import type { Instant } from '../core/time.js';

/** What one first-parent commit changed against the one before. */
export interface BranchCommit {
  readonly commit: Oid;
  readonly changes: readonly TreeChange[];
}

/** A commit of the ledger with what its object says. Judging it is the audit's. */
export interface LedgerCommit extends BranchCommit {
  readonly parents: readonly Oid[];
  /** Whether it has exactly the headers the app writes. */
  readonly ownHeaders: boolean;
  /** Its message, when that is one line with nothing after it. */
  readonly subject?: string;
  /** The public key that signed exactly this commit; absent when no good signature is there. */
  readonly key?: string;
}

/** A commit's own words: who wrote it, when it was made, its first line. Nothing proves them. */
export interface CommitWords {
  readonly author: string;
  /** `null`: it claims a time that is none. */
  readonly at: Instant | null;
  readonly subject: string;
}

/** What makes a copy unfit to prove anything with, found before its history is read (T118). */
export interface Flaw {
  readonly flaw: 'replace_refs' | 'grafts' | 'shallow' | 'alternates' | 'damaged_objects';
  readonly detail: string;
}

/** A whole history, read from a clone without trusting the clone's configuration, its helpers or its dates. */
export interface LedgerHistory {
  flaws(): Promise<readonly Flaw[]>;
  /** The head of a branch, its own or as last fetched. `undefined`: there is no such branch here. */
  head(branch: string): Promise<Oid | undefined>;
  /** The branch the clone starts from. */
  defaultBranch(): Promise<string | undefined>;
  /**
   * First-parent commits up to `head`, oldest first, in bounded memory. @param after only those that follow it; throws
   * `Blocked('ledger_rewritten')` when `head` does not lead back to it.
   */
  ledger(head: Oid, after?: Oid): AsyncIterable<LedgerCommit>;
  /** The same for the default branch, and only what changed among requests and control documents. */
  landings(head: Oid): AsyncIterable<BranchCommit>;
  /** How many first-parent commits lead up to it, itself included. */
  length(head: Oid): Promise<number>;
  /** What a commit says of itself. `undefined`: not here, no commit, or damaged. */
  about(commit: Oid): Promise<CommitWords | undefined>;
  /** The bytes of a blob, proved to have that id. `undefined`: not here, no blob, damaged, or larger than `limit`. */
  read(blob: Oid, limit: number): Promise<Uint8Array | undefined>;
  /** The id git gives these bytes. */
  idOf(bytes: Uint8Array): Oid;
  close(): Promise<void>;
}
