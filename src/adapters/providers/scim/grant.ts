import type { Json } from '../../../core/entitlement.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { type Ask, isResourceId } from './ask.js';
import { findGroup, findUser, type Group } from './directory.js';
import { addMember, isHiddenMember, type Manners, readMembers, removeMember } from './membership.js';

/** What stands before a grant, read once. */
interface Situation {
  readonly group: Group;
  readonly user: string;
  readonly isMember: boolean;
  readonly version: string | undefined;
}

/** @throws Blocked when the group or the person is not there. */
export async function lookUp(api: Api, ask: Ask, manners: Manners): Promise<Situation> {
  const group = await findGroup(api, ask);
  if (group === undefined || group.name !== ask.name) {
    const called = ask.id === undefined ? ask.name : `${ask.name} with the id ${ask.id}`;
    throw new Blocked(
      'unknown_group',
      `${api.target} has no group ${called}`,
      'Correct the group in the catalog.',
    );
  }
  const user = await findUser(api, ask.subject);
  if (user === undefined || !user.active) {
    throw new Blocked(
      'unknown_subject',
      `${api.target} has no active user ${ask.subject}`,
      'Write the userName into the people document exactly as the server spells it, or add the person to the server.',
    );
  }
  if (manners.members === 'hidden')
    return { group, user: user.id, isMember: await isHiddenMember(api, group, user.id), version: undefined };
  const members = await readMembers(api, group);
  return { group, user: user.id, isMember: members?.ids.has(user.id) ?? false, version: members?.version };
}

/** @param begun whether this process has begun to grant it when nobody had it: SCIM does not say who added a member. */
export async function grant(
  api: Api,
  ask: Ask,
  { manners, begun }: { readonly manners: Manners; readonly begun: { has(): boolean; add(): void } },
): Promise<GrantResult> {
  const { group, user, isMember, version } = await lookUp(api, ask, manners);
  const receipt = { group: group.id, user };
  if (isMember) return { changed: false, preexisting: !begun.has(), receipt };
  begun.add();
  await addMember(api, { group, user, version });
  if (await isIn(api, { group, user, manners })) return { changed: true, preexisting: false, receipt };
  // What cannot be seen could not be seen to end either.
  await removeMember(api, { group, user, remove: manners.remove });
  throw new Blocked(
    'not_shown',
    `${api.target} does not show ${ask.subject} in ${ask.name} after adding them, so they were taken out again`,
    'Where the server hides members, set "members: hidden" for the target in the settings.',
  );
}

async function isIn(
  api: Api,
  { group, user, manners }: { readonly group: Group; readonly user: string; readonly manners: Manners },
): Promise<boolean> {
  if (manners.members === 'hidden') return isHiddenMember(api, group, user);
  return (await readMembers(api, group))?.ids.has(user) ?? false;
}

/** By ids where they are known: names may be others' by now (T100). Without a receipt, who is not found has nothing here. */
export async function revoke(
  api: Api,
  ask: Ask,
  { receipt, manners }: { readonly receipt: Json; readonly manners: Manners },
): Promise<{ changed: boolean }> {
  const known = readReceipt(receipt);
  const group = await findGroup(api, { name: ask.name, id: known?.group ?? ask.id });
  const user = known?.user ?? (await findUser(api, ask.subject))?.id;
  if (user === undefined || !isResourceId(user)) return { changed: false };
  if (group === undefined) return unknownGroup(api, ask, known?.group ?? ask.id);
  if (manners.members === 'hidden') {
    if (!(await isHiddenMember(api, group, user))) return { changed: false };
  } else {
    const members = await readMembers(api, group);
    if (members?.shown && !members.ids.has(user)) return { changed: false };
    // No list at all proves no absence, so it is removed all the same.
    if (!members?.shown) {
      await removeMember(api, { group, user, remove: manners.remove });
      return { changed: false };
    }
  }
  await removeMember(api, { group, user, remove: manners.remove });
  return { changed: true };
}

/** A group whose id is in no list was deleted, with its members. By name alone it may only be called something else now. */
function unknownGroup(api: Api, ask: Ask, id: string | undefined): { changed: false } {
  if (id !== undefined) return { changed: false };
  throw new Blocked(
    'unknown_group',
    `${api.target} has no group ${ask.name}`,
    'Correct the group in the catalog, or look for its new name and take the person out.',
  );
}

function readReceipt(receipt: Json): { readonly group: string; readonly user: string } | undefined {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return undefined;
  const { group, user } = receipt as { readonly [key: string]: Json };
  return isResourceId(group) && isResourceId(user) ? { group, user } : undefined;
}
