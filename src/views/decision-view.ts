import type { Entitlement } from '../core/entitlement.js';
import type { EndReason, Window } from '../core/grant.js';
import type { LastHeld } from '../core/lifecycle/last-held.js';
import type { Decision } from '../core/policy/decision.js';
import type { Impact } from '../core/policy/impact.js';
import type { PullRequestClass } from '../core/pull-request.js';
import type { AccessRequest, RequestId } from '../core/request.js';
import type { Instant } from '../core/time.js';
import type { Issue } from '../documents/issue.js';
import { type AccessReviewView, isListApproved } from './access-review.js';

/** One request and everything a surface says about it. */
export interface RequestView {
  readonly request: AccessRequest;
  /** Login of whoever opened the pull request; `null` for a deleted account or when nobody asked yet. */
  readonly requester: string | null;
  readonly decision: Decision;
  /** Catalog facts of the entitlements asked for; what the catalog does not know is absent. */
  readonly entitlements: readonly Entitlement[];
  /** Findings that another file would mend, at the lines they are about. */
  readonly inFile?: readonly Issue[];
  /** When the subject had the same last, where that is known; what is absent may have been held all the same. */
  readonly lastHeld?: readonly LastHeld[];
  /** The window it would get if it landed now, or has got. */
  readonly window?: Window;
  /** Nobody looked who is in which team, so nothing can be said about who could approve. */
  readonly teamsUnknown?: true;
}

/** What happens next while the pull request is open; it follows from the view. */
type OpenStep =
  | 'mend'
  | 'refused'
  | 'ask_otherwise'
  | 'approvals'
  | 'merge'
  | 'app_merges'
  | 'removal'
  | 'nothing';

/** What happens next. The views work it out unless the caller knows better, as it does after the landing. */
export type NextStep =
  | { readonly kind: OpenStep | 'granting' | 'not_granted' }
  | { readonly kind: 'scheduled'; readonly from: Instant; readonly until: Instant }
  | { readonly kind: 'granted'; readonly until: Instant }
  | { readonly kind: 'ended'; readonly at: Instant; readonly reason: EndReason };

/** Everything the sticky comment and the check of one pull request are rendered from. */
export interface DecisionView {
  readonly pullRequest: PullRequestClass;
  readonly requests: readonly RequestView[];
  /** Requests whose removal the pull request asks for. */
  readonly removals: readonly RequestId[];
  /** Problems of the files this pull request brings. */
  readonly issues: readonly Issue[];
  /** Why the pull request is not decided at all (draft, fork, bot, mixed), and what to do instead. */
  readonly refusal?: { readonly message: string; readonly unblock: string };
  /** Problems of the policy, catalog or people on the base branch: while there are any, nothing can be approved. */
  readonly broken: readonly Issue[];
  /** Who was asked for review, and why them. */
  readonly asked: readonly { readonly login: string; readonly why: string }[];
  /** What a change of the control documents would do, and among how many requests that was looked for. */
  readonly impact?: { readonly impacts: readonly Impact[]; readonly looked: number };
  /** A list of an access review, where the pull request brings one. */
  readonly accessReview?: AccessReviewView;
  readonly next?: NextStep;
}

/** How the whole pull request stands. `refused`, `broken` and `nothing` are no outcomes of a decision. */
export type Standing = Decision['outcome'] | 'refused' | 'broken' | 'removal' | 'control' | 'nothing';

const WORST_FIRST = ['invalid', 'denied', 'pending', 'approved'] as const;

export function standingOf(view: DecisionView): Standing {
  if (view.refusal !== undefined) return 'refused';
  if (view.issues.some((issue) => issue.severity === 'error')) return 'invalid';
  if (view.pullRequest === 'control') return 'control';
  if (view.pullRequest === 'removal') return 'removal';
  if (view.broken.some((issue) => issue.severity === 'error')) return 'broken';
  if (view.pullRequest === 'mixed') return 'refused';
  if (view.accessReview !== undefined) return isListApproved(view.accessReview) ? 'approved' : 'pending';
  const outcomes = new Set(view.requests.map(({ decision }) => decision.outcome));
  // Only a pull request that asks for nothing may pass without a decision.
  const undecided = view.pullRequest === 'other' ? 'nothing' : 'refused';
  return WORST_FIRST.find((outcome) => outcomes.has(outcome)) ?? undecided;
}

const OPEN_STEP: Readonly<Record<Standing, OpenStep>> = {
  invalid: 'mend',
  refused: 'refused',
  denied: 'ask_otherwise',
  pending: 'approvals',
  approved: 'merge',
  broken: 'nothing',
  removal: 'removal',
  control: 'nothing',
  nothing: 'nothing',
};

export function nextStepOf(view: DecisionView): NextStep {
  if (view.next !== undefined) return view.next;
  const standing = standingOf(view);
  return { kind: standing === 'approved' && mergesItself(view) ? 'app_merges' : OPEN_STEP[standing] };
}

/** Whether the app merges it once everything is approved. */
export function mergesItself({ requests }: DecisionView): boolean {
  return requests.length > 0 && requests.every(({ decision }) => decision.autoMerge);
}
