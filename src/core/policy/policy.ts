import type { Group, Login } from '../identity.js';
import type { Duration, Instant } from '../time.js';

/** What a `when` expression may see, and nothing else (DESIGN section 3). Names are the document's. */
export interface ConditionFacts {
  readonly now: Instant;
  readonly request: {
    readonly duration: Duration;
    readonly start?: Instant;
    readonly ticket?: string;
    readonly justification: string;
    readonly entitlements: readonly string[];
    readonly break_glass: boolean;
  };
  readonly entitlement: { readonly id: string; readonly tier: string; readonly target: string };
  readonly requester: ConditionPerson;
  readonly subject: ConditionPerson;
}

export interface ConditionPerson {
  readonly login: Login;
  readonly teams: readonly string[];
  readonly attributes: ReadonlyMap<string, string | number | boolean>;
}

/** A compiled `when`. Throws when it cannot be evaluated, which counts as applying and unsatisfied. */
export interface Condition {
  readonly source: string;
  /** Whether the expression can look at teams, so that their members are fetched for it. */
  readonly readsTeams: boolean;
  /** The team slugs it asks about, sorted, none twice. A team that is not known then makes the evaluation fail. */
  readonly teams: readonly string[];
  holds(facts: ConditionFacts): boolean;
}

/** A compiled pattern of a linear-time dialect, matched against the whole text (T066). */
export interface TextPattern {
  readonly source: string;
  matches(text: string): boolean;
}

/** One group of an approval requirement: `count` different people from it. */
export interface ApprovalGroup {
  readonly from: Group;
  /** At least 1. */
  readonly count: number;
  /** Groups of a later stage are filled only by reviews given after all earlier stages were full. Default 1. */
  readonly stage: number;
  /** Whether an approval has to say something to count. */
  readonly comment: 'optional' | 'required';
}

/** What a rule does; exactly one. */
export type RuleEffect =
  | { readonly kind: 'approvals'; readonly groups: readonly ApprovalGroup[] }
  | { readonly kind: 'auto_approve' }
  | { readonly kind: 'deny'; readonly message: string }
  | {
      readonly kind: 'break_glass';
      readonly maxDuration: Duration;
      readonly reviewWithin: Duration;
      readonly reviewers: Group;
    };

export interface Rule {
  readonly name: string;
  /** Literal ids, or a prefix with one trailing `*`. */
  readonly entitlements: readonly string[];
  /** Absent: everybody. */
  readonly requesters?: Group;
  /** When present, `requesters` holds the opener and this holds the subject. */
  readonly onBehalfOf?: Group;
  readonly when?: Condition;
  readonly effect: RuleEffect;
  readonly maxDuration?: Duration;
  /** How long a grant and its extensions may last together; absent: twice `maxDuration`. */
  readonly maxTotal?: Duration;
  readonly ticket?: { readonly pattern?: TextPattern };
  readonly justification?: { readonly pattern: TextPattern };
  /** Who may veto beside the people of the approval groups. */
  readonly veto?: Group;
  /** How old an approval may be. Default 24h. */
  readonly approvalTtl: Duration;
  readonly autoMerge: boolean;
  /** Whether a grant ends early once its requester or subject may no longer have it. */
  readonly endWhenIneligible?: boolean;
  readonly limits?: RuleLimits;
  /** A request nobody has approved so long after it was opened has lapsed. */
  readonly lapsesAfter?: Duration;
  /** When to ask a second round of approvers, after so long without an answer. */
  readonly askAgainAfter?: Duration;
}

/** Limits for one person. */
export interface RuleLimits {
  /** Open requests of one requester, this one included. */
  readonly openRequests?: number;
  /** How long a subject may hold one entitlement within seven days, this request included. */
  readonly heldPerWeek?: Duration;
}

export interface Policy {
  readonly rules: readonly Rule[];
  /** Sets of entitlement ids of which nobody may hold two at once (separation of duties). */
  readonly conflicts: readonly (readonly string[])[];
  /** Absent: nobody is asked again about what they let people have. */
  readonly accessReviews?: ReviewRules;
}

/** When access is put before its owners again. */
export interface ReviewRules {
  /** How long what was kept stays unasked. */
  readonly every: Duration;
  /** How long owners have to answer. */
  readonly within: Duration;
  /** How long a grant, with what it prolongs, is held before it is asked about first. */
  readonly longLived: Duration;
  /** Who answers for what the catalog names no owners for. */
  readonly owners?: Group;
}

/** Whether a literal id or a prefix with a trailing `*` names the entitlement. */
export function patternNames(pattern: string, entitlement: string): boolean {
  return pattern.endsWith('*') ? entitlement.startsWith(pattern.slice(0, -1)) : pattern === entitlement;
}
