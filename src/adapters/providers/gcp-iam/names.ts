import type { Coordinates, Holding } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { BASIC_ROLES, EMAIL, RESOURCE, ROLE } from './kind.js';

export interface Place {
  readonly resource: string;
  readonly role: string;
}

/** What a holding means here, checked again: the ledger may hold what a schema of another version let through. */
export interface Ask extends Place {
  readonly subject: string;
}

const RESOURCES = new RegExp(RESOURCE);
const ROLES = new RegExp(ROLE);
const EMAILS = new RegExp(EMAIL);

/** @returns a sentence when they name nothing that can be granted. */
export function parseCoordinates(grant: Coordinates): Place | string {
  const { resource, role, ...others } = grant;
  if (typeof resource !== 'string' || !RESOURCES.test(resource))
    return 'The grant names no project, folder or organization';
  if (typeof role !== 'string' || !ROLES.test(role)) return 'The grant names no role';
  if (BASIC_ROLES.includes(role)) return 'Basic roles take no condition, so nothing would end them';
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to Google Cloud';
  return { resource, role };
}

/** @returns a sentence when it names nothing that can be granted. */
export function parseAsk({ subject, grant }: Holding): Ask | string {
  const place = parseCoordinates(grant);
  if (typeof place === 'string') return place;
  return isEmail(subject) ? { subject, ...place } : 'The subject is no address of a Google account';
}

export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

export function isEmail(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 254 && EMAILS.test(text);
}
