import { createHash, randomBytes, verify } from 'node:crypto';
import type { Hub } from '../hub.js';
import { holderOf } from '../oauth/codes.js';
import type { AppPermission, AppPermissions } from '../options.js';
import { badCredentials, Refusal } from '../refusal.js';
import { accountNamed, type InstallationToken } from '../state.js';
import type { Principal } from './principal.js';

export const APP_PERMISSIONS: AppPermissions = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  members: 'write',
  administration: 'read',
};
const DEFAULT_SECONDS = 3600;
/** GitHub refuses assertions that live longer. */
const LONGEST_ASSERTION = 600;

/** The same token for the same login in the same sandbox. */
export function userToken(hub: Hub, login: string): string {
  const account = accountNamed(hub.state, login);
  if (account === undefined) throw new Error(`${login} is not a user of this sandbox`);
  const digest = createHash('sha256').update(`${hub.options.dir} ${account.id}`).digest('hex');
  const token = `ghp_${digest.slice(0, 36)}`;
  hub.state.userTokens.set(token, account.id);
  return token;
}

export const permissionsOf = (hub: Hub): AppPermissions => hub.options.app.permissions ?? APP_PERMISSIONS;

export function mintToken(hub: Hub, permissions: AppPermissions): InstallationToken {
  const seconds = hub.options.app.tokenSeconds ?? DEFAULT_SECONDS;
  const token: InstallationToken = {
    token: `ghs_${randomBytes(18).toString('hex')}`,
    permissions: { metadata: 'read', ...permissions },
    expiresAt: new Date(hub.options.now().getTime() + seconds * 1000),
  };
  hub.state.installationTokens.set(token.token, token);
  return token;
}

/** Reads `Authorization`: `Bearer`/`token` credentials, or HTTP Basic as git sends it (the token is the password). */
export function principalOf(hub: Hub, authorization: string | undefined): Principal {
  if (authorization === undefined || authorization === '') return { kind: 'anonymous' };
  const [, scheme = '', credential = ''] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'token':
      return credential.split('.').length === 3 ? assertion(hub, credential) : holder(hub, credential);
    case 'basic': {
      const [name = '', password = ''] = Buffer.from(credential, 'base64').toString().split(':', 2);
      return holder(hub, password === '' || password === 'x-oauth-basic' ? name : password);
    }
    default:
      throw badCredentials();
  }
}

function holder(hub: Hub, token: string): Principal {
  const userId = hub.state.userTokens.get(token) ?? holderOf(hub, token);
  const user = userId === undefined ? undefined : hub.state.accounts.get(userId);
  if (user !== undefined && !user.deleted) return { kind: 'user', account: user };
  const installation = hub.state.installationTokens.get(token);
  const bot = hub.state.accounts.get(hub.state.botId);
  if (installation === undefined || bot === undefined) throw badCredentials();
  if (installation.expiresAt.getTime() <= hub.options.now().getTime()) throw badCredentials();
  return { kind: 'installation', account: bot, token: installation };
}

interface Assertion {
  readonly iss?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
}

/** An App's RS256 assertion, judged by the clock of the sandbox with GitHub's own sentences (clients read them). */
function assertion(hub: Hub, jwt: string): Principal {
  const [head = '', payload = '', signature = ''] = jwt.split('.');
  const decoded = decode(head) as { alg?: unknown } | undefined;
  const claims = decode(payload) as Assertion | undefined;
  const signed =
    decoded?.alg === 'RS256' &&
    verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${payload}`),
      hub.options.app.publicKey,
      Buffer.from(signature, 'base64url'),
    );
  if (!signed || claims === undefined) throw new Refusal(401, 'A JSON web token could not be decoded');
  if (String(claims.iss) !== String(hub.options.app.id)) throw new Refusal(401, 'Integration not found');
  const now = Math.floor(hub.options.now().getTime() / 1000);
  if (typeof claims.exp !== 'number' || claims.exp <= now) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (typeof claims.iat !== 'number' || claims.iat > now) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (claims.exp > now + LONGEST_ASSERTION) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  return { kind: 'app' };
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}

export const isAppPermission = (name: string): name is AppPermission => Object.hasOwn(APP_PERMISSIONS, name);
