import type PgBoss from 'pg-boss';
import { Blocked, isFault, Retry } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import { loadPeer } from '../../ports/provider-faults.js';

type Row = Readonly<Record<string, unknown>>;

export const SCHEMA = 'hallpass_queue';

/** The database that replicas share. Nothing is connected before it is needed, and what is lost is connected anew. */
export interface Database {
  /** The job library on it, its tables laid out or brought up to date. @throws Retry while the database is away. */
  boss(): Promise<PgBoss>;
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Does something that no other replica does meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Throws `Blocked` when the packages are not installed. */
  packages(): Promise<Packages>;
  readonly url: string;
  close(): Promise<void>;
}

interface Packages {
  readonly pg: typeof import('pg');
  readonly PgBoss: typeof PgBoss;
}

export interface DatabaseOptions {
  /** `postgres://user:password@host/database`. */
  readonly url: string;
  readonly log: Log;
}

const MOST_CONNECTIONS = 4;
export const CONNECT_MILLISECONDS = 5_000;
export const QUERY_MILLISECONDS = 10_000;
/** So long a delivery is known again after its work is done. */
const KNOWN_SECONDS = 3_600;
const ARCHIVE_DAYS = 1;
/** A number of an advisory lock, beside those of `key-session.ts`. */
const LAYING_OUT = String(0x4853n << 48n);

export function openDatabase({ url, log }: DatabaseOptions): Database {
  let opening: Promise<PgBoss> | undefined;
  let pool: import('pg').Pool | undefined;

  const packages = (): Promise<Packages> =>
    loadPeer('queue', 'pg@8 pg-boss@10', async () => ({
      pg: await import('pg'),
      PgBoss: (await import('pg-boss')).default,
    }));

  const pooled = async (): Promise<import('pg').Pool> => {
    if (pool !== undefined) return pool;
    const { pg } = await packages();
    if (pool !== undefined) return pool;
    pool = new pg.Pool({
      connectionString: url,
      max: MOST_CONNECTIONS,
      application_name: 'hallpass queue',
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
      query_timeout: QUERY_MILLISECONDS,
      allowExitOnIdle: true,
    });
    // Of a connection nobody was using; the next query opens another one.
    pool.on('error', () => undefined);
    return pool;
  };

  const query = async (text: string, values: readonly unknown[] = []): Promise<readonly Row[]> => {
    try {
      // Without values PostgreSQL takes several statements at once, as the library's migrations are.
      const { rows } = await (await pooled()).query(text, values.length === 0 ? undefined : [...values]);
      return rows ?? [];
    } catch (error) {
      throw faultOf(error);
    }
  };

  /** One at a time here as well: each keeps a connection, and needs another one. */
  let before: Promise<unknown> = Promise.resolve();
  const locked = async <T>(work: () => Promise<T>): Promise<T> => {
    const client = await (await pooled()).connect().catch((error: unknown) => {
      throw faultOf(error);
    });
    // The query that runs, or the next one, says it as well.
    client.on('error', () => undefined);
    try {
      await client.query('SELECT pg_advisory_lock($1)', [LAYING_OUT]);
      return await work();
    } catch (error) {
      throw faultOf(error);
    } finally {
      // With the connection goes the lock, whatever happened.
      client.release(true);
    }
  };

  const open = async (): Promise<PgBoss> => {
    const { PgBoss } = await packages();
    const boss = new PgBoss({
      db: { executeSql: async (text, values) => ({ rows: [...(await query(text, values))] }) },
      schema: SCHEMA,
      schedule: false,
      archiveCompletedAfterSeconds: KNOWN_SECONDS,
      deleteAfterDays: ARCHIVE_DAYS,
    });
    boss.on('error', (error) => log.warn('queue maintenance failed', { message: error.message }));
    try {
      return await boss.start();
    } catch (error) {
      throw faultOf(error);
    }
  };

  return {
    url,
    packages,
    query,
    alone(work) {
      const turn = before.then(() => locked(work));
      before = turn.catch(() => undefined);
      return turn;
    },
    boss() {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    async close() {
      const boss = await opening?.catch(() => undefined);
      await boss?.stop({ graceful: false });
      await pool?.end();
    },
  };
}

/** What a server, or the way to it, answers when it will not do by itself: another password, another database, more rights. */
const NEEDS_SOMEBODY = /^(?:28|3D|42501)/;

export function faultOf(error: unknown): Retry | Blocked {
  if (isFault(error)) return error;
  const { code = 'unknown', message = 'unknown' } = error as { code?: string; message?: string };
  if (NEEDS_SOMEBODY.test(code)) {
    return new Blocked(
      'queue_refused',
      `the database of the queue refuses us (${code})`,
      'See to it that the user in the address of the database may sign in and create a schema.',
      error,
    );
  }
  return new Retry(
    'queue_unavailable',
    `the database of the queue does not do it (${code}): ${message}`,
    0,
    error,
  );
}
