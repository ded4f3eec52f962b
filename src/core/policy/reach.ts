import { approvalFloor, type Catalog } from '../entitlement.js';
import { foldLogin, type Group } from '../identity.js';
import { matchPeople } from './matching.js';
import { patternNames, type Rule } from './policy.js';
import { counted, groupNamed } from './wording.js';

/** Who is in which team, by slug. */
export type Members = (team: string) => readonly string[];

/** Why a rule can never do anything, or never be satisfied, whoever asks and reviews; `undefined` when it can. */
export function whyUseless(rule: Rule, catalog: Catalog, members: Members): string | undefined {
  const named = [...catalog.entitlements.values()].filter(({ id }) =>
    rule.entitlements.some((pattern) => patternNames(pattern, id)),
  );
  if (named.length === 0) return 'it names nothing in the catalog';
  for (const group of [rule.requesters, rule.onBehalfOf]) {
    if (group !== undefined && peopleIn(group, members).size === 0)
      return `nobody is in ${groupNamed(group)}`;
  }
  const { effect } = rule;
  if (effect.kind === 'auto_approve' && named.every((one) => approvalFloor(one) > 0)) {
    return 'everything it names wants an approval, and it gives none';
  }
  return effect.kind === 'approvals' ? whyUnfillable(effect.groups, members) : undefined;
}

function whyUnfillable(
  groups: readonly { readonly from: Group; readonly count: number }[],
  members: Members,
): string | undefined {
  const able = groups.map(({ from }) => peopleIn(from, members));
  const short = groups.findIndex(({ count }, index) => (able[index]?.size ?? 0) < count);
  const group = groups[short];
  if (group !== undefined) {
    return `${groupNamed(group.from)} has ${counted(able[short]?.size ?? 0, 'person', 'people')}, and ${group.count} are to approve`;
  }
  const everybody = [...new Set(able.flatMap((logins) => [...logins]))];
  const wants = everybody.map((login) =>
    groups.flatMap((_, index) => (able[index]?.has(login) ? [index] : [])),
  );
  const isFull =
    matchPeople(
      wants,
      groups.map(({ count }) => count),
    ).fullAfter !== null;
  return isFull ? undefined : 'its groups have too few people between them for each to fill one place';
}

function peopleIn({ teams, users }: Group, members: Members): ReadonlySet<string> {
  return new Set([...teams.flatMap(members), ...users].map(foldLogin));
}
