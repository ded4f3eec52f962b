import type { Oid } from '../approval.js';

/** `critical`: somebody may have had access they should not. `high`: the record cannot be relied on. `medium`: untidy. */
export type Severity = 'critical' | 'high' | 'medium';

/** Everything `audit verify` can find, and how bad it is (THREATS section 3). A closed list. */
export const FINDINGS = {
  // The copy itself.
  replace_refs: 'high',
  grafts: 'high',
  shallow: 'high',
  alternates: 'high',
  damaged_objects: 'high',
  rolled_back: 'critical',
  // The chain of commits.
  not_linear: 'high',
  foreign_header: 'high',
  foreign_message: 'high',
  unsigned: 'critical',
  unknown_signer: 'critical',
  foreign_key: 'critical',
  bad_rotation: 'critical',
  commit_empty: 'medium',
  // Files of the ledger.
  foreign_path: 'high',
  wrong_mode: 'high',
  document_removed: 'critical',
  document_rewritten: 'high',
  document_unreadable: 'critical',
  marker_wrong: 'critical',
  // The life of a grant.
  frozen_part_changed: 'critical',
  events_changed: 'critical',
  change_without_event: 'critical',
  impossible_event: 'critical',
  state_not_from_events: 'critical',
  first_event_wrong: 'high',
  times_disordered: 'high',
  window_wrong: 'critical',
  granted_outside_window: 'critical',
  ended_early: 'high',
  end_unexplained: 'high',
  ended_late: 'high',
  not_ended: 'critical',
  review_not_owed: 'high',
  // What was removed although no grant has it.
  orphan_held: 'high',
  orphan_not_intended: 'high',
  // What was put before its owners.
  access_review_changed: 'high',
  access_review_out_of_time: 'high',
  access_review_unanswered: 'critical',
  // The decision and what it covers.
  landing_not_on_branch: 'critical',
  landing_mismatch: 'critical',
  landing_out_of_turn: 'critical',
  content_mismatch: 'critical',
  request_mismatch: 'critical',
  id_reused: 'critical',
  control_mismatch: 'critical',
  control_unreadable: 'critical',
  holding_mismatch: 'critical',
  not_approved: 'critical',
  too_few_approvers: 'critical',
  excluded_approver: 'critical',
  approval_not_counting: 'critical',
  replay_disagrees: 'critical',
  // The default branch.
  cursor_unreadable: 'critical',
  cursor_not_on_branch: 'critical',
  cursor_backwards: 'critical',
  landing_unrecorded: 'critical',
  removal_unrecorded: 'critical',
} as const satisfies Readonly<Record<string, Severity>>;

export type FindingCode = keyof typeof FINDINGS;

/** One thing that is not as it must be. `message` may hold names from outside: escape it where it is shown (T122). */
export interface AuditFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly commit?: Oid;
  readonly path?: string;
  readonly message: string;
}

export interface Place {
  readonly commit?: Oid;
  readonly path?: string;
}

export function finding(code: FindingCode, place: Place, message: string): AuditFinding {
  const { commit, path } = place;
  return {
    code,
    severity: FINDINGS[code],
    ...(commit === undefined ? {} : { commit }),
    ...(path === undefined ? {} : { path }),
    message,
  };
}

/** Findings of a list of checks: each says what is wrong, or nothing. */
export type Check = readonly [holds: boolean, code: FindingCode, message: string];

export function failures(place: Place, checks: readonly Check[]): AuditFinding[] {
  return checks.flatMap(([holds, code, message]) => (holds ? [] : [finding(code, place, message)]));
}
