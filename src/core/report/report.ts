import type { Oid } from '../approval.js';
import type { AuditFinding } from '../audit/finding.js';
import type { Violation } from '../grant.js';
import type { OrphanRecord } from '../reconcile/orphan.js';
import type { Instant } from '../time.js';
import type { ReportedReviews } from './access-review.js';
import type { ReportedGrant } from './grant.js';
import type { Period } from './period.js';

/** A commit of the default branch that changed control documents. */
export interface ControlChange {
  readonly commit: Oid;
  /** What the commit says of itself; git proves neither, and neither did we. `null`: it cannot be read. */
  readonly at: Instant | null;
  readonly author: string | null;
  readonly subject: string | null;
  readonly paths: readonly string[];
}

/** Whether the ledger was proved before it was reported on. */
export type ReportVerification =
  | { readonly kind: 'verified'; readonly findings: readonly AuditFinding[]; readonly commits: number }
  | { readonly kind: 'not_verified'; readonly why: string };

/** What a ledger tells of a period, in the order in which it landed. */
export interface EvidenceReport {
  readonly period: Period;
  /** The heads it was read from: with them anybody can make it again. */
  readonly ledger: Oid;
  readonly main: Oid;
  readonly verification: ReportVerification;
  readonly grants: readonly ReportedGrant[];
  readonly refused: readonly ReportedGrant[];
  readonly violations: readonly Violation[];
  readonly orphans: readonly OrphanRecord[];
  readonly accessReviews: ReportedReviews;
  readonly changes: readonly ControlChange[];
  /** Documents of the ledger that could not be read: the report is not complete. */
  readonly unread: readonly string[];
}
