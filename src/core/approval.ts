import type { Account } from './identity.js';
import type { Instant } from './time.js';

/** A git object id: 40 or 64 lower-case hex digits. */
export type Oid = string & { readonly __brand: 'Oid' };

export type ReviewState = 'approved' | 'changes_requested' | 'dismissed' | 'commented';

/** A raw GitHub review. GitHub may hand out no user (deleted account) and no commit (collected). */
export interface Review {
  readonly id: number;
  readonly author: Account | null;
  /** GitHub's account type; only `User` can approve (T031). */
  readonly authorType: string;
  readonly state: ReviewState;
  readonly commit: Oid | null;
  readonly submittedAt: Instant;
  /** Whether the review carries a text of its own; some rules ask for one. */
  readonly commented: boolean;
}

const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function parseOid(text: string): Oid | undefined {
  return OID.test(text) ? (text as Oid) : undefined;
}

/** Why a review does not count as an approval. A closed list: views and suites know them all. */
export type DismissalReason =
  | 'no_account'
  | 'not_a_user'
  | 'superseded'
  | 'dismissed'
  | 'stale_commit'
  | 'before_epoch'
  | 'epoch_unknown'
  | 'in_the_future'
  | 'too_old'
  | 'requester'
  | 'subject'
  | 'contributor'
  | 'pusher'
  | 'contributors_unknown'
  | 'pushers_unknown'
  | 'login_reused'
  | 'not_in_group'
  | 'holds_granted_membership'
  | 'comment_missing'
  | 'stage_not_reached';
