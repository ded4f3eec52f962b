import type { Entry } from '../../core/grant.js';
import type { Instant } from '../../core/time.js';

/** What keeps one entitlement of a grant from ending. */
export interface Hindrance {
  readonly entitlement: string;
  readonly code: string;
  /** Who must do what; absent where waiting may be enough. */
  readonly unblock?: string;
  readonly attempts: number;
  readonly nextAt: Instant;
}

/** Something a person has to know of before anything else. */
export type Problem =
  | {
      readonly kind: 'overdue';
      readonly entry: Entry;
      readonly entitlements: readonly string[];
      readonly since: Instant;
      readonly seconds: number;
      readonly hindrances: readonly Hindrance[];
    }
  /** The entry of a live grant cannot be read, so it counts as ended. */
  | { readonly kind: 'quarantined'; readonly id: string; readonly problem: string }
  /** A stage of the last pass did not reach its end. */
  | { readonly kind: 'stopped'; readonly stage: string; readonly code: string; readonly at: Instant }
  /** A target did not answer when it was looked at last. */
  | { readonly kind: 'unseen'; readonly target: string; readonly code: string | null; readonly at: Instant }
  /** Something happened and the ledger does not say so yet. */
  | { readonly kind: 'behind'; readonly seconds: number; readonly spooled: number }
  /** What targets hold and nobody asked for, or the other way round. */
  | { readonly kind: 'drift'; readonly target: string; readonly count: number }
  /** A break-glass grant whose review is owed, late or not. */
  | {
      readonly kind: 'review';
      readonly id: string;
      readonly subject: string | null;
      readonly pullRequest: number;
      readonly due: Instant | null;
      readonly isLate: boolean;
    };

export type ProblemKind = Problem['kind'];

/** Access that did not end stands before everything else. */
const WORST_FIRST: readonly ProblemKind[] = [
  'overdue',
  'quarantined',
  'stopped',
  'unseen',
  'behind',
  'review',
  'drift',
];

export function byUrgency(a: Problem, b: Problem): number {
  return WORST_FIRST.indexOf(a.kind) - WORST_FIRST.indexOf(b.kind);
}

/** Whether somebody may hold what they must not. Everything else can wait a little. */
export function isUrgent({ kind }: Problem): boolean {
  return kind === 'overdue' || kind === 'quarantined';
}
