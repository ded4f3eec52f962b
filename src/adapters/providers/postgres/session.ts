import { Socket } from 'node:net';
import { Blocked, Retry } from '../../../ports/fault.js';
import { loadPeer } from '../../../ports/provider-faults.js';
import type { Settings } from './connection.js';
import { faultOf } from './fault.js';

type Row = Readonly<Record<string, unknown>>;
type Pg = typeof import('pg');

/** A connection for the length of one call. */
export interface Session {
  /** Such as 170010. */
  readonly version: number;
  /** Who we are to the server. */
  readonly user: string;
  query<T extends Row = Row>(text: string, values?: readonly unknown[]): Promise<readonly T[]>;
  /** Quotes a name. The only way a name gets into a statement that takes no parameters. */
  name(text: string): string;
  /** Quotes a text. */
  text(text: string): string;
}

/** Loads the client on first use, since it need not be installed where no target is a PostgreSQL. */
export function loadClient(load: () => Promise<Pg> = () => import('pg')): Promise<Pg> {
  return loadPeer('postgres', 'pg@8', load);
}

/**
 * Connects, does the work, disconnects, all within the time of the settings. What is not done by then is given up: the socket is
 * cut, the server rolls back what was not committed, and the truth is what is observed next.
 */
export async function withSession<T>(settings: Settings, work: (session: Session) => Promise<T>): Promise<T> {
  const pg = await loadClient();
  const socket = new Socket();
  const client = new pg.Client({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    // As a function, so that no password file or environment of this machine stands in for one that is not set.
    password: () => settings.password,
    ssl: settings.tls,
    application_name: 'hallpass',
    stream: () => socket,
  });
  client.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Retry('timeout', `${settings.target} did not answer within ${settings.milliseconds / 1_000} s`),
      );
      socket.destroy();
    }, settings.milliseconds);
  });
  try {
    return await Promise.race([converse(pg, client, { settings, work }), tooLate]);
  } catch (error) {
    throw faultOf(error, settings.target);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function converse<T>(
  pg: Pg,
  client: InstanceType<Pg['Client']>,
  { settings, work }: { settings: Settings; work: (session: Session) => Promise<T> },
): Promise<T> {
  await client.connect();
  const query = async <R extends Row>(text: string, values: readonly unknown[] = []) =>
    (await client.query<R>(text, [...values])).rows;
  const [greeting] = await query<Greeting>(GREETING, [String(settings.milliseconds)]);
  if (greeting === undefined) throw new Retry('unavailable', `${settings.target} did not introduce itself`);
  refuseSuperuser(greeting);
  const { version, user } = greeting;
  const result = await work({ version, user, query, name: pg.escapeIdentifier, text: pg.escapeLiteral });
  await client.end();
  return result;
}

interface Greeting extends Row {
  readonly version: number;
  readonly user: string;
  readonly superuser: boolean;
}

/** What one superuser grants counts as granted by all of them, so standing access would look like ours, and be taken away. */
function refuseSuperuser({ user, superuser }: Greeting): void {
  if (!superuser) return;
  throw new Blocked(
    'superuser',
    `${user} is a superuser, and what superusers grant cannot be told from each other`,
    'Connect as the login that docs/providers/postgres.md sets up.',
  );
}

/** Time limits hold on the server too, so that nothing of ours goes on there after we have given up. */
const GREETING = `
  SELECT current_setting('server_version_num')::int AS version, current_user::text AS "user",
         (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS superuser,
         set_config('search_path', 'pg_catalog', false),
         set_config('statement_timeout', $1, false),
         set_config('lock_timeout', $1, false),
         set_config('idle_in_transaction_session_timeout', $1, false)`;

/** All or nothing, and one at a time for a login: two grants for it would each see that nothing is there yet. */
export async function inTurn<T>(session: Session, login: string, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN');
  try {
    await session.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCKS, login]);
    const result = await work();
    await session.query('COMMIT');
    return result;
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Our part of the server's advisory locks ("hall"). */
const LOCKS = 0x68616c6c;
