import { randomUUID } from 'node:crypto';
import { Blocked, Retry } from '../../../ports/fault.js';
import { type Api, idOf, type Resource } from './api.js';
import { equal, type Group } from './directory.js';
import { faultOf, isNoTarget } from './fault.js';

/** How a server shows who is in a group, and wants members removed. */
export interface Manners {
  readonly members: 'listed' | 'hidden';
  readonly remove: 'path' | 'value';
}

/** Who is in a group. */
export interface Members {
  readonly ids: ReadonlySet<string>;
  /** False: the answer has no list at all, which an empty group and a server that hides members have in common. */
  readonly shown: boolean;
  /** For `If-Match`, where the server gives one. */
  readonly version: string | undefined;
}

/** @returns undefined when the group went away. Groups within the group are left out: their ids are no people's. */
export async function readMembers(api: Api, group: Group): Promise<Members | undefined> {
  const resource = await api.get(['Groups', group.id]);
  if (resource === undefined) return undefined;
  if (resource.id !== group.id) throw new Retry('no_resource', `${api.target} answered with another group`);
  const { members, meta } = resource;
  if (members !== undefined && members !== null && !Array.isArray(members))
    throw new Retry('no_list', `${api.target} answered with members that are no list`);
  const { version } = (meta ?? {}) as Resource;
  return {
    ids: new Set((members ?? []).flatMap(personOf)),
    shown: Array.isArray(members),
    version:
      typeof version === 'string' && /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(version) ? version : undefined,
  };
}

function personOf(member: unknown): string[] {
  const { value, type } = (member ?? {}) as Resource;
  return typeof value === 'string' && type !== 'Group' ? [value] : [];
}

/**
 * Whether somebody is in a group whose members the server hides. Whoever ignores the filter would say yes for everybody, so it is also
 * asked about somebody who does not exist.
 */
export async function isHiddenMember(api: Api, group: Group, user: string): Promise<boolean> {
  const has = async (id: string): Promise<boolean> => {
    const filter = `${equal('id', group.id)} and ${equal('members', id)}`;
    const found = await api.list(['Groups'], { filter, excludedAttributes: 'members' });
    return found.some((one) => idOf(api.target, one) === group.id);
  };
  if (!(await has(user))) return false;
  if (!(await has(randomUUID()))) return true;
  throw new Blocked(
    'filter_ignored',
    `${api.target} says that somebody who does not exist is in ${group.name}`,
    'Set "members: listed" for the target in the settings, if it shows who is in a group; otherwise it cannot be granted.',
  );
}

export async function addMember(
  api: Api,
  {
    group,
    user,
    version,
  }: { readonly group: Group; readonly user: string; readonly version: string | undefined },
): Promise<void> {
  const operation = { op: 'add', path: 'members', value: [{ value: user }] };
  const answer = await api.patch(['Groups', group.id], operation, version);
  if (answer.status < 200 || answer.status > 299) throw faultOf(api.target, answer);
}

/** Without `If-Match`: an end waits for nobody who is changing the same group, and takes only this member. */
export async function removeMember(
  api: Api,
  {
    group,
    user,
    remove,
  }: { readonly group: Group; readonly user: string; readonly remove: Manners['remove'] },
): Promise<void> {
  const operation =
    remove === 'path'
      ? { op: 'remove', path: `members[${equal('value', user)}]` }
      : { op: 'remove', path: 'members', value: [{ value: user }] };
  const answer = await api.patch(['Groups', group.id], operation);
  const isDone = (answer.status >= 200 && answer.status <= 299) || isNoTarget(answer);
  if (!isDone) throw faultOf(api.target, answer);
}
