import type { AccessRequest } from '../request.js';
import type { Decision, Outcome } from './decision.js';
import { evaluate } from './evaluate.js';
import type { Control, Evidence } from './evidence.js';
import { needs } from './needs.js';

/** A request that was decided, or is open, with the facts known of it. */
export interface ImpactCase {
  /** What it is called where people read it: a request id, or one with its pull request. */
  readonly name: string;
  readonly standing: 'open' | 'live' | 'ended';
  readonly request: AccessRequest;
  readonly evidence: Evidence;
}

/** How a changed policy would treat a request otherwise. */
export type ImpactKind =
  /** It was not approved, and now would be. */
  | 'gains'
  /** It was approved, and now would not be. */
  | 'loses'
  /** It needed people, and now approves itself. */
  | 'self_approving'
  /** It could be approved, and now nobody can. */
  | 'unreachable'
  /** It is open, and approvals given for it no longer count. */
  | 'voided'
  /** The new rules ask for facts that were not recorded. */
  | 'unknown';

export interface Impact {
  readonly kind: ImpactKind;
  readonly name: string;
  readonly standing: ImpactCase['standing'];
  readonly before: Outcome;
  readonly after: Outcome;
  /** The first reason the new decision gives, where it is not approved. */
  readonly because?: string;
}

/** What would change, case by case. Cases that come out the same are left out. */
export function impactOf(cases: readonly ImpactCase[], before: Control, after: Control): Impact[] {
  return cases.flatMap((one) => {
    const was = evaluate(before, one.request, one.evidence);
    const is = evaluate(after, one.request, one.evidence);
    const kind = lacksFacts(one, after) && was.outcome !== is.outcome ? 'unknown' : kindOf(one, was, is);
    if (kind === undefined) return [];
    const reason = is.findings.find(({ status }) => status !== 'satisfied')?.message;
    const { name, standing } = one;
    const because = reason === undefined || is.outcome === 'approved' ? {} : { because: reason };
    return [{ kind, name, standing, before: was.outcome, after: is.outcome, ...because }];
  });
}

function kindOf(one: ImpactCase, was: Decision, is: Decision): ImpactKind | undefined {
  if (is.outcome === 'approved') {
    if (was.approvals.length > 0 && is.approvals.length === 0 && !one.request.breakGlass)
      return 'self_approving';
    return was.outcome === 'approved' ? undefined : 'gains';
  }
  const hopeless = is.outcome === 'denied' || is.outcome === 'invalid';
  if (was.outcome === 'approved') return 'loses';
  if (was.outcome === 'pending' && hopeless) return 'unreachable';
  return one.standing === 'open' && countedPeople(is) < countedPeople(was) ? 'voided' : undefined;
}

function countedPeople(decision: Decision): number {
  return new Set(decision.approvals.map(({ account }) => account.id)).size;
}

/** Teams nobody looked at when the facts were gathered cannot be told from empty ones. */
function lacksFacts({ request, evidence }: ImpactCase, control: Control): boolean {
  const known = new Set(evidence.teams.map(({ team }) => team));
  return needs(control, request).teams.some((team) => !known.has(team));
}
