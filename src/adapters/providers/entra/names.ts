import type { Coordinates, Holding } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { OBJECT_ID } from './kind.js';

export interface Place {
  readonly group: string;
  readonly isPim: boolean;
}

/** What a holding means here, checked again: the ledger may hold what a schema of another version let through. */
export interface Ask extends Place {
  readonly subject: string;
}

const OBJECT_IDS = new RegExp(OBJECT_ID);
/** A user principal name; that of a guest has `#EXT#` in it. */
const PRINCIPAL_NAME =
  /^[A-Za-z0-9][A-Za-z0-9.!#^~_'+-]{0,112}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** @returns a sentence when they name nothing that can exist. */
export function parseCoordinates(grant: Coordinates): Place | string {
  const { group, through, ...others } = grant;
  if (!isObjectId(group)) return 'The grant names no group by its object id';
  if (through !== undefined && through !== 'pim') return 'A grant can only go through "pim"';
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to Microsoft Entra';
  return { group, isPim: through === 'pim' };
}

export function coordinatesOf({ group, isPim }: Place): Coordinates {
  return isPim ? { group, through: 'pim' } : { group };
}

/** @returns a sentence when it names nothing that can exist. */
export function parseAsk({ subject, grant }: Holding): Ask | string {
  const place = parseCoordinates(grant);
  if (typeof place === 'string') return place;
  if (!isObjectId(subject) && !PRINCIPAL_NAME.test(subject))
    return 'The subject is neither an object id nor a user principal name';
  return { subject, ...place };
}

export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

export function isObjectId(value: unknown): value is string {
  return typeof value === 'string' && OBJECT_IDS.test(value);
}
