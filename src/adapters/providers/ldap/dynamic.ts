import { createHash } from 'node:crypto';
import { type Instant, secondsBetween } from '../../../core/time.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import { resultOf } from './fault.js';
import { lookUp } from './lookup.js';
import { unlessMissing, valuesOf } from './members.js';
import type { Ask } from './names.js';
import type { Found, Session } from './session.js';

/** The directory counts whole seconds and may be one early. */
export const EARLY_SECONDS = 1;
/** Between asking for a time and reading it back. */
const SLACK_SECONDS = 5;

const ALREADY_EXISTS = 68;
const NO_SUCH_OBJECT = 32;
/** What OpenLDAP says to more than it is set to allow. */
const TOO_LONG = 4;
/** A year, which is the most there is (RFC 2589, section 4.1). */
const LONGEST_SECONDS = 31_557_600;

/** One entry for each person and group, whose name nobody chose, so that it needs no escaping. */
export function entryName({ subject, group }: Pick<Ask, 'subject' | 'group'>): string {
  return createHash('sha256')
    .update(JSON.stringify([subject, group]))
    .digest('hex');
}

/** @throws Blocked where the settings name no base for such entries. */
export function grantsBaseOf({ target, grantsBase }: Session): string {
  if (grantsBase !== undefined) return grantsBase;
  throw new Blocked(
    'settings',
    `the connection of ${target} has no grants_base`,
    `Add grants_base to the connection of ${target}, or leave out "form: dynamic" in the catalog.`,
  );
}

function entryDn(session: Session, ask: Ask): string {
  return `cn=${entryName(ask)},${grantsBaseOf(session)}`;
}

/** @throws Blocked where the directory would keep the entry for ever. */
export async function refuseLasting(session: Session): Promise<void> {
  grantsBaseOf(session);
  const { entries } = await session.search('', {
    scope: 'base',
    attributes: ['dynamicSubtrees'],
    most: 1,
  });
  // RFC 2589, section 5.
  if (entries.some((root) => valuesOf(root, 'dynamicSubtrees').length > 0)) return;
  throw new Blocked(
    'no_expiry',
    `${session.target}: the directory has no entries that end by themselves`,
    'Load the overlay dds as docs/providers/ldap.md says, or leave out "form: dynamic" in the catalog.',
  );
}

/** Makes the entry, or moves the end of the one that is there. */
export async function grantDynamic(
  session: Session,
  ask: Ask,
  { until, now }: { readonly until: Instant; readonly now: Instant },
): Promise<GrantResult> {
  const seconds = secondsBetween(now, until);
  if (!(seconds > 0)) throw notMade(session, `the end ${until} has passed`);
  const { person } = await lookUp(session, ask);
  await refuseLasting(session);
  const ttl = seconds + EARLY_SECONDS;
  if (!(ttl <= LONGEST_SECONDS)) throw tooLong(session, ttl);
  const dn = entryDn(session, ask);
  const before = await readEntry(session, dn, person.dn);
  if (before !== undefined && !before.isOfPerson) await session.remove(dn);
  const isNew = before === undefined || !before.isOfPerson;
  if (isNew) await makeEntry(session, dn, { ask, member: person.dn });
  await refresh(session, dn, ttl);
  const after = await readEntry(session, dn, person.dn);
  const left = Number(after?.found && valuesOf(after.found, 'entryTtl')[0]);
  if (after?.isOfPerson === true && Math.abs(left - ttl) <= SLACK_SECONDS)
    return { changed: isNew, preexisting: false, receipt: { entry: dn } };
  await revokeDynamic(session, ask);
  throw notMade(session, `${dn} was not as it was to be made`);
}

async function makeEntry(
  session: Session,
  dn: string,
  { ask, member }: { readonly ask: Ask; readonly member: string },
): Promise<void> {
  const { subject, group } = ask;
  try {
    await session.add(dn, {
      objectClass: ['groupOfNames', 'dynamicObject'],
      cn: entryName(ask),
      member,
      businessCategory: group,
      description: subject,
    });
  } catch (error) {
    if (resultOf(error) !== ALREADY_EXISTS) throw error;
  }
}

/** An entry that could not get its time would end after the time that every new one gets; it is taken away at once. */
async function refresh(session: Session, dn: string, ttl: number): Promise<void> {
  try {
    await session.refresh(dn, ttl);
  } catch (error) {
    if (resultOf(error) !== TOO_LONG) throw error;
    await session.remove(dn);
    throw tooLong(session, ttl, error);
  }
}

function tooLong({ target }: Session, ttl: number, cause?: unknown): Blocked {
  return new Blocked(
    'too_long',
    `${target}: the directory keeps no entry for ${ttl} s`,
    'Raise olcDDSmaxTtl of its overlay dds, or lower max_duration in the policy.',
    cause,
  );
}

export async function revokeDynamic(session: Session, ask: Ask): Promise<{ changed: boolean }> {
  try {
    await session.remove(entryDn(session, ask));
    return { changed: true };
  } catch (error) {
    if (resultOf(error) === NO_SUCH_OBJECT) return { changed: false };
    throw error;
  }
}

/** @returns the entry, and whether the server takes its member for the person's. */
async function readEntry(
  session: Session,
  dn: string,
  member: string,
): Promise<{ readonly found: Found; readonly isOfPerson: boolean } | undefined> {
  const read = (all: readonly (readonly [string, string])[]) =>
    unlessMissing(() =>
      session.search(dn, { scope: 'base', all, attributes: ['entryTtl', 'objectClass'], most: 1 }),
    );
  const [found] = (await read([])).entries;
  if (found === undefined) return undefined;
  const { entries } = await read([
    ['objectClass', 'dynamicObject'],
    ['member', member],
  ]);
  return { found, isOfPerson: entries.length === 1 };
}

function notMade({ target }: Session, why: string): Blocked {
  return new Blocked('not_made', `${target}: ${why}`, 'Look into the log of the server.');
}
