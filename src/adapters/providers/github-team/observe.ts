import type { Holding } from '../../../core/grant.js';
import { foldLogin } from '../../../core/identity.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { type Ask, findTeam, listMembers, parseAsk } from './teams.js';

interface Where {
  readonly org: string;
  readonly target: string;
}

/** Who is in the teams that the scope names. */
export async function observe(api: Api, where: Where, scope: readonly Holding[]): Promise<Observation> {
  const held: ObservedHolding[] = [];
  let complete = true;
  for (const asks of byTeam(scope)) {
    const seen = await observeTeam(api, where, asks);
    complete &&= seen !== undefined;
    held.push(...(seen ?? []));
  }
  const clock = api.clock();
  return { complete, held, ...(clock === undefined ? {} : { clock }) };
}

/** @returns undefined when the team cannot be found: it may have another name now, so nobody is proved to be out of it. */
async function observeTeam(
  api: Api,
  { org, target }: Where,
  asks: readonly Ask[],
): Promise<ObservedHolding[] | undefined> {
  const [first] = asks;
  if (first === undefined) return [];
  const team = await findTeam(api, org, first);
  // A number that is not in the list of all teams belongs to a team that was deleted, with everybody in it.
  if (team === undefined) return first.id === undefined ? undefined : [];
  const members = await listMembers(api, org, team);
  const spelled = new Map(asks.map(({ subject }) => [foldLogin(subject), subject]));
  const grant = first.id === undefined ? { team: first.slug } : { team: first.slug, id: first.id };
  return members.map(({ login, inherited }) => ({
    holding: { target, subject: spelled.get(foldLogin(login)) ?? login, grant },
    managed: inherited ? 'no' : 'unknown',
  }));
}

/** Names that cannot exist are held by nobody. */
function byTeam(scope: readonly Holding[]): readonly (readonly Ask[])[] {
  const groups = new Map<string, Ask[]>();
  for (const ask of scope.map(parseAsk)) {
    if (typeof ask === 'string') continue;
    const key = JSON.stringify([ask.slug, ask.id]);
    groups.set(key, [...(groups.get(key) ?? []), ask]);
  }
  return [...groups.values()];
}
