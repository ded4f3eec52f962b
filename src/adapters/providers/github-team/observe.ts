import type { Coordinates, Holding } from '../../../core/grant.js';
import { foldLogin } from '../../../core/identity.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { type Ask, findTeam, listMembers, parseAsk, parseCoordinates } from './teams.js';

interface Where {
  readonly org: string;
  readonly target: string;
}

/** Who is in the teams that are named. */
export async function observe(
  api: Api,
  where: Where,
  asked: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const held: ObservedHolding[] = [];
  let complete = true;
  for (const group of byTeam([...asked.scope.map(parseAsk), ...asked.everybodyOf.map(parseCoordinates)])) {
    const seen = await observeTeam(api, where, group);
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
  { team: first, subjects }: Named,
): Promise<ObservedHolding[] | undefined> {
  const team = await findTeam(api, org, first);
  // A number that is not in the list of all teams belongs to a team that was deleted, with everybody in it.
  if (team === undefined) return first.id === undefined ? undefined : [];
  const members = await listMembers(api, org, team);
  const spelled = new Map(subjects.map((subject) => [foldLogin(subject), subject]));
  const grant = first.id === undefined ? { team: first.slug } : { team: first.slug, id: first.id };
  return members.map(({ login, inherited }) => ({
    holding: { target, subject: spelled.get(foldLogin(login)) ?? login, grant },
    managed: inherited ? 'no' : 'unknown',
  }));
}

/** A team, and who was asked about in particular. */
interface Named {
  readonly team: Omit<Ask, 'subject'>;
  readonly subjects: readonly string[];
}

/** Names that cannot exist are held by nobody. */
function byTeam(asks: readonly (Ask | Omit<Ask, 'subject'> | string)[]): readonly Named[] {
  const groups = new Map<string, Named>();
  for (const ask of asks) {
    if (typeof ask === 'string') continue;
    const key = JSON.stringify([ask.slug, ask.id]);
    const { team = ask, subjects = [] } = groups.get(key) ?? {};
    groups.set(key, { team, subjects: 'subject' in ask ? [...subjects, ask.subject] : subjects });
  }
  return [...groups.values()];
}
