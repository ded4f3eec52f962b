import { foldLogin } from '../identity.js';
import type { AccessRequest } from '../request.js';
import type { Decision, GroupProgress, Outcome } from './decision.js';
import { evaluate } from './evaluate.js';
import type { Control, Evidence } from './evidence.js';
import { needs } from './needs.js';
import { listed } from './wording.js';

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
  /** The first reason the new decision gives, where it is not approved; what was not recorded, where it is unknown. */
  readonly because?: string;
}

/** What would change, case by case. Cases that come out the same are left out. */
export function impactOf(cases: readonly ImpactCase[], before: Control, after: Control): Impact[] {
  return cases.flatMap((one) => {
    const was = evaluate(before, one.request, one.evidence);
    const is = evaluate(after, one.request, one.evidence);
    const lacking = factsLacking(after, one);
    const makesDifference = was.outcome !== is.outcome || !isSubset(lacking, factsLacking(before, one));
    const isUnknown = lacking.length > 0 && makesDifference && is.outcome !== 'invalid';
    const kind = isUnknown ? 'unknown' : kindOf(one, was, is);
    if (kind === undefined) return [];
    const because = isUnknown ? `Not recorded: ${listed(lacking)}.` : reasonOf(is);
    const { name, standing } = one;
    const impact = { kind, name, standing, before: was.outcome, after: is.outcome };
    return [because === undefined ? impact : { ...impact, because }];
  });
}

/** Whatever is approved has none. */
function reasonOf({ findings }: Decision): string | undefined {
  return findings.find(({ status }) => status !== 'satisfied')?.message;
}

function kindOf(one: ImpactCase, was: Decision, is: Decision): ImpactKind | undefined {
  if (is.outcome === 'approved') {
    const neededPeople = was.outcome === 'pending' || was.approvals.length > 0;
    if (neededPeople && is.approvals.length === 0 && !one.request.breakGlass) return 'self_approving';
    return was.outcome === 'approved' ? undefined : 'gains';
  }
  if (was.outcome === 'approved') return 'loses';
  if (isReachable(was, one.evidence) && !isReachable(is, one.evidence)) return 'unreachable';
  return one.standing === 'open' && countedPeople(is) < countedPeople(was) ? 'voided' : undefined;
}

function countedPeople(decision: Decision): number {
  return new Set(decision.approvals.map(({ account }) => account.id)).size;
}

/** Whether people can still give what is missing. A team nobody is in, such as a misspelt one, keeps a request waiting for ever. */
function isReachable({ outcome, groups }: Decision, evidence: Evidence): boolean {
  return outcome === 'pending' && !groups.some((group) => lacksPeople(group, evidence));
}

/** Whoever policy names and nobody looked up may well be there. */
function lacksPeople({ from, count, filledBy, candidates }: GroupProgress, evidence: Evidence): boolean {
  const lookedUp = new Set((evidence.accounts ?? []).map(({ login }) => foldLogin(login)));
  return (
    filledBy.length + candidates.length < count && from.users.every((login) => lookedUp.has(foldLogin(login)))
  );
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}

/** Facts nobody asked for when the others were gathered; they cannot be told from empty ones. */
export function factsLacking(
  control: Control,
  { request, evidence }: Pick<ImpactCase, 'request' | 'evidence'>,
): readonly string[] {
  const wanted = needs(control, request);
  const teams = new Set(evidence.teams.map(({ team }) => team));
  const held = new Set((evidence.held ?? []).map(({ entitlement }) => entitlement));
  return [
    ...wanted.teams.filter((team) => !teams.has(team)).map((team) => `who is in ${team}`),
    ...wanted.held.filter((id) => !held.has(id)).map((id) => `how long ${id} was held`),
    ...(wanted.openRequests && evidence.openRequests === null ? ['how many requests were open'] : []),
  ];
}
