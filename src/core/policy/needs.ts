import { foldLogin, type Group, type Login } from '../identity.js';
import type { AccessRequest } from '../request.js';
import { isAbout } from './applicability.js';
import type { Control, Needs } from './evidence.js';
import type { Rule } from './policy.js';

/** Which facts deciding the request wants, before any are known. Asks for no more than the rules that could apply use. */
export function needs(control: Control, request: AccessRequest): Needs {
  const rulesFor = (entitlement: string): readonly Rule[] =>
    control.policy.rules.filter((rule) => isAbout(rule, entitlement, { request }));
  const rules = control.policy.rules.filter((rule) =>
    request.entitlements.some((id) => rulesFor(id).includes(rule)),
  );
  return {
    teams: sorted(rules.flatMap(teamsNamedBy)),
    logins: loginsOf([
      request.subject,
      ...rules.flatMap((rule) => approversOf(rule).flatMap(({ users }) => users)),
    ]),
    reviews: rules.some((rule) => rule.effect.kind === 'approvals' || rule.veto !== undefined),
    openRequests: rules.some(({ limits }) => limits?.openRequests !== undefined),
    held: sorted(
      request.entitlements.filter((id) =>
        rulesFor(id).some(({ limits }) => limits?.heldPerWeek !== undefined),
      ),
    ),
  };
}

function approversOf(rule: Rule): readonly Group[] {
  return rule.effect.kind === 'approvals' ? rule.effect.groups.map(({ from }) => from) : [];
}

function teamsNamedBy(rule: Rule): readonly string[] {
  const groups = [rule.requesters, rule.onBehalfOf, rule.veto, ...approversOf(rule)];
  return [...groups.flatMap((group) => group?.teams ?? []), ...(rule.when?.teams ?? [])];
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

function loginsOf(logins: readonly Login[]): readonly Login[] {
  const folded = new Map(logins.map((login) => [foldLogin(login), login]));
  return [...folded].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, login]) => login);
}
