import type { Coordinates, Holding } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { GROUP } from './kind.js';

/** What a holding means here, checked again: the ledger may hold what a schema of another version let through. */
export interface Ask {
  readonly subject: string;
  readonly group: string;
  readonly isDynamic: boolean;
}

const GROUP_NAME = new RegExp(GROUP);
/** A server folds case and spaces, so only what it cannot fold into something else is asked for (T128). */
const SUBJECT = /^[^\s\p{C}](?:[^\p{C}]{0,254}[^\s\p{C}])?$/u;

export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

/** @returns a sentence when it names nothing that can exist. */
export function parseAsk({ subject, grant }: Holding): Ask | string {
  const coordinates = parseCoordinates(grant);
  if (typeof coordinates === 'string') return coordinates;
  return SUBJECT.test(subject) ? { subject, ...coordinates } : 'The subject has no legal name';
}

/** @returns a sentence when they name nothing that can exist. */
export function parseCoordinates(grant: Coordinates): Omit<Ask, 'subject'> | string {
  const { group, form, ...others } = grant;
  if (typeof group !== 'string' || !GROUP_NAME.test(group)) return 'The group has no legal name';
  if (form !== undefined && form !== 'dynamic') return 'The form of a grant can only be "dynamic"';
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to a directory';
  return { group, isDynamic: form === 'dynamic' };
}
