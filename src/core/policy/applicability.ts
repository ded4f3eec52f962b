import type { Entitlement } from '../entitlement.js';
import type { Account, Group } from '../identity.js';
import { personOf } from '../people.js';
import type { Facts } from './facts.js';
import { isInGroup, isNobody, teamsOf, unknownTeams } from './membership.js';
import { type ConditionFacts, type ConditionPerson, patternNames, type Rule } from './policy.js';
import { groupNamed, listed, problemOf } from './wording.js';

/** Whether a rule applies to one entitlement of a request. */
export type Applicability =
  | { readonly kind: 'applies' }
  /** It could not be told, which counts as applying and unsatisfied. */
  | { readonly kind: 'unknown'; readonly problem: string }
  /** It names the entitlement, but something else keeps it from applying: what would have to be so instead. */
  | { readonly kind: 'nearly'; readonly missing: string }
  | { readonly kind: 'not' };

/** Whether a rule is about an entitlement at all. Break-glass rules and break-glass requests only meet each other. */
export function isAbout(rule: Rule, entitlement: string, { request }: Pick<Facts, 'request'>): boolean {
  if ((rule.effect.kind === 'break_glass') !== request.breakGlass) return false;
  return rule.entitlements.some((pattern) => patternNames(pattern, entitlement));
}

export function applicabilityOf(rule: Rule, entitlement: Entitlement, facts: Facts): Applicability {
  if (!isAbout(rule, entitlement.id, facts)) return { kind: 'not' };
  const people = rule.effect.kind === 'deny' ? deniesPeople(rule, facts) : allowsPeople(rule, facts);
  if (people.kind !== 'applies' || rule.when === undefined) return people;
  const unknown = unknownTeams(facts.evidence, rule.when.teams);
  if (unknown.length > 0) return { kind: 'unknown', problem: unknownTeamsProblem(unknown) };
  try {
    if (rule.when.holds(conditionFacts(entitlement, facts))) return people;
    if (rule.effect.kind === 'deny') return { kind: 'not' };
    return { kind: 'nearly', missing: `its condition held: ${rule.when.source}` };
  } catch (error) {
    return { kind: 'unknown', problem: `its condition could not be evaluated: ${problemOf(error)}` };
  }
}

export function unknownTeamsProblem(teams: readonly string[]): string {
  return `${teams.length === 1 ? 'team' : 'teams'} ${listed(teams)} could not be found`;
}

/** An allowing rule wants everybody involved in its groups. */
function allowsPeople(rule: Rule, facts: Facts): Applicability {
  const { request, evidence } = facts;
  const opener = { account: evidence.requester, login: evidence.requester?.login ?? 'the requester' };
  const subject = { account: evidence.subject, login: request.subject };
  const wanted = rule.onBehalfOf ?? rule.requesters;
  const missing = [missingFrom(rule.requesters, opener, facts), missingFrom(wanted, subject, facts)];
  const reasons = [...new Set(missing.flat())];
  return reasons.length === 0 ? { kind: 'applies' } : { kind: 'nearly', missing: listed(reasons) };
}

interface Somebody {
  readonly account: Account | null;
  readonly login: string;
}

function missingFrom(group: Group | undefined, { account, login }: Somebody, facts: Facts): string[] {
  if (group === undefined || (account !== null && isInGroup(facts, group, account))) return [];
  const unknown = unknownTeams(facts.evidence, group.teams);
  const hint = unknown.length > 0 ? ` (${unknownTeamsProblem(unknown)})` : '';
  return [`${login} were in ${groupNamed(group)}${hint}`];
}

/** A denying rule is content with anybody, and denies when a team it names cannot be found (T067). */
function deniesPeople(rule: Rule, facts: Facts): Applicability {
  const { evidence } = facts;
  const groups = [rule.requesters, rule.onBehalfOf].filter((group) => group !== undefined);
  if (groups.length === 0) return { kind: 'applies' };
  const holds = (group: Group | undefined, account: Account | null): boolean =>
    group !== undefined && account !== null && isInGroup(facts, group, account);
  const subject = evidence.subject;
  if (holds(rule.requesters, evidence.requester) || groups.some((group) => holds(group, subject))) {
    return { kind: 'applies' };
  }
  const unknown = unknownTeams(
    evidence,
    groups.flatMap(({ teams }) => teams),
  );
  return unknown.length > 0 ? { kind: 'unknown', problem: unknownTeamsProblem(unknown) } : { kind: 'not' };
}

/** Throws where somebody has no account: a condition is not asked about nobody. */
function conditionFacts(entitlement: Entitlement, facts: Facts): ConditionFacts {
  const { request, evidence } = facts;
  return {
    now: evidence.now,
    request: {
      duration: request.duration,
      ...(request.start === undefined ? {} : { start: request.start }),
      ...(request.ticket === undefined ? {} : { ticket: request.ticket }),
      justification: request.justification,
      entitlements: request.entitlements,
      break_glass: request.breakGlass,
    },
    entitlement: { id: entitlement.id, tier: entitlement.tier?.id ?? '', target: entitlement.target.id },
    requester: conditionPerson(evidence.requester, 'requester', facts),
    subject: conditionPerson(evidence.subject, 'subject', facts),
  };
}

function conditionPerson(
  account: Account | null,
  who: string,
  { control, evidence }: Facts,
): ConditionPerson {
  if (account === null || isNobody(control.people, account)) throw new Error(`the ${who} is not known`);
  return {
    login: account.login,
    teams: teamsOf(evidence, account),
    attributes: personOf(control.people, account.login)?.attributes ?? new Map(),
  };
}
