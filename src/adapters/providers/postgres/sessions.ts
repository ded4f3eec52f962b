import { Retry } from '../../../ports/fault.js';
import type { Log } from '../../../ports/log.js';
import { readFacts } from './facts.js';
import { dropMadeLogin, madeLogins } from './made-login.js';
import type { Ask } from './names.js';
import type { Session } from './session.js';

/**
 * Ends the sessions that could still use the role: one that has done SET ROLE keeps it after REVOKE (T107). Which of a login's
 * sessions did cannot be seen, so all of them end, but only when the login has lost the role for good: where standing access
 * remains, none does.
 */
export async function endMemberSessions(session: Session, ask: Ask): Promise<{ ended: number }> {
  const { login, role } = await readFacts(session, ask);
  if (login === null || role === null) return { ended: 0 };
  return { ended: await endSessionsOf(session, { login: login.oid, role: role.oid, all: false }) };
}

/** Ends every session of the logins that were made for the holding, then drops them where that is possible. */
export async function endMadeSessions(session: Session, ask: Ask, log: Log): Promise<{ ended: number }> {
  let ended = 0;
  for (const { login, role } of await madeLogins(session, ask)) {
    if (login === null || login.canLogin) continue;
    ended += await endSessionsOf(session, { login: login.oid, role: role?.oid ?? null, all: true });
    const reason = await dropMadeLogin(session, login);
    if (reason !== undefined) log.warn('a disabled login was not dropped', { login: login.name, reason });
  }
  return { ended };
}

interface Whose {
  readonly login: number;
  readonly role: number | null;
  /** Every session of the login, whether or not it still has the role by other ways. */
  readonly all: boolean;
}

/**
 * Looks twice: a session that was logging in during the revocation is listed only a moment later. New sessions of a client that
 * connects again are none of ours: they came too late to have had the role.
 */
async function endSessionsOf(session: Session, whose: Whose): Promise<number> {
  let ended = 0;
  for (let look = 0; look < 2; look += 1) {
    const pids = await findSessions(session, whose);
    if (pids.length > 0) await terminate(session, pids);
    ended += pids.length;
  }
  return ended;
}

/**
 * Those of the login and of logins that have the role through it. SET needs PostgreSQL 16; before, MEMBER means the same. Never our own: since 16
 * whoever makes a login is a member of it, without any use of that.
 */
async function findSessions(session: Session, { login, role, all }: Whose): Promise<readonly number[]> {
  const uses = session.version >= 160_000 ? 'USAGE, SET' : 'MEMBER';
  const rows = await session.query<{ pid: number }>(SESSIONS, [login, role, all, uses]);
  return rows.map(({ pid }) => pid);
}

const SESSIONS = `
  WITH RECURSIVE through(oid) AS (
    SELECT $1::oid UNION SELECT m.member FROM through JOIN pg_auth_members m ON m.roleid = through.oid)
  SELECT a.pid FROM pg_stat_activity a JOIN through ON a.usesysid = through.oid
  WHERE a.usesysid <> current_user::regrole
    AND (($3 AND a.usesysid = $1::oid) OR ($2::oid IS NOT NULL AND NOT pg_has_role(a.usesysid, $2::oid, $4)))`;

/** How often a session that does not end is waited for, for the time below. */
const PATIENCE = 20;
const WAIT_MILLISECONDS = 250;

/** pg_terminate_backend only signals, so what was signalled is waited for. */
async function terminate(session: Session, pids: readonly number[]): Promise<void> {
  await session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY($1::int[])', [
    pids,
  ]);
  for (let turn = 0; turn < PATIENCE; turn += 1) {
    const left = await session.query(STILL_THERE, [pids, WAIT_MILLISECONDS]);
    if (left.length === 0) return;
  }
  throw new Retry('sessions_alive', `${pids.length} sessions were told to end and have not all done so`);
}

const STILL_THERE = `
  SELECT pg_terminate_backend(pid, $2) FROM (
    SELECT pid FROM pg_stat_activity WHERE pid = ANY($1::int[]) LIMIT 1) AS one`;
