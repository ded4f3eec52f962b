import type { Coordinates, Holding } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { NAME, RESOURCE_ID } from './kind.js';

/** Which group a grant means, checked again. */
export interface GroupAsk {
  readonly name: string;
  /** The group's id, where the catalog pins it. */
  readonly id: string | undefined;
}

/** What a holding means here. */
export interface Ask extends GroupAsk {
  readonly subject: string;
}

const NAMES = new RegExp(NAME, 'u');
const IDS = new RegExp(RESOURCE_ID, 'u');

/** @returns a sentence when they name nothing that can exist. */
export function parseCoordinates(grant: Coordinates): GroupAsk | string {
  const { group, id, ...others } = grant;
  if (typeof group !== 'string' || !NAMES.test(group)) return 'The grant names no group';
  if (id !== undefined && !isResourceId(id)) return 'The id is none a group can have';
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to SCIM';
  return { name: group, id };
}

/** @returns a sentence when it names nothing that can exist. */
export function parseAsk({ subject, grant }: Holding): Ask | string {
  const coordinates = parseCoordinates(grant);
  if (typeof coordinates === 'string') return coordinates;
  return NAMES.test(subject) ? { subject, ...coordinates } : 'The subject is no userName that is taken here';
}

export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

export function isResourceId(value: unknown): value is string {
  return typeof value === 'string' && IDS.test(value);
}
