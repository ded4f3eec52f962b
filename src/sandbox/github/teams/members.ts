import { organization, simpleUser } from '../accounts/shape.js';
import type { Hub } from '../hub.js';
import { accountOf } from '../hub.js';
import { notFound } from '../refusal.js';
import type { Loose, Schema } from '../schemas.js';
import { type Account, accountNamed, type Team } from '../state.js';
import { emit } from '../webhooks/emit.js';
import { teamShape } from './shape.js';

export type Membership = { role: 'member' | 'maintainer'; state: 'active' | 'pending' };

export const ownsOrganization = (account: Account): boolean =>
  account.member && account.permission === 'admin';

/** Owners of the organization are maintainers of every team they are in. */
export function membershipOf(team: Team, account: Account): Membership | undefined {
  const membership = team.members.get(account.id);
  if (membership === undefined) return undefined;
  return { ...membership, role: ownsOrganization(account) ? 'maintainer' : membership.role };
}

/** People of a team; who was only invited is not listed. */
export function activeMembers(hub: Hub, team: Team, role: string | null): Account[] {
  return [...team.members.keys()].flatMap((id) => {
    const account = accountOf(hub, id);
    const membership = account === undefined ? undefined : membershipOf(team, account);
    const wanted = role === null || role === 'all' || membership?.role === role;
    return account !== undefined && membership?.state === 'active' && wanted ? [account] : [];
  });
}

export function membershipShape(hub: Hub, team: Team, account: Account): Schema<'team-membership'> {
  const membership = membershipOf(team, account);
  if (membership === undefined) throw notFound();
  return { ...membership, url: `${teamShape(hub, team).url}/memberships/${account.login}` };
}

/** Adds somebody, or changes the role. Who is not in the organization is invited: `pending` until accepted. */
export async function putMember(
  hub: Hub,
  team: Team,
  actor: Account,
  { login, role }: { readonly login: string; readonly role: Membership['role'] },
): Promise<Account> {
  const account = accountNamed(hub.state, login);
  if (account === undefined) throw notFound();
  const before = team.members.get(account.id);
  team.members.set(account.id, { role, state: account.member ? 'active' : 'pending' });
  if (before === undefined && account.member)
    await tellMembership(hub, actor, { team, account, action: 'added' });
  return account;
}

export async function removeMember(hub: Hub, team: Team, actor: Account, login: string): Promise<void> {
  const account = accountNamed(hub.state, login);
  if (account === undefined) throw notFound();
  const before = team.members.get(account.id);
  team.members.delete(account.id);
  if (before?.state === 'active') await tellMembership(hub, actor, { team, account, action: 'removed' });
}

function tellMembership(
  hub: Hub,
  actor: Account,
  { team, account, action }: { team: Team; account: Account; action: 'added' | 'removed' },
): Promise<void> {
  return emit(hub, 'membership', actor, () => ({
    action,
    scope: 'team',
    member: simpleUser(hub, account),
    team: teamShape(hub, team),
  }));
}

export function fullTeam(
  hub: Hub,
  team: Team,
): Omit<Schema<'team-full'>, 'organization'> & { organization: Loose<Schema<'team-organization'>> } {
  const {
    privacy: _privacy,
    notification_setting: _setting,
    permissions: _permissions,
    ...shape
  } = teamShape(hub, team);
  return {
    ...shape,
    privacy: 'closed',
    members_count: activeMembers(hub, team, null).length,
    repos_count: 1,
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
    organization: organization(hub),
  };
}

export function orgMembership(hub: Hub, account: Account): Schema<'org-membership'> {
  const org = organization(hub);
  const invited = hub.state.teams.some((team) => team.members.get(account.id)?.state === 'pending');
  if (!account.member && !invited) throw notFound();
  return {
    url: `${org.url}/memberships/${account.login}`,
    state: account.member ? 'active' : 'pending',
    role: ownsOrganization(account) ? 'admin' : 'member',
    organization_url: org.url,
    organization: org,
    user: simpleUser(hub, account),
  };
}
