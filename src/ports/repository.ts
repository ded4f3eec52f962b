import type { Oid } from '../core/approval.js';
import type { TreeChange, TreeFile } from '../core/pull-request.js';

/** A commit as git knows it; accounts come from the review host. */
export interface CommitFacts {
  readonly commit: Oid;
  readonly parents: readonly Oid[];
  readonly authorEmail: string;
  readonly committerEmail: string;
  /** Addresses of `Co-authored-by` trailers. */
  readonly coAuthorEmails: readonly string[];
}

/** A pull request and where it and the default branch are, by the host's word. */
export interface NamedHeads {
  readonly number: number;
  readonly head: Oid;
  readonly branch: Oid | null;
}

/** The content of the access repository, read by object id from a local mirror: no worktree, no renames, no replace refs. */
export interface Repository {
  /** Brings the default branch and, when asked, the heads of pull requests. Throws `Retry` when the remote is away. */
  fetch(pullRequests?: readonly number[]): Promise<void>;
  /** The same for a pull request of which nothing was ever fetched; otherwise nothing is done. */
  fetchFirst(pullRequest: number): Promise<void>;
  /** The same unless both heads are here already as the host has just named them. `null`: it named none. For what only shows. */
  fetchNamed(named: NamedHeads): Promise<void>;
  /** The fetched head of the default branch. */
  head(): Promise<Oid>;
  /** `undefined` when the object is not here or the two have no common history. */
  mergeBase(a: Oid, b: Oid): Promise<Oid | undefined>;
  isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean>;
  changes(from: Oid, to: Oid): Promise<readonly TreeChange[]>;
  /** First-parent commits after `from` up to `to`, oldest first. Throws `Blocked('history_rewritten')` when `from` is no ancestor. */
  landings(from: Oid, to: Oid): Promise<readonly { readonly commit: Oid; readonly parent: Oid }[]>;
  /** Every commit reachable from `head` and not from `base`, over all parents. */
  commits(base: Oid, head: Oid): Promise<readonly CommitFacts[]>;
  file(commit: Oid, path: string): Promise<TreeFile | undefined>;
  /** Paths of the files below a folder such as `.github/access/suites`; none where there is no such folder. */
  filesBelow(commit: Oid, folder: string): Promise<readonly string[]>;
  /** Bytes of a blob, or its size alone when it is larger than `limit`: the size is read before the bytes. */
  read(blob: Oid, limit: number): Promise<Uint8Array | { readonly tooLarge: number }>;
  /** Whether a path existed in any first-parent tree up to `commit` (an id is used once, for ever; T081). */
  everExisted(path: string, commit: Oid): Promise<boolean>;
}
