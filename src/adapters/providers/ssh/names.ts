import { isIP } from 'node:net';
import type { Json } from '../../../core/entitlement.js';
import type { Coordinates, Holding } from '../../../core/grant.js';
import { badCoordinates } from '../../../ports/provider-faults.js';
import type { Certificate } from './certificate.js';
import { ADDRESS, COMMAND, PRINCIPAL } from './kind.js';
import { isPublicKey } from './public-key.js';

/** What a holding means here, checked again: the ledger may hold what a schema of another version let through. */
export interface Ask {
  /** The public key, as `type base64`. */
  readonly subject: string;
  readonly principals: readonly string[];
  /** Critical options: a host that does not know one refuses the certificate. */
  readonly critical: ReadonlyMap<string, string>;
}

const PRINCIPAL_NAME = new RegExp(PRINCIPAL);
const ADDRESS_TEXT = new RegExp(ADDRESS);
const COMMAND_TEXT = new RegExp(COMMAND);
const MOST = 10;

export function askOf(holding: Holding): Ask {
  const ask = parseAsk(holding);
  if (typeof ask !== 'string') return ask;
  throw badCoordinates(holding.target, ask);
}

/** @returns a sentence when it names nothing that can exist. */
function parseAsk({ subject, grant }: Holding): Ask | string {
  const coordinates = parseCoordinates(grant);
  if (typeof coordinates === 'string') return coordinates;
  if (!isPublicKey(subject)) {
    return 'The subject is no public key of type ed25519, ecdsa or sk, written as its type and its base64 without a comment';
  }
  return { subject, ...coordinates };
}

function parseCoordinates(grant: Coordinates): Omit<Ask, 'subject'> | string {
  const { principals, source_address, force_command, ...others } = grant;
  // A certificate without principals is good for every account.
  if (!isListOf(principals, (one) => PRINCIPAL_NAME.test(one))) return 'The principals have no legal names';
  if (source_address !== undefined && !isListOf(source_address, isAddress))
    return 'A source address is no address';
  if (force_command !== undefined && !isCommand(force_command)) return 'The forced command is not printable';
  if (Object.keys(others).length > 0) return 'The grant has keys that mean nothing to SSH';
  const critical = new Map<string, string>();
  if (source_address !== undefined) critical.set('source-address', source_address.join(','));
  if (force_command !== undefined) critical.set('force-command', force_command);
  return { principals, critical };
}

/** The holding that a certificate is, however it came about. */
export function holdingOf({ subject, principals, critical }: Certificate, target: string): Holding {
  const addresses = critical.get('source-address');
  const command = critical.get('force-command');
  const grant = {
    principals,
    ...(addresses === undefined ? {} : { source_address: addresses.split(',') }),
    ...(command === undefined ? {} : { force_command: command }),
  };
  return { target, subject, grant };
}

function isListOf(value: Json | undefined, fits: (text: string) => boolean): value is readonly string[] {
  if (!Array.isArray(value) || !(value.length >= 1 && value.length <= MOST)) return false;
  if (new Set(value).size !== value.length) return false;
  return value.every((one) => typeof one === 'string' && fits(one));
}

function isAddress(text: string): boolean {
  const [address = '', length] = text.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)];
  if (most === undefined || !ADDRESS_TEXT.test(text)) return false;
  return length === undefined || (/^[0-9]{1,3}$/.test(length) && Number(length) <= most);
}

function isCommand(value: Json): value is string {
  return typeof value === 'string' && COMMAND_TEXT.test(value);
}
