import type { Call } from '../http/call.js';
import type { AppPermission, Level, Permission } from '../options.js';
import { badCredentials, forbidden, notAccessible, notFound, Refusal } from '../refusal.js';
import type { Account } from '../state.js';
import { atLeast, covers, type Principal } from './principal.js';

/** What a route asks of a caller. */
export type Access =
  /** A JSON web token of the App. */
  | { readonly kind: 'app' }
  /** Anybody with good credentials. */
  | { readonly kind: 'anyone' }
  /** Anybody at all. */
  | { readonly kind: 'visible' }
  /** A permission of the installation, or one of a person on the repository. */
  | {
      readonly kind: 'repository';
      readonly app: AppPermission;
      readonly level: Level;
      readonly user: Permission | 'nobody';
    }
  /** A permission of the installation on the organization, or membership of a person. */
  | { readonly kind: 'organization'; readonly level: Level };

export const APP: Access = { kind: 'app' };
export const ANYONE: Access = { kind: 'anyone' };
export const VISIBLE: Access = { kind: 'visible' };
export const MEMBERS: Access = { kind: 'organization', level: 'read' };
export const MANAGES_MEMBERS: Access = { kind: 'organization', level: 'write' };

export const reads = (app: AppPermission): Access => ({
  kind: 'repository',
  app,
  level: 'read',
  user: 'read',
});
export const writes = (app: AppPermission, user: Permission | 'nobody'): Access => ({
  kind: 'repository',
  app,
  level: 'write',
  user,
});

/** Throws GitHub's answer to somebody who may not. A private repository does not exist for those who cannot read it. */
export function allow(access: Access, who: Principal): void {
  switch (access.kind) {
    case 'app':
      allowApp(who);
      break;
    case 'anyone':
      if (who.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
      caller(who);
      break;
    case 'visible':
      break;
    case 'repository':
      allowRepository(access, caller(who));
      break;
    case 'organization':
      allowOrganization(access.level, caller(who));
  }
}

function allowApp(who: Principal): void {
  if (who.kind === 'app') return;
  if (who.kind === 'anonymous') throw new Refusal(401, 'A JSON web token could not be decoded');
  throw forbidden('You must authenticate with an app JWT to access this endpoint.');
}

type Caller = Extract<Principal, { kind: 'user' | 'installation' }>;

function caller(who: Principal): Caller {
  if (who.kind === 'app') throw forbidden('This endpoint requires an installation or user token.');
  if (who.kind === 'anonymous') throw notFound();
  return who;
}

function allowRepository(access: Extract<Access, { kind: 'repository' }>, who: Caller): void {
  if (who.kind === 'installation') {
    if (!covers(who.token.permissions[access.app], access.level)) throw notAccessible();
    return;
  }
  if (!atLeast(who.account.permission, 'read')) throw notFound();
  if (access.user === 'nobody') throw forbidden('You must authenticate via a GitHub App.');
  if (!atLeast(who.account.permission, access.user)) throw forbidden('Must have admin rights to Repository.');
}

function allowOrganization(level: Level, who: Caller): void {
  if (who.kind === 'installation') {
    if (!covers(who.token.permissions.members, level)) throw notAccessible();
    return;
  }
  if (!who.account.member) throw notFound();
  if (level === 'write' && who.account.permission !== 'admin') {
    throw forbidden('Must be an organization owner or a maintainer of the team.');
  }
}

/** The account that acts: the person, or the App's bot. */
export function actorOf(call: Pick<Call, 'who'>): Account {
  if (call.who.kind === 'user' || call.who.kind === 'installation') return call.who.account;
  throw badCredentials();
}
