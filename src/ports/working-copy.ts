import type { Oid } from '../core/approval.js';
import type { Account } from '../core/identity.js';

/** One new file on a branch of its own. */
export interface NewBranch {
  readonly branch: string;
  readonly path: string;
  readonly content: string;
  /** The whole commit message; never a text of somebody's (T120). */
  readonly subject: string;
  readonly author: Account;
}

/**
 * The access repository as the person who asks reaches it: apart from the folder they work in, which is neither read nor changed,
 * so that nothing half done can be left there.
 */
export interface WorkingCopy {
  /** A file of the default branch, as it was when the copy was made. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Files of another branch; `undefined`: the remote has no such branch. */
  branch(name: string): Promise<WorkingCopy['read'] | undefined>;
  /** Commits on top of the default branch, then pushes. @returns `undefined` when there is such a branch; it stays as it is. */
  push(change: NewBranch): Promise<Oid | undefined>;
  close(): Promise<void>;
}
