import { createHash } from 'node:crypto';
import type PgBoss from 'pg-boss';
import type { Log } from '../../ports/log.js';
import type { Queue, TaskEnd } from '../../ports/queue.js';
import { type Inbox, type Job, jobKey } from '../../ports/queue-inbox.js';
import type { RepositoryKey } from '../../ports/queue-key.js';
import type { Timer } from '../../ports/timer.js';
import { type Database, SCHEMA } from './database.js';
import { DEAD_LETTERS } from './dead-letters.js';
import { CHANNEL } from './key-session.js';

export interface DatabaseInboxOptions {
  readonly database: Database;
  readonly repositoryId: number;
  /** Where the jobs are done in this process. */
  readonly queue: Queue;
  readonly key: RepositoryKey;
  readonly timer: Timer;
  readonly log: Log;
}

/** The inbox in the database, with what makes it look. */
export interface DatabaseInbox extends Inbox {
  /** Takes up what waits, when this replica holds the key. */
  drain(): Promise<void>;
}

/** A job as the database has it. */
export interface KeptJob extends Job {
  readonly repositoryId: number;
}

export const queueName = (repositoryId: number): string => `access-${repositoryId}`;

const BATCH = 16;
/** What is put in is announced; this is for retries that have become due, and for announcements that were lost. */
const POLL_SECONDS = 5;
/** Tries after the first, 5 to 10 seconds later and then each twice as late: about five minutes in all. */
const RETRIES = { retryLimit: 5, retryDelay: 5, retryBackoff: true } as const;
const LEFT = { message: 'the replica that worked on it is gone' };
const EXPIRE_SECONDS = 900;

export function openDatabaseInbox(options: DatabaseInboxOptions): DatabaseInbox {
  const { database, repositoryId, queue, key, timer, log } = options;
  const name = queueName(repositoryId);
  const mine = new Set<string>();
  let work = (_: Job): Promise<void> => Promise.reject(new Error('nobody takes what is put into the inbox'));
  let prepared: Promise<PgBoss> | undefined;
  let draining: Promise<void> | undefined;
  let again = false;
  /** What the holder before us left behind is given back: what is taken up from now on is ours. */
  let isTakenOver = false;
  let closed = false;
  let isOpen = false;
  let stopPolling = (): void => {};

  const prepare = async (): Promise<PgBoss> => {
    const boss = await database.boss();
    if ((await boss.getQueue(name)) === null) await database.alone(() => layOut(boss, name));
    return boss;
  };
  const opened = (): Promise<PgBoss> => {
    prepared ??= prepare().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
  /** Runs something on the database and remembers whether it was there. */
  const reach = async <T>(ask: (boss: PgBoss) => Promise<T>): Promise<T> => {
    try {
      const answer = await ask(await opened());
      isOpen = true;
      return answer;
    } catch (error) {
      isOpen = false;
      throw error;
    }
  };

  const run = async (boss: PgBoss, job: PgBoss.JobWithMetadata<KeptJob>): Promise<void> => {
    const { what, about } = job.data;
    const asked: Job = about === undefined ? { what } : { what, about };
    mine.add(job.id);
    const end = await queue.add(jobKey(asked), () => work(asked));
    try {
      await conclude(boss, job, end);
    } catch (error) {
      // It is done once more, by whoever has the key then; that changes nothing.
      log.warn('the end of a job was not kept', { key: jobKey(asked), message: String(error) });
    } finally {
      mine.delete(job.id);
    }
  };
  const conclude = async (
    boss: PgBoss,
    job: PgBoss.JobWithMetadata<KeptJob>,
    end: TaskEnd,
  ): Promise<void> => {
    if (end.end === 'done') return boss.complete(name, job.id);
    if (end.end === 'dropped') return;
    await boss.fail(name, job.id, { message: end.error instanceof Error ? end.error.message : 'unknown' });
    if (job.retryCount >= job.retryLimit)
      log.error('a hint was given up', { key: jobKey(job.data), id: job.id });
  };

  const fetchAll = async (): Promise<void> => {
    do {
      again = false;
      await reach(async (boss) => {
        for (let more = true; more && isTakenOver && key.state() === 'held' && !closed; ) {
          const jobs = await boss.fetch<KeptJob>(name, { batchSize: BATCH, includeMetadata: true });
          for (const job of jobs) void run(boss, job);
          more = jobs.length === BATCH;
        }
      });
    } while (again);
  };
  const drain = (): Promise<void> => {
    again = true;
    draining ??= fetchAll()
      .catch((error: unknown) => log.warn('the inbox could not be looked at', { message: String(error) }))
      .finally(() => {
        draining = undefined;
      });
    return draining;
  };
  /** What another replica had taken up and did not finish: it holds the key no longer, so nobody else works on it. */
  const takeOver = async (): Promise<void> => {
    await reach(async (boss) => {
      const active = await database.query(
        `SELECT id::text FROM ${SCHEMA}.job WHERE name = $1 AND state = 'active'`,
        [name],
      );
      const left = active.map(({ id }) => String(id)).filter((id) => !mine.has(id));
      if (left.length > 0) await Promise.all(left.map((id) => boss.fail(name, id, LEFT)));
    });
  };
  const poll = async (): Promise<void> => {
    await drain();
    if (!closed) stopPolling = timer.after(POLL_SECONDS, () => void poll());
  };
  key.onChange(async (state) => {
    isTakenOver = false;
    if (state !== 'held' || closed) return;
    await takeOver().catch((error: unknown) => log.warn('unfinished jobs wait', { message: String(error) }));
    isTakenOver = true;
    void drain();
  });

  return {
    drain,
    isOpen: () => isOpen,
    async put(job, delivery) {
      const kept: KeptJob = { repositoryId, ...job };
      await reach((boss) =>
        boss.send(name, kept, {
          singletonKey: jobKey(job),
          ...(delivery === undefined ? {} : { id: jobId(delivery, job) }),
        }),
      );
      await database
        .query('SELECT pg_notify($1, $2)', [CHANNEL, String(repositoryId)])
        .catch(() => undefined);
    },
    take(taker) {
      work = taker;
      void poll();
    },
    async close() {
      closed = true;
      stopPolling();
      await draining;
    },
  };
}

/** Two replicas that make queues at the same time run into a deadlock in the database. */
async function layOut(boss: PgBoss, name: string): Promise<void> {
  await boss.createQueue(DEAD_LETTERS);
  await boss.createQueue(name, {
    name,
    policy: 'short',
    ...RETRIES,
    expireInSeconds: EXPIRE_SECONDS,
    deadLetter: DEAD_LETTERS,
  });
}

/** The same for the same delivery and job: a delivery that comes twice, to whichever replica, puts in nothing more. */
function jobId(delivery: string, job: Job): string {
  const hex = createHash('sha256')
    .update(`${delivery} ${jobKey(job)}`)
    .digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
