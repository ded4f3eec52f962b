import type { Group } from '../identity.js';
import type { Control } from '../policy/evidence.js';
import type { Rule } from '../policy/policy.js';

/** Which teams have to be looked at for a policy, sorted, none twice. Of documents that cannot be read, none. */
export function teamsToLookAt(
  control: Control | { readonly problems: readonly string[] },
): readonly string[] {
  if ('problems' in control) return [];
  const named = control.policy.rules.flatMap((rule) => [
    ...groupsOf(rule).flatMap(({ teams }) => teams),
    ...(rule.when?.teams ?? []),
  ]);
  return [...new Set(named)].toSorted();
}

function groupsOf({ effect, requesters, onBehalfOf, veto }: Rule): readonly Group[] {
  const approvers = effect.kind === 'approvals' ? effect.groups.map(({ from }) => from) : [];
  const reviewers = effect.kind === 'break_glass' ? [effect.reviewers] : [];
  const others = [requesters, onBehalfOf, veto].filter((group) => group !== undefined);
  return [...approvers, ...reviewers, ...others];
}
