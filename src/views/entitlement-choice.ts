import type { Entitlement } from '../core/entitlement.js';
import { type Group, type Login, sameLogin } from '../core/identity.js';
import { type Policy, patternNames, type Rule } from '../core/policy/policy.js';
import { endingOf, riskOf } from './entitlement-text.js';
import { whoIs } from './explanation.js';
import { list, type Phrase, phrase, toText } from './phrase.js';

/** What a person may choose from, and what is good to know of it. */
export interface EntitlementChoice {
  readonly id: string;
  readonly title: string;
  readonly about: string;
}

/** Entitlements that some rule could give this person. Teams are not known here, so whoever may be in one is offered it. */
export function entitlementChoices(
  entitlements: readonly Entitlement[],
  policy: Policy,
  login: Login,
): readonly EntitlementChoice[] {
  return entitlements.flatMap((entitlement) => {
    const rules = policy.rules.filter((rule) => gives(rule, entitlement.id));
    if (!rules.some(({ requesters }) => mayBeIn(requesters, login))) return [];
    const about = [howLong(rules), riskOf([entitlement]), whoAgrees(rules), endingOf([entitlement])];
    const { id, title } = entitlement;
    return [
      {
        id,
        title,
        about: about
          .filter((part) => part.length > 0)
          .map(toText)
          .join('; '),
      },
    ];
  });
}

/** Whether an ordinary request can be granted by it. */
function gives({ entitlements, effect }: Rule, id: string): boolean {
  return (
    (effect.kind === 'approvals' || effect.kind === 'auto_approve') &&
    entitlements.some((pattern) => patternNames(pattern, id))
  );
}

function mayBeIn(group: Group | undefined, login: Login): boolean {
  return group === undefined || group.teams.length > 0 || group.users.some((user) => sameLogin(user, login));
}

function howLong(rules: readonly Rule[]): Phrase {
  const limits = [...new Set(rules.flatMap(({ maxDuration }) => maxDuration ?? []))];
  return limits.length === 0 ? [] : phrase`at most ${list(limits.map((limit) => phrase`${limit}`))}`;
}

function whoAgrees(rules: readonly Rule[]): Phrase {
  const groups = rules.flatMap(({ effect }) => (effect.kind === 'approvals' ? effect.groups : []));
  if (groups.length === 0) return phrase`nobody has to agree`;
  return phrase`approved by ${list(groups.map(({ count, from }) => phrase`${count} from ${whoIs(from)}`))}`;
}
