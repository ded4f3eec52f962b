import type { Coordinates, Holding } from '../../../core/grant.js';
import { parseLogin } from '../../../core/identity.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { PERMISSIONS, REPOSITORY } from './kind.js';

/** What coordinates mean, checked again. */
export type Place =
  | {
      readonly form: 'repository';
      readonly repository: string;
      readonly id: number | undefined;
      readonly permission: string;
    }
  | { readonly form: 'role'; readonly role: number };

const REPOSITORIES = new RegExp(REPOSITORY, 'u');

/** @returns a sentence when they name nothing that can exist. */
export function parsePlace({
  repository,
  permission,
  id,
  organization_role: role,
  ...others
}: Coordinates): Place | string {
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to GitHub';
  if (isId(role) && [repository, permission, id].every((one) => one === undefined))
    return { form: 'role', role };
  if (role !== undefined) return 'The grant names no role by its id alone';
  if (typeof repository !== 'string' || !REPOSITORIES.test(repository))
    return 'The grant names no repository';
  if (typeof permission !== 'string' || !PERMISSIONS.includes(permission))
    return 'The grant names no permission';
  if (id !== undefined && !isId(id)) return 'The id of a repository is a whole number';
  return { form: 'repository', repository, id, permission };
}

export function placeOf({ target, subject, grant }: Holding): Place {
  const place = parseLogin(subject) === undefined ? 'The subject is no GitHub login' : parsePlace(grant);
  if (typeof place !== 'string') return place;
  throw badCoordinates(target, place);
}

export function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
