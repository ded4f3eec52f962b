import { ANYONE, APP, actorOf, reads } from '../auth/access.js';
import { covers } from '../auth/principal.js';
import { isAppPermission, mintToken, permissionsOf } from '../auth/tokens.js';
import { type Answer, type Call, created, numberParam, ok } from '../http/call.js';
import { listed } from '../http/pages.js';
import { rateOf } from '../http/rate.js';
import type { RouteRow } from '../http/router.js';
import type { Hub } from '../hub.js';
import type { AppPermissions, Level } from '../options.js';
import { notAccessible, notFound, Refusal } from '../refusal.js';
import { repositoryShape } from '../repository/shape.js';
import type { Schema } from '../schemas.js';
import { type Account, accountNamed } from '../state.js';
import { appShape, installationShape, simpleUser } from './shape.js';

export const accountRoutes: readonly RouteRow[] = [
  ['GET', '/app', APP, ({ hub }) => ok(appShape(hub))],
  ['GET', '/app/installations', APP, (call) => listed(call, [installationShape(call.hub)], (each) => each)],
  ['GET', '/app/installations/{installation_id}', APP, (call) => ok(installationAsked(call))],
  ['POST', '/app/installations/{installation_id}/access_tokens', APP, accessToken],
  ['GET', '/repos/{owner}/{repo}/installation', APP, ({ hub }) => ok(installationShape(hub))],
  ['GET', '/orgs/{org}/installation', APP, ({ hub }) => ok(installationShape(hub))],
  ['GET', '/installation/repositories', reads('metadata'), installationRepositories],
  ['GET', '/user', ANYONE, currentUser],
  ['GET', '/users/{username}', ANYONE, userByLogin],
  ['GET', '/user/{account_id}', ANYONE, userById],
];

function installationAsked(call: Call): Schema<'installation'> {
  if (numberParam(call, 'installation_id') !== call.hub.options.app.installationId) throw notFound();
  return installationShape(call.hub);
}

function accessToken(call: Call): Answer {
  installationAsked(call);
  const { hub, body } = call;
  const ids = body.repository_ids;
  const names = body.repositories;
  const foreign =
    (Array.isArray(ids) && ids.some((id) => id !== hub.state.repositoryId)) ||
    (Array.isArray(names) && names.some((name) => name !== hub.options.repo));
  if (foreign) {
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  const token = mintToken(hub, narrowed(hub, body.permissions));
  const selected = Array.isArray(ids) || Array.isArray(names);
  const shape: Omit<Schema<'installation-token'>, 'repositories'> = {
    token: token.token,
    expires_at: `${token.expiresAt.toISOString().slice(0, 19)}Z`,
    permissions: token.permissions,
    repository_selection: 'selected',
  };
  return created(selected ? { ...shape, repositories: [repositoryShape(hub)] } : shape);
}

/** A token may have less than the installation, never more. */
function narrowed(hub: Hub, asked: unknown): AppPermissions {
  const granted = permissionsOf(hub);
  if (typeof asked !== 'object' || asked === null) return granted;
  const wishes = Object.entries(asked as Record<string, unknown>);
  const allowed = wishes.every(
    ([name, level]) =>
      isAppPermission(name) &&
      (level === 'read' || level === 'write') &&
      covers(granted[name], level satisfies Level),
  );
  if (!allowed) throw new Refusal(422, 'The permissions requested are not granted to this installation.');
  return Object.fromEntries(wishes) as AppPermissions;
}

function installationRepositories(call: Call): Answer {
  if (call.who.kind !== 'installation') throw notAccessible();
  return ok({
    total_count: call.hub.setup.repositories,
    repository_selection: 'selected',
    repositories: [repositoryShape(call.hub)],
  });
}

function currentUser(call: Call): Answer {
  if (call.who.kind !== 'user') throw notAccessible();
  return ok(publicUser(call.hub, actorOf(call)));
}

function userByLogin(call: Call): Answer {
  const account = accountNamed(call.hub.state, call.params.username ?? '');
  if (account === undefined) throw notFound();
  return ok(publicUser(call.hub, account));
}

function userById(call: Call): Answer {
  const account = call.hub.state.accounts.get(numberParam(call, 'account_id'));
  if (account === undefined || account.deleted) throw notFound();
  return ok(publicUser(call.hub, account));
}

function publicUser(hub: Hub, account: Account): Schema<'public-user'> {
  return {
    ...simpleUser(hub, account),
    name: account.login,
    company: null,
    blog: null,
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
  };
}

export const rateRoute = (budget: Parameters<typeof rateOf>[0]): RouteRow => [
  'GET',
  '/rate_limit',
  ANYONE,
  ({ hub, who }) => {
    const rate = rateOf(budget, hub.options.now(), who);
    return ok({ resources: { core: rate, search: rate, graphql: rate }, rate });
  },
];
