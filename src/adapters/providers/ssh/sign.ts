import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { epochSeconds, type Instant } from '../../../core/time.js';
import { Blocked } from '../../../ports/fault.js';
import { type Certificate, parseCertificate } from './certificate.js';
import { clearWorkbench, type Session } from './folder.js';
import type { Authority } from './keygen.js';
import type { Ask } from './names.js';

/** What a certificate is to say. */
export interface Order {
  readonly ask: Ask;
  readonly keyId: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** A terminal; no forwarding of ports, agents or displays, and no file of the account that runs first. */
const EXTENSIONS = ['permit-pty'];
/** A certificate for a person, not for a host. */
const FOR_PEOPLE = 1;

/** Signs, and reads what came out: ssh-keygen takes `,` and an empty window for more than they say (T129). */
export async function sign(session: Session, authority: Authority, order: Order): Promise<Certificate> {
  const { ask, keyId, from, until } = order;
  const bench = await clearWorkbench(session.folder);
  const serial = newSerial();
  await writeFile(join(bench, 'key.pub'), `${ask.subject}\n`);
  const options = [...ask.critical].flatMap(([name, value]) => ['-O', `${name}=${value}`]);
  const args = [
    ...['-q', '-s', session.caKey, '-P', '', '-t', authority.signature, '-I', keyId],
    ...['-n', ask.principals.join(','), '-z', String(serial), '-V', `${digits(from)}:${digits(until)}`],
    ...['-O', 'clear', ...EXTENSIONS.flatMap((name) => ['-O', name]), ...options],
    join(bench, 'key.pub'),
  ];
  await session.keygen(args, (said) => notSigned(session.target, said));
  const certificate = parseCertificate(await readFile(join(bench, 'key-cert.pub'), 'utf8'));
  if (certificate !== undefined && isAsOrdered(certificate, { ...order, serial, authority }))
    return certificate;
  throw notSigned(session.target, 'the certificate does not say what it was to say');
}

/** At random, so that two processes need not agree. Never 0, which no revocation list can name. */
function newSerial(): bigint {
  return (randomBytes(8).readBigUInt64BE() >> 1n) + 1n;
}

/** `YYYYMMDDHHMMSS`, which is read in the time zone of the environment. */
function digits(instant: Instant): string {
  return instant.replace(/\D/g, '');
}

function isAsOrdered(
  certificate: Certificate,
  { ask, from, until, serial, authority, keyId }: Order & { serial: bigint; authority: Authority },
): boolean {
  const { principals, critical, extensions } = certificate;
  return (
    certificate.serial === serial &&
    certificate.type === FOR_PEOPLE &&
    certificate.keyId === keyId &&
    certificate.subject === ask.subject &&
    certificate.validAfter === BigInt(epochSeconds(from)) &&
    certificate.validBefore === BigInt(epochSeconds(until)) &&
    JSON.stringify(principals) === JSON.stringify(ask.principals) &&
    JSON.stringify(extensions) === JSON.stringify(EXTENSIONS) &&
    critical.size === ask.critical.size &&
    [...ask.critical].every(([name, value]) => critical.get(name) === value) &&
    authority.publicKey.endsWith(` ${certificate.authority}`) &&
    certificate.signature === authority.signature
  );
}

function notSigned(target: string, why: string): Blocked {
  return new Blocked('not_signed', `${target}: ${why}`, 'Look at ssh-keygen on the server of Hallpass.');
}
