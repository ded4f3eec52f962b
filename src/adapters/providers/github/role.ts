import type { Json } from '../../../core/entitlement.js';
import { sameLogin } from '../../../core/identity.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { isId } from './ask.js';
import type { Begun } from './collaborator.js';
import { findMember, type Holder, readHolder } from './people.js';

/** Who has a role of the organization, whether by themselves or by a team. */
export async function listRoleHolders(api: Api, role: number): Promise<readonly Holder[]> {
  const people = await api.list(['orgs', api.organization, 'organization-roles', String(role), 'users']);
  if (people !== undefined) return people.map((one) => readHolder(api, one));
  throw new Blocked(
    'unknown_role',
    `${api.target} shows no role ${role} of the organization`,
    'Correct the id of the role in the catalog, or let the token read the members of the organization.',
  );
}

export async function lookUpRole(
  api: Api,
  role: number,
  login: string,
): Promise<{ readonly user: number; readonly holder: Holder | undefined }> {
  const holders = await listRoleHolders(api, role);
  const user = await findMember(api, login);
  return { user, holder: holders.find(({ id }) => id === user) };
}

export async function grantRole(
  api: Api,
  role: number,
  { login, begun }: { readonly login: string; readonly begun: Begun },
): Promise<GrantResult> {
  const { user, holder } = await lookUpRole(api, role, login);
  const receipt = { user };
  if (holder !== undefined) return { changed: false, preexisting: holder.inherited || !begun.has(), receipt };
  begun.add();
  await api.put(assignment(api, login, role));
  return { changed: true, preexisting: false, receipt };
}

/** What somebody has by a team stays, and shows as standing. */
export async function revokeRole(
  api: Api,
  role: number,
  { login, receipt }: { readonly login: string; readonly receipt: Json },
): Promise<{ changed: boolean }> {
  const user = userIn(receipt);
  const holders = await listRoleHolders(api, role);
  const found = holders.find((one) => (user === undefined ? sameLogin(one.login, login) : one.id === user));
  if (found === undefined || found.inherited) return { changed: false };
  await api.remove(assignment(api, found.login, role));
  return { changed: true };
}

function assignment(api: Api, login: string, role: number): string[] {
  return ['orgs', api.organization, 'organization-roles', 'users', login, String(role)];
}

function userIn(receipt: Json): number | undefined {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return undefined;
  const { user } = receipt as { readonly [key: string]: Json };
  return isId(user) ? user : undefined;
}
