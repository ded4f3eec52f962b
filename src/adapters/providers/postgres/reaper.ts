import { type Instant, instantOf } from '../../../core/time.js';
import { Blocked } from '../../../ports/fault.js';
import type { Settings } from './connection.js';
import type { Facts } from './facts.js';
import type { Ask } from './names.js';
import type { Session } from './session.js';

/**
 * The other end of the reaper in docs/providers/postgres.md: a job inside the database that ends what is past its time, with our own
 * rights and without us. We write down what it has to end, and believe only what we see of it.
 */

/** It runs every minute. */
const SILENT_FOR = '3 minutes';
const SEE = 'docs/providers/postgres.md says how, under "The reaper".';

interface Seen {
  /** Whether its tables are there and we may use them. */
  readonly there: boolean;
  readonly alive: boolean;
  /** How many accesses it should have ended and could not. */
  readonly stuck: number;
}

/** @throws Blocked when the settings count on a reaper, and the target has none that works. */
export async function refuseWithoutReaper(session: Session, settings: Settings): Promise<void> {
  if (!settings.reaper) return;
  const { there, alive, stuck } = await lookAtReaper(session);
  const say = (code: string, message: string, unblock: string) =>
    new Blocked(code, `${settings.target} ${message}`, unblock);
  if (!there)
    throw say('no_reaper', 'has no reaper', `Set it up, or take "reaper" out of the settings; ${SEE}`);
  if (!alive)
    throw say(
      'reaper_silent',
      `has a reaper that has not run as ${session.user} for ${SILENT_FOR}`,
      `Look at its job with: SELECT * FROM cron.job_run_details ORDER BY runid DESC LIMIT 5; ${SEE}`,
    );
  if (stuck > 0)
    throw say(
      'reaper_stuck',
      `has a reaper that could not end ${stuck} accesses`,
      'Look into the log of the server for its warnings.',
    );
}

/** Not all of it may be there: what is not is asked about in the catalog, since naming it would be an error. */
async function lookAtReaper(session: Session): Promise<Seen> {
  const [found] = await session.query(THERE);
  if (found === undefined) return { there: false, alive: false, stuck: 0 };
  const [run] = await session.query<{ alive: boolean; stuck: number }>(LAST_RUN, [SILENT_FOR]);
  return { there: true, alive: run?.alive ?? false, stuck: run?.stuck ?? 0 };
}

const THERE = `
  SELECT FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
  WHERE n.nspname = 'hallpass' AND c.relname IN ('ends', 'runs') AND has_schema_privilege(n.oid, 'USAGE')
    AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
    AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE') HAVING count(*) = 2`;

const LAST_RUN = `
  SELECT at > clock_timestamp() - $1::interval AS alive, stuck FROM hallpass.runs WHERE by = current_user`;

/**
 * Waits for a reaper that is just ending this, and keeps it from doing so until the end of the transaction. Before anything is read:
 * what it has ended is seen, and made anew.
 */
export async function holdReaper(session: Session, { role, login }: Ask, settings: Settings): Promise<void> {
  if (!settings.reaper) return;
  await refuseWithoutReaper(session, settings);
  await session.query(HOLD, [role, login]);
}

const HOLD = `
  SELECT FROM hallpass.ends e JOIN pg_roles r ON r.oid = e.role JOIN pg_roles l ON l.oid = e.login
  WHERE r.rolname = $1::text AND l.rolname = $2::text FOR UPDATE OF e`;

/** Writes down when it ends. In the transaction that gives it, so that neither is there without the other. */
export async function noteEnd(
  session: Session,
  { role, login }: Facts,
  { until, settings, made }: { readonly until: Instant; readonly settings: Settings; readonly made: boolean },
): Promise<void> {
  if (!settings.reaper || role === null || login === null) return;
  await session.query(NOTE, [role.oid, login.oid, made, until]);
}

const NOTE = `
  INSERT INTO hallpass.ends (role, login, made, until) VALUES ($1::oid, $2::oid, $3, $4::timestamptz)
  ON CONFLICT (role, login) DO UPDATE SET made = excluded.made, until = excluded.until`;

/** What we have ended is none of its business. An end of ours needs no reaper: where there is none, nothing is to be forgotten. */
export async function forgetEnd(session: Session, { role, login }: Facts): Promise<void> {
  if (role === null || login === null || !(await lookAtReaper(session)).there) return;
  await session.query('DELETE FROM hallpass.ends WHERE role = $1::oid AND login = $2::oid', [
    role.oid,
    login.oid,
  ]);
}

/** @returns when the target itself ends what a login has by a role; nothing while no reaper is seen to be alive. */
export async function readEnds(
  session: Session,
  settings: Settings,
): Promise<(login: string, role: string) => { readonly until?: Instant }> {
  const { alive } = settings.reaper ? await lookAtReaper(session) : { alive: false };
  const rows = alive ? await session.query<{ role: string; login: string; until: number }>(ENDS) : [];
  const ends = new Map(rows.map((row) => [keyOf(row.login, row.role), instantOf(row.until)]));
  return (login, role) => {
    const until = ends.get(keyOf(login, role));
    return until === undefined ? {} : { until };
  };
}

function keyOf(login: string, role: string): string {
  return JSON.stringify([login, role]);
}

const ENDS = `
  SELECT r.rolname::text AS role, l.rolname::text AS login, extract(epoch FROM e.until)::float8 AS until
  FROM hallpass.ends e JOIN pg_roles r ON r.oid = e.role JOIN pg_roles l ON l.oid = e.login WHERE NOT e.made`;
