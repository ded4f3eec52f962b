import { type Account, foldLogin, type Group, sameLogin } from '../identity.js';
import { type People, personOf } from '../people.js';
import type { Evidence } from './evidence.js';
import type { Facts } from './facts.js';

/** Two names for one person. The id decides; an equal login counts as well, because this is only used to exclude. */
export function samePerson(a: Account, b: Account): boolean {
  return a.id === b.id || sameLogin(a.login, b.login);
}

/** A login that people lists with another id: somebody else has it now (T043). */
export function isNobody(people: People, account: Account): boolean {
  const person = personOf(people, account.login);
  return person !== undefined && person.id !== account.id;
}

/** Whether the team exists and its members were fetched. */
export function isKnownTeam(evidence: Evidence, team: string): boolean {
  return evidence.teams.some((facts) => facts.team === team && facts.id !== null);
}

export function unknownTeams(evidence: Evidence, teams: readonly string[]): readonly string[] {
  return teams.filter((team) => !isKnownTeam(evidence, team));
}

/** By numeric id: a login can change hands while a member list is stale. */
export function isMember(evidence: Evidence, team: string, account: Account): boolean {
  return evidence.teams.some(
    (facts) =>
      facts.team === team && facts.id !== null && facts.members.some((member) => member.id === account.id),
  );
}

export function membersOf(evidence: Evidence, team: string): readonly Account[] {
  return evidence.teams.flatMap((facts) => (facts.team === team && facts.id !== null ? facts.members : []));
}

/** Teams of somebody, as far as they were fetched. Sorted. */
export function teamsOf(evidence: Evidence, account: Account): readonly string[] {
  const slugs = evidence.teams.map((facts) => facts.team).filter((team) => isMember(evidence, team, account));
  return [...new Set(slugs)].sort();
}

/** Whether the group holds the account now. Nobody is in no group. */
export function isInGroup({ evidence, control }: Facts, group: Group, account: Account): boolean {
  return !isNobody(control.people, account) && isNamedBy(evidence, group, account);
}

/**
 * As {@link isInGroup}, without asking people: an outdated entry there must not silence an objection, and an objection by
 * the wrong person only costs time.
 */
export function isNamedBy(evidence: Evidence, group: Group, account: Account): boolean {
  return (
    group.users.some((login) => sameLogin(login, account.login)) ||
    group.teams.some((team) => isMember(evidence, team, account))
  );
}

/** Everybody a group names now, sorted by login, none twice. A login without an account is nobody. */
export function peopleOf(facts: Facts, group: Group): readonly Account[] {
  const members = group.teams.flatMap((team) => membersOf(facts.evidence, team));
  const users = group.users.flatMap((login) => accountNamed(facts, login) ?? []);
  const found = new Map([...users, ...members].map((account) => [foldLogin(account.login), account]));
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
}

/** The account behind a login that policy names, where the facts tell. Reviews are not asked: whoever reviews in vain changes nothing. */
function accountNamed({ evidence, control }: Facts, login: string): Account | undefined {
  const mentioned = [
    ...(evidence.accounts ?? []),
    evidence.requester,
    evidence.subject,
    ...evidence.teams.flatMap((team) => team.members),
  ];
  const account = mentioned.find((one) => one !== null && sameLogin(one.login, login));
  const person = personOf(control.people, login);
  return account ?? (person && { login: person.login, id: person.id });
}
