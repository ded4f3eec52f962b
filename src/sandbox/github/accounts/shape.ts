import { permissionsOf } from '../auth/tokens.js';
import { accountOf, accountOrGhost, type Hub } from '../hub.js';
import type { AppPermissions } from '../options.js';
import type { Schema } from '../schemas.js';
import type { Account } from '../state.js';

/** GitHub's opaque ids: nobody but itself reads them. */
export const nodeId = (kind: string, id: number): string => Buffer.from(`${kind}:${id}`).toString('base64');

/** @returns the number behind an id of that kind; `undefined` for any other text. */
export function numberOfNode(kind: string, node: string): number | undefined {
  const [, of, id] = /^(\w+):(\d+)$/.exec(Buffer.from(node, 'base64').toString('utf8')) ?? [];
  return of === kind ? Number(id) : undefined;
}

export function simpleUser(hub: Hub, account: Account): Schema<'simple-user'> {
  const path = encodeURIComponent(account.login);
  const url = `${hub.url}/users/${path}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('User', account.id),
    avatar_url: `${hub.url}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${hub.url}/${path}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** Somebody who may have deleted the account since; then `null`, as in reviews and activities. */
export function userOrNull(hub: Hub, id: number | null): Schema<'nullable-simple-user'> {
  const account = id === null ? undefined : accountOf(hub, id);
  return account === undefined ? null : simpleUser(hub, account);
}

export const userOrGhost = (hub: Hub, id: number): Schema<'simple-user'> =>
  simpleUser(hub, accountOrGhost(hub, id));

export function association(hub: Hub, id: number): Schema<'author-association'> {
  const account = accountOf(hub, id);
  if (account === undefined) return 'NONE';
  if (account.type === 'Mannequin') return 'MANNEQUIN';
  if (account.member) return 'MEMBER';
  return account.permission === 'none' ? 'NONE' : 'COLLABORATOR';
}

export function organization(hub: Hub): Schema<'organization-simple'> {
  const login = hub.options.owner;
  const url = `${hub.url}/orgs/${login}`;
  return {
    login,
    id: hub.state.organizationId,
    node_id: nodeId('Organization', hub.state.organizationId),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${hub.url}/avatars/o/${hub.state.organizationId}`,
    description: null,
  };
}

/** The organization seen as the owner of a repository. */
export function ownerAccount(hub: Hub): Schema<'simple-user'> {
  return simpleUser(hub, {
    id: hub.state.organizationId,
    login: hub.options.owner,
    type: 'Organization',
    email: null,
    permission: 'none',
    member: false,
    deleted: false,
  });
}

export function appShape(hub: Hub): NonNullable<Schema<'integration'>> {
  const { app } = hub.options;
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('Integration', app.id),
    client_id: `Iv1.${app.id}`,
    owner: ownerAccount(hub),
    name: app.slug,
    description: null,
    external_url: `${hub.url}/apps/${app.slug}`,
    html_url: `${hub.url}/apps/${app.slug}`,
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
    permissions: { ...grantedPermissions(permissionsOf(hub)), ...hub.setup.morePermissions },
    events: [...hub.setup.events],
    installations_count: hub.setup.installations,
  };
}

export const grantedPermissions = (permissions: AppPermissions): Record<string, string> => ({
  ...permissions,
});

export function installationShape(hub: Hub): Schema<'installation'> {
  const { app } = hub.options;
  const url = `${hub.url}/app/installations/${app.installationId}`;
  return {
    id: app.installationId,
    account: ownerAccount(hub),
    repository_selection: hub.setup.everyRepository ? 'all' : 'selected',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${hub.url}/installation/repositories`,
    html_url: `${hub.url}/organizations/${hub.options.owner}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: hub.state.organizationId,
    target_type: 'Organization',
    permissions: { ...permissionsOf(hub), ...hub.setup.morePermissions },
    events: [...hub.setup.events],
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: hub.setup.suspended ? hub.state.createdAt : null,
  };
}
