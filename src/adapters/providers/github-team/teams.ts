import type { Coordinates, Holding } from '../../../core/grant.js';
import { parseLogin, sameLogin } from '../../../core/identity.js';
import { Retry } from '../../../ports/fault.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import type { Api } from './api.js';
import { isMissing } from './fault.js';
import { SLUG } from './kind.js';

/** What a holding means here, checked again. */
export interface Ask {
  readonly subject: string;
  readonly slug: string;
  /** The team's number, where the catalog pins it. */
  readonly id: number | undefined;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
}

export interface Member {
  readonly id: number;
  readonly login: string;
  /** By a child team. Removing somebody from this team leaves that. A GitHub that does not tell is taken to mean directly. */
  readonly inherited: boolean;
}

const SLUGS = new RegExp(SLUG);

/** @returns a sentence when they name nothing that can exist. */
export function parseCoordinates(grant: Coordinates): Omit<Ask, 'subject'> | string {
  const { team, id, ...others } = grant;
  if (typeof team !== 'string' || !SLUGS.test(team)) return 'The grant names no team';
  if (id !== undefined && !isId(id)) return 'The id of a team is a whole number';
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to GitHub';
  return { slug: team, id };
}

/** @returns a sentence when it names nothing that can exist. */
export function parseAsk({ subject, grant }: Holding): Ask | string {
  const coordinates = parseCoordinates(grant);
  if (typeof coordinates === 'string') return coordinates;
  if (parseLogin(subject) === undefined) return 'The subject is no GitHub login';
  return { subject, ...coordinates };
}

export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

/**
 * The team a grant means. A slug follows the team's name and can be taken over by a new team, so a number, once known, goes
 * before it. @returns undefined when there is none.
 */
export async function findTeam(
  api: Api,
  org: string,
  ask: Pick<Ask, 'slug' | 'id'>,
): Promise<Team | undefined> {
  const named = await unlessMissing(() =>
    api.call('GET /orgs/{org}/teams/{team_slug}', { org, team_slug: ask.slug }),
  );
  const team = named === undefined ? undefined : teamOf(named);
  if (ask.id === undefined || team?.id === ask.id) return team;
  const all = (await api.list('GET /orgs/{org}/teams', { org })).map(teamOf);
  return all.find(({ id }) => id === ask.id);
}

/** Everybody in the team. Who was only invited is not. */
export async function listMembers(api: Api, org: string, team: Team): Promise<readonly Member[]> {
  const people = await api.list('GET /orgs/{org}/teams/{team_slug}/members', {
    org,
    team_slug: team.slug,
    role: 'all',
  });
  return people.map(memberOf);
}

/** @returns the numeric id of an active member of the organization; undefined for everybody else. */
export async function findPerson(api: Api, org: string, subject: string): Promise<number | undefined> {
  const found = await unlessMissing(() =>
    api.call('GET /orgs/{org}/memberships/{username}', { org, username: subject }),
  );
  if (found === undefined) return undefined;
  const { state, user } = found as { readonly state?: unknown; readonly user?: unknown };
  const person = memberOf(user);
  return state === 'active' && sameLogin(person.login, subject) ? person.id : undefined;
}

export async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function teamOf(value: unknown): Team {
  const { id, slug } = (value ?? {}) as Partial<Team>;
  if (isId(id) && typeof slug === 'string') return { id, slug };
  throw new Retry('no_team', 'GitHub described a team in a way that is not known');
}

function memberOf(value: unknown): Member {
  const { id, login, inherited } = (value ?? {}) as Partial<Member>;
  if (isId(id) && typeof login === 'string') return { id, login, inherited: inherited === true };
  throw new Retry('no_person', 'GitHub described a person in a way that is not known');
}
