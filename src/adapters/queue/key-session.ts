import { Blocked } from '../../ports/fault.js';
import { CONNECT_MILLISECONDS, type Database, faultOf, QUERY_MILLISECONDS } from './database.js';

/** Advisory locks share one space of 64-bit numbers; these are the upper 16 bits of ours. */
const CLASSES = {
  /** Whoever has it works on the repository. */
  hold: 0x4850n,
  /** Whoever has it should work on the repository, and another one does. */
  want: 0x4851n,
  /** A replica is there. */
  here: 0x4852n,
} as const;

export type LockClass = keyof typeof CLASSES;

export interface LockSeen {
  readonly class: LockClass;
  /** A repository's number, or a replica's. */
  readonly id: number;
  readonly isOurs: boolean;
  /** Of another user of the database: anybody who may connect can take any lock. */
  readonly isForeign: boolean;
}

/** One connection whose locks say what a replica works on. They go with it, however it ends. */
export interface KeySession {
  locks(): Promise<readonly LockSeen[]>;
  tryLock(kind: LockClass, id: number): Promise<boolean>;
  unlock(kind: LockClass, id: number): Promise<void>;
  end(): Promise<void>;
}

export interface SessionOptions {
  readonly silentSeconds?: number;
  readonly onLost: () => void;
  /** Something was put into the inbox of a repository. */
  readonly onPut: (repositoryId: number) => void;
}

export const CHANNEL = 'hallpass_queue';
/**
 * A replica that says nothing for so long is gone for the server, which then lets go of its locks: a process that was stopped, a machine
 * that fell off the network. Otherwise such a one could keep a key, and nobody would end what is due.
 */
const SILENT_SECONDS = 20;
const BITS = 48n;

export async function openKeySession(database: Database, options: SessionOptions): Promise<KeySession> {
  const { pg } = await database.packages();
  const client = new pg.Client({
    connectionString: database.url,
    application_name: 'hallpass keys',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    query_timeout: QUERY_MILLISECONDS,
    keepAlive: true,
  });
  let isOver = false;
  const lost = (): void => {
    if (isOver) return;
    isOver = true;
    options.onLost();
  };
  client.on('error', lost);
  client.on('end', lost);
  client.on('notification', ({ payload }) => options.onPut(Number(payload)));
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: a key is handed on beside the regular look. */
  const query = async (text: string, values: readonly unknown[] = []) => {
    const answer = last.then(() => client.query(text, [...values]));
    last = answer.catch(() => undefined);
    try {
      return (await answer).rows as Record<string, unknown>[];
    } catch (error) {
      throw faultOf(error);
    }
  };
  const end = async (): Promise<void> => {
    isOver = true;
    await client.end().catch(() => undefined);
  };
  try {
    await client.connect();
    const [version] = await query('SHOW server_version_num');
    if (!(Number(version?.server_version_num) >= OLDEST)) throw tooOld();
    await query(`SET idle_session_timeout = '${options.silentSeconds ?? SILENT_SECONDS}s'`);
    await query(`LISTEN ${CHANNEL}`);
  } catch (error) {
    await end();
    throw faultOf(error);
  }
  return {
    end,
    async locks() {
      const rows = await query(LOCKS, [Object.values(CLASSES).map(String)]);
      return rows.flatMap((row) => lockOf(row) ?? []);
    },
    async tryLock(kind, id) {
      const [row] = await query('SELECT pg_try_advisory_lock($1) AS got', [lockNumber(kind, id)]);
      return row?.got === true;
    },
    async unlock(kind, id) {
      await query('SELECT pg_advisory_unlock($1)', [lockNumber(kind, id)]);
    },
  };
}

/** The first with `idle_session_timeout`. */
const OLDEST = 140_000;

const tooOld = (): Blocked =>
  new Blocked(
    'queue_too_old',
    'the database of the queue is older than PostgreSQL 14',
    'Use PostgreSQL 14 or later, which lets go of the keys of replicas that fell silent.',
  );

const LOCKS = `
  SELECT (classid::bigint >> 16)::text AS class, ((classid::bigint & 65535) << 32) + objid::bigint AS id, pid = pg_backend_pid() AS ours,
    a.usename IS DISTINCT FROM session_user AS foreign
  FROM pg_locks LEFT JOIN pg_stat_activity a USING (pid)
  WHERE locktype = 'advisory' AND objsubid = 1 AND granted
    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint >> 16)::text = ANY($1)`;

const NAMES = new Map(Object.entries(CLASSES).map(([name, number]) => [String(number), name as LockClass]));

function lockOf(row: Record<string, unknown>): LockSeen | undefined {
  const name = NAMES.get(String(row.class));
  return (
    name && { class: name, id: Number(row.id), isOurs: row.ours === true, isForeign: row.foreign === true }
  );
}

/** As text, since it does not fit a number. */
const lockNumber = (kind: LockClass, id: number): string => String((CLASSES[kind] << BITS) | BigInt(id));
