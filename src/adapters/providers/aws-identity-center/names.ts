import type { Coordinates, Holding } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { ACCOUNT, PERMISSION_SET, RESOURCE_ID } from './kind.js';

/** What can be held here. */
export type Thing =
  | { readonly form: 'assignment'; readonly account: string; readonly permissionSet: string }
  | { readonly form: 'membership'; readonly group: string };

export type Assignment = Extract<Thing, { form: 'assignment' }>;

/** What a holding means here, checked again: the ledger may hold what a schema of another version let through. */
export interface Ask {
  readonly subject: string;
  readonly thing: Thing;
}

const ACCOUNTS = new RegExp(ACCOUNT);
const PERMISSION_SETS = new RegExp(PERMISSION_SET);
const RESOURCE_IDS = new RegExp(RESOURCE_ID);
/** Shape `UserName` of the identity store. */
const USER_NAMES = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

/** @returns a sentence when they name nothing that can exist. */
export function parseCoordinates(grant: Coordinates): Thing | string {
  const { account, permission_set, group, ...others } = grant;
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to AWS';
  if (group !== undefined) {
    if (account !== undefined || permission_set !== undefined)
      return 'The grant names a group or an account, not both';
    return isResourceId(group) ? { form: 'membership', group } : 'The grant names no group';
  }
  if (typeof account !== 'string' || !ACCOUNTS.test(account)) return 'The grant names no account';
  if (typeof permission_set !== 'string' || !PERMISSION_SETS.test(permission_set))
    return 'The grant names no permission set';
  return { form: 'assignment', account, permissionSet: permission_set };
}

export function coordinatesOf(thing: Thing): Coordinates {
  if (thing.form === 'membership') return { group: thing.group };
  return { account: thing.account, permission_set: thing.permissionSet };
}

/** @returns a sentence when it names nothing that can exist. */
export function parseAsk({ subject, grant }: Holding): Ask | string {
  const thing = parseCoordinates(grant);
  if (typeof thing === 'string') return thing;
  return USER_NAMES.test(subject) ? { subject, thing } : 'The subject is no user of an identity store';
}

export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

export function isResourceId(value: unknown): value is string {
  return typeof value === 'string' && RESOURCE_IDS.test(value);
}
