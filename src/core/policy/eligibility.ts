import type { Entry } from '../grant.js';
import { type Account, type Group, type Login, sameLogin } from '../identity.js';
import { isLive } from '../lifecycle/grant.js';
import { type People, type Person, personOf } from '../people.js';
import type { Control, TeamFacts } from './evidence.js';
import type { Rule } from './policy.js';

/** Why somebody may no longer hold what a living grant gives. A closed list: the ledger has it with the end. */
export const INELIGIBLE_CODES = [
  'requester_not_in_group',
  'subject_not_in_group',
  'not_in_people',
  'other_identity',
] as const;
export type IneligibleCode = (typeof INELIGIBLE_CODES)[number];

export type Eligibility =
  | { readonly kind: 'eligible' }
  | { readonly kind: 'ineligible'; readonly code: IneligibleCode }
  /** It could not be found out, which ends nothing. */
  | { readonly kind: 'unknown'; readonly problem: string };

/** The documents a grant was decided under, where they can still be read, and those of today. */
export interface Controls {
  readonly recorded?: Control;
  readonly today: Control;
}

export interface EligibilityFacts {
  readonly teams: readonly TeamFacts[];
  /** Accounts behind the logins that groups name. One that is not here does not exist. */
  readonly accounts: readonly Account[];
}

/**
 * The rules that a living grant has to go on satisfying. `end_when_ineligible` counts when either today's rule of the name has it or the one
 * the grant was decided under had it: taking the key away later frees no grant that was given with it. Whom the rule holds is for
 * today's to say, as long as there is one of that name.
 */
export function rulesToGoOn(entry: Entry, { recorded, today }: Controls): readonly Rule[] {
  return entry.decision.rules.flatMap((name) => {
    const before = recorded?.policy.rules.find((rule) => rule.name === name);
    const now = today.policy.rules.find((rule) => rule.name === name);
    if (!before?.endWhenIneligible && !now?.endWhenIneligible) return [];
    return now ?? before ?? [];
  });
}

/** Teams and logins whose accounts have to be known to judge. */
export function eligibilityNeeds(rules: readonly Rule[]): {
  readonly teams: readonly string[];
  readonly logins: readonly Login[];
} {
  const groups = rules.flatMap(({ requesters, onBehalfOf }) => [requesters ?? [], onBehalfOf ?? []].flat());
  return {
    teams: [...new Set(groups.flatMap(({ teams }) => teams))].sort(),
    logins: [...new Set(groups.flatMap(({ users }) => users))].sort(),
  };
}

/** Whether a living grant may go on under its rules. One clear no is enough; what is not known is none. */
export function eligibilityOf(
  entry: Entry,
  rules: readonly Rule[],
  { controls, facts }: { readonly controls: Controls; readonly facts: EligibilityFacts },
): Eligibility {
  const answers = [
    ...rules.flatMap((rule) => [
      inGroup(rule.requesters, entry.requester, { code: 'requester_not_in_group', facts }),
      inGroup(rule.onBehalfOf ?? rule.requesters, entry.subject, { code: 'subject_not_in_group', facts }),
    ]),
    whoTheyAre(entry, controls),
  ];
  const order: readonly Eligibility['kind'][] = ['ineligible', 'unknown'];
  const found = order.flatMap((kind) => answers.filter((answer) => answer.kind === kind));
  return found[0] ?? { kind: 'eligible' };
}

/** By numeric id alone: logins change hands (T043). */
function inGroup(
  group: Group | undefined,
  account: Account | null,
  { code, facts }: { readonly code: IneligibleCode; readonly facts: EligibilityFacts },
): Eligibility {
  if (group === undefined) return { kind: 'eligible' };
  if (account === null) return { kind: 'ineligible', code };
  const named = group.users.some((login) =>
    facts.accounts.some((one) => sameLogin(one.login, login) && one.id === account.id),
  );
  const teams = group.teams.map((slug) => facts.teams.find(({ team }) => team === slug));
  const isMember = teams.some((team) => team?.members.some(({ id }) => id === account.id));
  if (named || isMember) return { kind: 'eligible' };
  // A team that is gone may have another name now, and then its members are in it still.
  const lost = group.teams.filter((_, index) => (teams[index]?.id ?? null) === null);
  if (lost.length > 0) return { kind: 'unknown', problem: `no team ${lost.join(', ')}` };
  return { kind: 'ineligible', code };
}

/** The subject is still the person that people.yaml lists, and still has the name on the target that was granted to. */
function whoTheyAre({ subject, holdings }: Entry, { recorded, today }: Controls): Eligibility {
  if (subject === null) return { kind: 'ineligible', code: 'not_in_people' };
  const person = byId(today.people, subject);
  const wasListed = recorded !== undefined && byId(recorded.people, subject) !== undefined;
  const isSomebodyElse = personOf(today.people, subject.login) !== undefined;
  if (person === undefined && (wasListed || isSomebodyElse))
    return { kind: 'ineligible', code: 'not_in_people' };
  for (const { holding } of holdings.filter(isLive)) {
    const target = today.catalog.targets.get(holding.target) ?? recorded?.catalog.targets.get(holding.target);
    if (target?.abilities.identity !== 'mapped') continue;
    if (person?.identities.get(holding.target) !== holding.subject)
      return { kind: 'ineligible', code: 'other_identity' };
  }
  return { kind: 'eligible' };
}

function byId(people: People, { id }: Account): Person | undefined {
  return [...people.values()].find((person) => person.id === id);
}
