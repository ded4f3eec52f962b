import { chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Blocked, Retry } from '../../../ports/fault.js';
import { type Certificate, parseCertificate } from './certificate.js';
import { type Authority, type Connected, type Keygen, readAuthority } from './keygen.js';

/** One connection for the length of one call. */
export interface Session extends Connected {
  readonly keygen: Keygen;
}

/** All that there is: what was issued and is not cleared away yet, and what the revocation list says. */
export interface State {
  readonly authority: Authority;
  readonly certificates: readonly Certificate[];
  /** Files that are no certificate of this authority, so something may be missing from `certificates`. */
  readonly unreadable: readonly string[];
  readonly list: RevocationList;
}

/** The lines of a revocation list as ssh-keygen writes and reads them: `serial: 5`, `serial: 5-9`, `hash: …`. */
export type RevocationList = readonly string[];

const ISSUED = 'issued';
const LIST = 'krl';
const AUTHORITY = 'ca.pub';
/** Only we may look into it: what lies there is signed and not known yet. */
const WORKBENCH = '.signing';
const SUFFIX = '-cert.pub';
/** Everybody may read what hosts fetch. */
const PUBLIC_MODE = 0o644;

export async function readState(session: Session): Promise<State> {
  const { target, folder, keygen } = session;
  const authority = await readAuthority(keygen, session);
  const [type, base64 = ''] = (await readFile(join(folder, AUTHORITY), 'utf8')).trim().split(' ');
  if (`${type} ${base64}` !== authority.publicKey) {
    throw new Blocked(
      'other_authority',
      `${target}: hosts trust ${join(folder, AUTHORITY)}, and ca_key is the private part of another key`,
      'Correct ca_key in the settings. For a new authority, set up a new folder and a new target.',
    );
  }
  const certificates: Certificate[] = [];
  const unreadable: string[] = [];
  for (const name of await readdir(join(folder, ISSUED))) {
    const certificate = parseCertificate(await readFile(join(folder, ISSUED, name), 'utf8'));
    if (certificate?.authority === base64 && name === nameOf(certificate)) certificates.push(certificate);
    else unreadable.push(name);
  }
  return { authority, certificates, unreadable, list: await readList(session) };
}

function nameOf({ serial }: Pick<Certificate, 'serial'>): string {
  return `${serial}${SUFFIX}`;
}

/** A list that is lost is never made anew: an empty one would let everybody in who was shut out. */
async function readList({ target, folder, keygen }: Session): Promise<RevocationList> {
  const path = join(folder, LIST);
  const text = await keygen(
    ['-Q', '-l', '-f', path],
    (said) =>
      new Blocked(
        'revocation_list',
        `${target}: the revocation list cannot be read: ${said}`,
        `Put ${path} back from a backup, or revoke whatever was issued: cd ${folder} && ssh-keygen -k -f krl -s ca.pub issued/*${SUFFIX}`,
      ),
  );
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** @returns what tells of a serial whether the list revokes it. */
export function revokedBy(list: RevocationList): (serial: bigint) => boolean {
  const ranges = list.flatMap((line) => {
    const [, first, last = first] = /^serial: ([0-9]+)(?:-([0-9]+))?$/.exec(line) ?? [];
    return first === undefined || last === undefined ? [] : [{ first: BigInt(first), last: BigInt(last) }];
  });
  const single = new Set(ranges.flatMap(({ first, last }) => (first === last ? [first] : [])));
  const longer = ranges.filter(({ first, last }) => first < last);
  return (serial) =>
    single.has(serial) || longer.some(({ first, last }) => first <= serial && serial <= last);
}

/**
 * Puts a list in the place of the one before, at once: a host that reads it meanwhile gets one or the other, and one that finds none
 * or half of one would let nobody in.
 */
export async function replaceList(
  { target, folder, keygen }: Session,
  list: RevocationList,
  version: number,
): Promise<void> {
  const bench = await clearWorkbench(folder);
  const [lines, made] = [join(bench, 'lines'), join(bench, LIST)];
  await writeFile(lines, list.map((line) => `${line}\n`).join(''));
  const args = ['-q', '-k', '-f', made, '-s', join(folder, AUTHORITY), '-z', String(version), lines];
  await keygen(
    args,
    (said) => new Retry('revocation_list', `${target}: no revocation list was made: ${said}`),
  );
  await putInPlace(made, join(folder, LIST));
}

/** An empty place to work in; whatever a crash left there nobody has seen. */
export async function clearWorkbench(folder: string): Promise<string> {
  const bench = join(folder, WORKBENCH);
  await rm(bench, { recursive: true, force: true });
  await mkdir(bench, { mode: 0o700 });
  return bench;
}

/** Lets hosts and people see a certificate. */
export async function publish({ folder }: Session, certificate: Certificate): Promise<void> {
  const made = join(await clearWorkbench(folder), 'certificate');
  await writeFile(made, `${certificate.text}\n`);
  await putInPlace(made, join(folder, ISSUED, nameOf(certificate)));
}

export async function clearAway({ folder }: Session, certificates: readonly Certificate[]): Promise<void> {
  for (const one of certificates) await rm(join(folder, ISSUED, nameOf(one)), { force: true });
}

/** Whole and on the disk before it has its name. */
async function putInPlace(made: string, path: string): Promise<void> {
  await chmod(made, PUBLIC_MODE);
  const file = await open(made, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(made, path);
}
