import { Blocked } from '../../../ports/fault.js';
import { type Api, idOf, type Resource } from './api.js';
import type { GroupAsk } from './ask.js';

export interface Group {
  readonly id: string;
  readonly name: string;
}

/** Without members: a list of groups that shows everybody in them is as large as the company. */
const WITHOUT_MEMBERS = { excludedAttributes: 'members' };

/**
 * The group a grant means. Filters narrow what is read and prove nothing: servers ignore them, or compare without case, so what comes
 * back is compared here. @returns undefined when there is none.
 */
export async function findGroup(api: Api, { id, name }: GroupAsk): Promise<Group | undefined> {
  if (id !== undefined) return findGroupById(api, id);
  const found = await api.list(['Groups'], { ...WITHOUT_MEMBERS, filter: equal('displayName', name) });
  return only(
    api.target,
    `groups called ${name}`,
    found.map((one) => groupOf(api, one)).filter((one) => one.name === name),
  );
}

/** 404 alone says little: a proxy says it as well. Only a list without the id shows that the group is gone. */
async function findGroupById(api: Api, id: string): Promise<Group | undefined> {
  const named = await api.get(['Groups', id], WITHOUT_MEMBERS);
  if (named !== undefined && named.id === id) return groupOf(api, named);
  const groups = await listGroups(api);
  return groups.find((one) => one.id === id);
}

export async function listGroups(api: Api): Promise<readonly Group[]> {
  return (await api.list(['Groups'], WITHOUT_MEMBERS)).map((one) => groupOf(api, one));
}

/** @returns the id of whoever has exactly this `userName`, active or not; undefined when nobody has. */
export async function findUser(
  api: Api,
  userName: string,
): Promise<{ readonly id: string; readonly active: boolean } | undefined> {
  const found = await api.list(['Users'], { filter: equal('userName', userName) });
  const exact = found.filter((one) => one.userName === userName);
  return only(
    api.target,
    `users called ${userName}`,
    exact.map((one) => ({ id: idOf(api.target, one), active: one.active !== false })),
  );
}

/** @returns undefined for somebody who is not there, or is only a number. */
export async function userNameOf(api: Api, id: string): Promise<string | undefined> {
  const { userName } = (await api.get(['Users', id])) ?? {};
  return typeof userName === 'string' ? userName : undefined;
}

function groupOf(api: Api, resource: Resource): Group {
  const { displayName } = resource;
  return { id: idOf(api.target, resource), name: typeof displayName === 'string' ? displayName : '' };
}

/** Values are of names and ids without quotes and backslashes, so nothing has to be escaped. */
export function equal(attribute: string, value: string): string {
  return `${attribute} eq "${value}"`;
}

function only<T>(target: string, what: string, found: readonly T[]): T | undefined {
  if (found.length <= 1) return found[0];
  throw new Blocked(
    'ambiguous',
    `${target} has ${found.length} ${what}`,
    'Rename all but one, or write the id of the group into the catalog.',
  );
}
