import type { Json } from '../../../core/entitlement.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import type { Api } from './api.js';
import type { Ask } from './ask.js';
import { findPerson, groupToGrant, listMembers, type Person } from './directory.js';

/** @throws Blocked when the group or the person is not there, or not to be granted. */
export async function lookUp(api: Api, ask: Ask): Promise<Person> {
  await groupToGrant(api, ask);
  const person = await findPerson(api, ask.login);
  if (person?.isActive) return person;
  throw new Blocked(
    'unknown_subject',
    `${api.target} has no active user ${ask.login}`,
    'Write the login into the people document exactly as Okta spells it, or activate the person.',
  );
}

/** @param begun whether this process has begun to grant it when nobody had it: Okta does not say who added a member. */
export async function grant(
  api: Api,
  ask: Ask,
  begun: { has(): boolean; add(): void },
): Promise<GrantResult> {
  const person = await lookUp(api, ask);
  const receipt = { user: person.id };
  const members = await listMembers(api, ask.group);
  if (members?.some(({ id }) => id === person.id))
    return { changed: false, preexisting: !begun.has(), receipt };
  begun.add();
  await api.put(['groups', ask.group, 'users', person.id]);
  return { changed: true, preexisting: false, receipt };
}

/**
 * Takes the person out, by their id where it is known: the login may be somebody else's by now (T100). Sessions are cleared also when there
 * was nothing to take out, since an earlier call may have been cut off between the two.
 */
export async function revoke(
  api: Api,
  ask: Ask,
  { receipt, sessions }: { readonly receipt: Json; readonly sessions: 'leave' | 'clear' },
): Promise<{ changed: boolean }> {
  const user = userIn(receipt) ?? (await findPerson(api, ask.login))?.id;
  if (user === undefined) return { changed: false };
  const members = await listMembers(api, ask.group);
  const changed = members?.some(({ id }) => id === user) ?? false;
  if (changed) await api.remove(['groups', ask.group, 'users', user]);
  if (sessions === 'clear') await api.remove(['users', user, 'sessions'], { oauthTokens: 'true' });
  return { changed };
}

const USER_ID = /^00u[A-Za-z0-9]{1,61}$/;

function userIn(receipt: Json): string | undefined {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return undefined;
  const { user } = receipt as { readonly [key: string]: Json };
  return typeof user === 'string' && USER_ID.test(user) ? user : undefined;
}
