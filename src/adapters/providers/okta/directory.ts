import { Blocked, Retry } from '../../../ports/fault.js';
import type { Api } from './api.js';
import type { Ask } from './ask.js';

export interface Person {
  readonly id: string;
  readonly login: string;
  readonly isActive: boolean;
}

export interface Group {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

export async function findGroup(api: Api, id: string): Promise<Group | undefined> {
  const found = await api.get(['groups', id]);
  if (found === undefined) return undefined;
  const group = readGroup(api, found);
  if (group.id !== id) throw new Retry('no_group', `${api.target} answered with another group`);
  return group;
}

/** @throws Blocked for groups whose members Okta takes from elsewhere: what is written there is refused, or comes back. */
export async function groupToGrant(api: Api, { group: id }: Ask): Promise<Group> {
  const group = await findGroup(api, id);
  if (group === undefined)
    throw new Blocked(
      'unknown_group',
      `${api.target} has no group ${id}`,
      'Correct the group in the catalog.',
    );
  if (group.type === 'OKTA_GROUP') return group;
  throw new Blocked(
    'foreign_group',
    `${id} is of type ${group.type}: its members come from elsewhere`,
    'Name a group of type OKTA_GROUP in the catalog.',
  );
}

/** Okta also finds people by an id, and by the part of a login before the @. What comes back is compared. */
export async function findPerson(api: Api, login: string): Promise<Person | undefined> {
  const found = await api.get(['users', login]);
  if (found === undefined) return undefined;
  const person = readPerson(api, found);
  return person.login === login ? person : undefined;
}

/** @returns undefined when the group is in no list either: it was deleted, with its members. 404 alone is also what a proxy says. */
export async function listMembers(api: Api, group: string): Promise<readonly Person[] | undefined> {
  const people = await api.list(['groups', group, 'users']);
  if (people !== undefined) return people.map((one) => readPerson(api, one));
  const groups = await listGroups(api);
  if (!groups.some(({ id }) => id === group)) return undefined;
  throw new Retry('not_found', `${api.target} lists the group ${group}, but not who is in it`);
}

export async function listGroups(api: Api): Promise<readonly Group[]> {
  const groups = await api.list(['groups']);
  if (groups !== undefined) return groups.map((one) => readGroup(api, one));
  throw new Blocked(
    'not_found',
    `${api.target} has no list of groups`,
    'Correct the address of the target in the settings.',
  );
}

function readPerson(api: Api, value: unknown): Person {
  const { id, status, profile } = mapping(value);
  const { login } = mapping(profile);
  if (typeof id === 'string' && typeof login === 'string')
    return { id, login, isActive: status === 'ACTIVE' };
  throw new Retry('no_person', `${api.target} described a person in a way that is not known`);
}

function readGroup(api: Api, value: unknown): Group {
  const { id, type, profile } = mapping(value);
  const { name } = mapping(profile);
  if (typeof id === 'string' && typeof type === 'string')
    return { id, type, name: typeof name === 'string' ? name : '' };
  throw new Retry('no_group', `${api.target} described a group in a way that is not known`);
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
