import { epochSeconds, type Instant } from '../../../core/time.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import type { Settings } from './connection.js';
import { type Facts, type LoginFacts, readFacts } from './facts.js';
import { refuseUnfit } from './judge.js';
import { addMember, removeMember } from './membership.js';
import { type Ask, markerOf } from './names.js';
import { forgetEnd, holdReaper, noteEnd } from './reaper.js';
import { receiptOf } from './receipt.js';
import { inTurn, type Session } from './session.js';

/** Makes a login for the grant, or moves the end of the one that was made. */
export async function grantMadeLogin(
  session: Session,
  ask: Ask,
  { until, settings }: { until: Instant; settings: Settings },
): Promise<GrantResult> {
  const password = passwordClause(session, ask, settings);
  return inTurn(session, ask.login, async () => {
    await holdReaper(session, ask, settings);
    const before = await readFacts(session, ask);
    refuseUnfit(before, ask, session.name);
    const end = `VALID UNTIL ${session.text(until)}`;
    const login = session.name(ask.login);
    if (before.login === null) {
      await session.query(`CREATE ROLE ${login} LOGIN INHERIT ${end} ${password}`);
      await session.query(`COMMENT ON ROLE ${login} IS ${session.text(markerOf(ask))}`);
    } else if (!before.login.canLogin) {
      await session.query(`ALTER ROLE ${login} LOGIN ${end} ${password}`);
    } else if (before.login.until !== epochSeconds(until)) {
      await session.query(`ALTER ROLE ${login} ${end}`);
    }
    const member = before.memberships.some(({ usable }) => usable);
    if (!member) await addMember(session, ask, before.version);
    const after = await readFacts(session, ask);
    refuseUnmade(after, ask, until);
    await noteEnd(session, after, { until, settings, made: true });
    return {
      changed: before.login?.canLogin !== true || !member,
      preexisting: false,
      receipt: receiptOf(after),
    };
  });
}

/** A verifier, never a password: statements like this one are written to the server's log. */
function passwordClause(session: Session, ask: Ask, settings: Settings): string {
  const verifier = refuseUnenrolled(ask, settings);
  return verifier === undefined ? 'PASSWORD NULL' : `PASSWORD ${session.text(verifier)}`;
}

/** @returns the verifier of the subject; `undefined` where logins prove themselves in another way. */
export function refuseUnenrolled({ subject }: Ask, { verifiers, target }: Settings): string | undefined {
  if (verifiers === undefined || verifiers.has(subject)) return verifiers?.get(subject);
  throw new Blocked(
    'no_verifier',
    `${target}: ${subject} has not enrolled a verifier`,
    `Add a SCRAM verifier for ${subject} to the verifiers of ${target}.`,
  );
}

/** What the server made of it. It takes `infinity` and `tomorrow` for times as well (T127), so the end is read back. */
function refuseUnmade({ login }: Facts, ask: Ask, until: Instant): void {
  const made =
    login?.name === ask.login && login.marked && login.canLogin && login.until === epochSeconds(until);
  if (made) return;
  throw new Blocked(
    'not_made',
    `the login ${ask.login} is not as it was to be made`,
    'Look into the log of the server.',
  );
}

/**
 * Ends the access of every login with our mark, whatever it is called by now. It does not need them to be dropped, which the
 * server refuses while they own something in any database (T108).
 */
export async function disableMadeLogins(session: Session, ask: Ask): Promise<{ changed: boolean }> {
  return inTurn(session, ask.login, async () => {
    let changed = false;
    for (const facts of await madeLogins(session, ask)) {
      if (facts.login === null) continue;
      const member = facts.memberships.some(({ ours }) => ours);
      changed ||= facts.login.canLogin || member;
      if (facts.login.canLogin)
        await session.query(`ALTER ROLE ${session.name(facts.login.name)} NOLOGIN PASSWORD NULL`);
      if (member) await removeMember(session, facts);
      await forgetEnd(session, facts);
    }
    return { changed };
  });
}

/** The facts of each login that carries the mark of this subject and role. */
export async function madeLogins(session: Session, ask: Ask): Promise<readonly Facts[]> {
  const rows = await session.query<{ oid: string }>(MARKED, [markerOf(ask)]);
  const all: Facts[] = [];
  for (const { oid } of rows) all.push(await readFacts(session, ask, { login: Number(oid) }));
  return all;
}

const MARKED = `
  SELECT d.objoid::text AS oid FROM pg_shdescription d
  WHERE d.classoid = 'pg_authid'::regclass AND d.description = $1`;

/**
 * Drops a login that is disabled. What it owns is somebody's work and is never dropped with it: then the disabled login stays.
 * @returns why it stays.
 */
export async function dropMadeLogin(session: Session, login: LoginFacts): Promise<string | undefined> {
  if (login.canLogin) return 'it can log in';
  try {
    await session.query(`DROP ROLE IF EXISTS ${session.name(login.name)}`);
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === OWNS_SOMETHING || error.code === DENIED))
      return error.message;
    throw error;
  }
}

const OWNS_SOMETHING = '2BP01';
const DENIED = '42501';
