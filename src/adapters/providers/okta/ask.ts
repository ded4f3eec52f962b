import type { Coordinates, Holding } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { GROUP_ID, LOGIN } from './kind.js';

/** What a holding means here, checked again. */
export interface Ask {
  readonly login: string;
  readonly group: string;
}

const GROUPS = new RegExp(GROUP_ID, 'u');
const LOGINS = new RegExp(LOGIN, 'u');

/** @returns the id of the group; undefined when they name nothing that can exist. */
export function groupOf({ group, ...others }: Coordinates): string | undefined {
  const isGroup = typeof group === 'string' && GROUPS.test(group) && Object.keys(others).length === 0;
  return isGroup ? group : undefined;
}

export function isLogin(subject: string): boolean {
  return LOGINS.test(subject);
}

export function askOf({ target, subject, grant }: Holding): Ask {
  const group = groupOf(grant);
  if (group !== undefined && isLogin(subject)) return { login: subject, group };
  const what =
    group === undefined ? 'The grant names no group of Okta' : 'The subject is no login that is taken here';
  throw badCoordinates(target, what);
}
