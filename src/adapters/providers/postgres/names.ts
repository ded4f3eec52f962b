import type { Coordinates, Holding } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import { PERSON, ROLE } from './kind.js';

/** What a holding means here, checked again: the ledger may hold what a schema of another version let through. */
export interface Ask {
  readonly subject: string;
  readonly role: string;
  /** The login that gets the role: the subject's own, or the one made for it. */
  readonly login: string;
  readonly made: boolean;
}

const ROLE_NAME = new RegExp(ROLE);
const PERSON_NAME = new RegExp(PERSON);
const CONTROL = /\p{Cc}/u;
/** PostgreSQL cuts longer names off without a word, and two become one (T127). */
const MOST_BYTES = 63;

/** @throws Blocked when a name could mean something else than it says. */
export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

/** @returns a sentence when they name nothing that can exist. */
export function parseCoordinates(grant: Coordinates): Pick<Ask, 'role' | 'made'> | string {
  const { role, login, ...others } = grant;
  if (typeof role !== 'string' || !ROLE_NAME.test(role) || isReserved(role))
    return 'The role has no legal name';
  if (login !== undefined && login !== 'created') return 'The login of a grant can only be "created"';
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to PostgreSQL';
  return { role, made: login === 'created' };
}

/** @returns a sentence when it names nothing that can exist. */
export function parseAsk({ subject, grant }: Holding): Ask | string {
  const coordinates = parseCoordinates(grant);
  if (typeof coordinates === 'string') return coordinates;
  const { role } = coordinates;
  if (!coordinates.made) {
    return isName(subject)
      ? { subject, role, login: subject, made: false }
      : 'The subject has no legal login name';
  }
  if (!PERSON_NAME.test(subject) || isReserved(subject))
    return 'A login can only be made for a subject of lower-case letters, digits and _ . @ -';
  const made = madeLogin(subject, role);
  if (!isName(made))
    return `The login ${made} would be longer than ${MOST_BYTES} bytes; shorten the subject or the role`;
  return { subject, role, login: made, made: true };
}

/** One login for each person and role, so that ending one says nothing about another. Neither part can hold a `~`. */
function madeLogin(subject: string, role: string): string {
  return `${subject}~${role}`;
}

function isReserved(name: string): boolean {
  return name.startsWith('pg_') || name === 'public' || name === 'none';
}

/** Whether it reaches the server as it is: whole, without control characters, and well-formed. */
function isName(text: string): boolean {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === 0 || bytes.length > MOST_BYTES || bytes.toString('utf8') !== text) return false;
  return !CONTROL.test(text) && !isReserved(text);
}

const MARKER = 'hallpass: ';

/** The comment on a login that was made for a grant, by which it is known again whatever it is called. */
export function markerOf({ subject, role }: Pick<Ask, 'subject' | 'role'>): string {
  return `${MARKER}${JSON.stringify({ subject, role })}`;
}

/** @returns whom and what a login was made for, or `undefined` when the comment is not one of ours. */
export function parseMarker(comment: string): Pick<Ask, 'subject' | 'role'> | undefined {
  if (!comment.startsWith(MARKER)) return undefined;
  try {
    const value: unknown = JSON.parse(comment.slice(MARKER.length));
    if (typeof value !== 'object' || value === null || !('subject' in value) || !('role' in value))
      return undefined;
    const { subject, role } = value;
    return typeof subject === 'string' && typeof role === 'string' ? { subject, role } : undefined;
  } catch {
    return undefined;
  }
}
