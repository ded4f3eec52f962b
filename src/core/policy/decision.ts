import type { DismissalReason, Review } from '../approval.js';
import type { Account, Group } from '../identity.js';
import type { Instant } from '../time.js';

/** From best to worst; the worst over all entitlements and rules counts. */
export type Outcome = 'approved' | 'pending' | 'denied' | 'invalid';

export type FindingStatus = 'satisfied' | 'unsatisfied' | 'errored';

/** One explained result. Every surface renders this value and no other. */
export interface Finding {
  /** From the closed list in `findings.ts`, such as `approvals` or `duration`. */
  readonly code: string;
  readonly status: FindingStatus;
  /** What the request becomes while this is not satisfied. */
  readonly otherwise: Exclude<Outcome, 'approved'>;
  readonly entitlement?: string;
  readonly rule?: string;
  /** A sentence: what is so. */
  readonly message: string;
  /** A sentence: what would change it. Present whenever the finding is not satisfied. */
  readonly unblock?: string;
}

/** A review that counts, and for what. */
export interface CountedApproval {
  readonly account: Account;
  readonly review: number;
  readonly at: Instant;
  readonly rule: string;
  /** Index of the group in the rule that this approval fills; `null` when it counts only toward the tier's floor. */
  readonly group: number | null;
}

/** A review set aside, and why. */
export interface Dismissal {
  readonly review: Review;
  /** The rule that sets it aside; absent when it counts for no rule. */
  readonly rule?: string;
  readonly reason: DismissalReason;
  readonly message: string;
}

/** One approval group of a rule that applies, and how far it is filled. */
export interface GroupProgress {
  readonly rule: string;
  readonly group: number;
  readonly from: Group;
  readonly stage: number;
  readonly count: number;
  /** Whether all earlier stages are full. Reviews for a group that is not reached do not count yet. */
  readonly reached: boolean;
  readonly filledBy: readonly Account[];
  /** People who could fill what is open, by login. Empty although something is open: nobody can. */
  readonly candidates: readonly Candidate[];
}

/** Somebody who could approve. */
export type Candidate = Account;

/** The fold of all findings of a request. */
export interface Decision {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** Names of the rules that apply, in the order of the policy. */
  readonly rules: readonly string[];
  /** Names of those that are not satisfied. */
  readonly unsatisfied: readonly string[];
  readonly approvals: readonly CountedApproval[];
  readonly dismissals: readonly Dismissal[];
  readonly groups: readonly GroupProgress[];
  readonly vetoes: readonly Account[];
  /** Whether there is a rule that applies, and every one of them lets the app merge. Break-glass always does: it is granted now. */
  readonly autoMerge: boolean;
}
