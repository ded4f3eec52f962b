import type { Catalog, Entitlement } from '../entitlement.js';
import { foldLogin, type Group, sameLogin } from '../identity.js';
import type { LiveGrant, TeamFacts } from './evidence.js';

/** What says who is in a team by a grant alone. */
export interface GrantedTeams {
  readonly catalog: Catalog;
  readonly live: readonly Pick<LiveGrant, 'subject' | 'entitlements'>[];
  readonly teams: readonly TeamFacts[];
}

/**
 * Whether somebody holds a live grant to a team of the group: access must not lead to approving more access (T041). A grant to
 * an entitlement the catalog no longer has could be one, so it counts as one.
 */
export function holdsGrantedMembership(
  login: string,
  from: Group,
  { catalog, live, teams }: GrantedTeams,
): boolean {
  const held = live.filter((grant) => sameLogin(grant.subject, login)).flatMap((grant) => grant.entitlements);
  return held.some((id) => {
    const entitlement = catalog.entitlements.get(id);
    if (entitlement === undefined) return from.teams.length > 0;
    return entitlement.target.kind === 'github-team' && givesTeamOf(from, entitlement.grant, teams);
  });
}

/** By slug and by id, since a team keeps its id when it is renamed. Coordinates without a slug could mean any team. */
function givesTeamOf(from: Group, { team, id }: Entitlement['grant'], teams: readonly TeamFacts[]): boolean {
  if (typeof team !== 'string') return from.teams.length > 0;
  const isSame = (slug: string): boolean =>
    foldLogin(slug) === foldLogin(team) ||
    teams.some((facts) => facts.team === slug && facts.id !== null && facts.id === id);
  return from.teams.some(isSame);
}
