import { randomInt, randomUUID } from 'node:crypto';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { afterEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase, SCHEMA } from '../../../src/adapters/queue/database.js';
import { openDatabaseInbox, queueName } from '../../../src/adapters/queue/database-inbox.js';
import { createInProcessQueue } from '../../../src/adapters/queue/in-process.js';
import { openQueueStore, type QueueStore } from '../../../src/adapters/queue/store.js';
import { Retry } from '../../../src/ports/fault.js';
import type { Log } from '../../../src/ports/log.js';
import type { Queue } from '../../../src/ports/queue.js';
import type { Inbox, Job } from '../../../src/ports/queue-inbox.js';
import type { KeyState, RepositoryKey } from '../../../src/ports/queue-key.js';
import { inboxContract } from '../../contracts/inbox-contract.js';
import { gate, type HeardLog, hearingLog } from '../../support/heard.js';
import { createManualTimer, type ManualTimer, turns, until } from '../../support/manual-timer.js';
import { type Cluster, describeOn, postgresFlavour } from '../../support/postgres.js';

interface Replica {
  readonly store: QueueStore;
  readonly timer: ManualTimer;
  readonly log: HeardLog;
  readonly keys: readonly RepositoryKey[];
  readonly inboxes: readonly Inbox[];
  /** `pull-request 7`, when it was done. */
  readonly done: string[];
  /** As the machine would leave it: every connection cut, nothing said. */
  kill(): Promise<void>;
}

/** The declared type of the version is not the one that works. */
const rollbackPlans = PgBoss.getRollbackPlans as unknown as (schema: string, version: number) => string;
const pull = (about: number): Job => ({ what: 'pull-request', about });

describeOn(await postgresFlavour(15), 'the queue on a real PostgreSQL', (cluster) => {
  const urlOf = ({ superuser, password, host, port }: Cluster, name = 'postgres'): string =>
    `postgres://${superuser}:${password}@${host}:${port}/postgres?application_name=${name}`;
  const opened: QueueStore[] = [];
  const newRepository = (): number => randomInt(1, 2 ** 47);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  function replica(
    repositories: readonly number[],
    work: (job: Job) => Promise<void> = async () => {},
    options: { readonly log?: Log; readonly silentSeconds?: number } = {},
  ): Replica {
    const timer = createManualTimer();
    const log = hearingLog();
    const name = `replica-${randomUUID()}`;
    // Each of its connections is known by the name, so that it can be killed.
    const store = openQueueStore({ url: urlOf(cluster(), name), timer, log, ...options });
    opened.push(store);
    const queue: Queue = createInProcessQueue({ log: options.log ?? log });
    const done: string[] = [];
    const both = repositories.map((id) => store.open(id, queue));
    for (const { inbox } of both)
      inbox.take(async (job) => {
        await work(job);
        done.push(`${job.what} ${job.about ?? ''}`.trim());
      });
    return {
      store,
      timer,
      log,
      done,
      keys: both.map(({ key }) => key),
      inboxes: both.map(({ inbox }) => inbox),
      async kill() {
        await cluster().admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`,
          [name],
        );
        opened.splice(opened.indexOf(store), 1);
      },
    };
  }
  const [only = Number.NaN] = [newRepository()];
  const states = (replicas: readonly Replica[]) =>
    replicas.flatMap(({ keys }) => keys.map((key) => key.state()));
  /** Until something holds that the server, or what is done there, decides. */
  const met = (condition: () => boolean | Promise<boolean>): Promise<void> =>
    until(async () => {
      if (await condition()) return true;
      await cluster().admin.query('SELECT pg_sleep(0.002)');
      return false;
    });
  /** The same, with replicas that look who holds which key meanwhile: one that hands a key on does so beside its looks. */
  const metLooking = (replicas: readonly Replica[], condition: () => boolean): Promise<void> =>
    met(async () => {
      await looks(replicas);
      return condition();
    });
  const looks = async (replicas: readonly Replica[], times = 1): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      for (const { store } of replicas) await store.look();
      await turns();
    }
  };
  const dueNow = () =>
    cluster().admin.query(
      `UPDATE ${SCHEMA}.job SET start_after = now() - interval '1 s' WHERE state = 'retry'`,
    );

  inboxContract('the inbox in a database', async (log) => {
    const timer = createManualTimer();
    const store = openQueueStore({ url: urlOf(cluster()), timer, log });
    const queue = createInProcessQueue({ log });
    const id = newRepository();
    const { inbox } = store.open(id, queue);
    await store.look();
    const has = async (condition: string): Promise<boolean> => {
      const { rows } = await cluster().admin.query(
        `SELECT FROM ${SCHEMA}.job WHERE name = $1 AND ${condition} LIMIT 1`,
        [`access-${id}`],
      );
      return rows.length > 0;
    };
    return {
      inbox,
      takenUp: () => met(async () => !(await has("state = 'created'"))),
      async later() {
        await queue.idle();
        await met(async () => !(await has("state = 'active'")));
        await dueNow();
        await timer.pass(5);
        await store.look();
        await met(async () => !(await has("state IN ('created', 'retry') AND start_after <= now()")));
        await queue.idle();
      },
      async close() {
        await store.close();
        await queue.close();
      },
    };
  });

  describe('deliveries', () => {
    it('are one job, however often and to whichever replica they come', async () => {
      const id = newRepository();
      const [a, b] = [replica([id]), replica([id])];
      const delivery = randomUUID();
      await Promise.all(
        [a, b, a, b, a, b, a, b].map(({ inboxes }) =>
          inboxes[0]?.put({ what: 'comment', about: 3 }, delivery),
        ),
      );
      await metLooking([a, b], () => [...a.done, ...b.done].length === 1);
      // GitHub, or somebody at GitHub, delivers it again when it is long done.
      await b.inboxes[0]?.put({ what: 'comment', about: 3 }, delivery);
      await b.inboxes[0]?.put({ what: 'comment', about: 4 }, randomUUID());
      await metLooking([a, b], () => [...a.done, ...b.done].includes('comment 4'));
      expect([...a.done, ...b.done]).toEqual(['comment 3', 'comment 4']);
    });

    it('that come while a replica looks at what another one left are not taken for left', async () => {
      const id = newRepository();
      const log = hearingLog();
      const database = openDatabase({ url: urlOf(cluster()), log });
      const [asked, answered, fetched, delivered] = [gate(), gate(), gate(), gate()];
      const boss = await database.boss();
      const slow: Database = {
        ...database,
        boss: async () =>
          Object.assign(Object.create(boss), {
            async fetch(...argv: Parameters<PgBoss['fetch']>) {
              const jobs = await boss.fetch(...argv);
              if (jobs.length > 0) fetched.open();
              if (jobs.length > 0) await delivered.opened;
              return jobs;
            },
          }),
        async query(text, values) {
          if (!text.includes("state = 'active'")) return database.query(text, values);
          asked.open();
          await answered.opened;
          return database.query(text, values);
        },
      };
      const told: ((state: KeyState) => Promise<void>)[] = [];
      const key: RepositoryKey = { state: () => 'held', onChange: (heard) => void told.push(heard) };
      const queue = createInProcessQueue({ log });
      const timer = createManualTimer();
      const inbox = openDatabaseInbox({ database: slow, repositoryId: id, queue, key, timer, log });
      const [begun, over] = [gate(), gate()];
      let times = 0;
      inbox.take(async () => {
        times += 1;
        begun.open();
        await over.opened;
      });
      await inbox.put(pull(7));
      const takingOver = told.map((heard) => heard('held'));
      await asked.opened;
      await Promise.race([inbox.drain(), fetched.opened]);
      answered.open();
      await Promise.all(takingOver);
      delivered.open();
      await begun.opened;
      over.open();
      const rows = async () =>
        (
          await cluster().admin.query(`SELECT state, retry_count FROM ${SCHEMA}.job WHERE name = $1`, [
            queueName(id),
          ])
        ).rows;
      await met(async () => (await rows())[0]?.state !== 'active');
      expect({ times, rows: await rows() }).toEqual({
        times: 1,
        rows: [{ state: 'completed', retry_count: 0 }],
      });
      await inbox.close();
      await database.close();
    });

    it('that lead to two jobs lead to both', async () => {
      const id = newRepository();
      const a = replica([id]);
      const delivery = randomUUID();
      await a.inboxes[0]?.put({ what: 'pass' }, delivery);
      await a.inboxes[0]?.put({ what: 'sweep' }, delivery);
      await looks([a]);
      await met(() => a.done.length === 2);
      expect(a.done.toSorted()).toEqual(['pass', 'sweep']);
    });

    it('are refused while they cannot be kept', async () => {
      const log = hearingLog();
      const store = openQueueStore({
        url: 'postgres://nobody:no@127.0.0.1:1/none',
        timer: createManualTimer(),
        log,
      });
      const { inbox } = store.open(only, createInProcessQueue({ log }));
      await expect(inbox.put(pull(7))).rejects.toMatchObject({ code: 'queue_unavailable' });
      expect(inbox.isOpen()).toBe(false);
      await store.close();
    });
  });

  describe('a replica that dies', () => {
    it('leaves its key and its unfinished work to another', async () => {
      const id = newRepository();
      const begun = gate();
      const never = gate();
      const a = replica([id], async () => {
        begun.open();
        await never.opened;
      });
      await looks([a], 2);
      expect(states([a])).toEqual(['held']);
      const b = replica([id]);
      await b.inboxes[0]?.put(pull(7), randomUUID());
      await begun.opened;
      await a.kill();
      await metLooking([b], () => b.keys[0]?.state() === 'held');
      await met(async () => {
        await dueNow();
        await b.timer.pass(5);
        return b.done.length > 0;
      });
      expect(b.done).toEqual(['pull-request 7']);
      never.open();
    });

    it('and fell silent without dying lets go as well', async () => {
      const id = newRepository();
      const frozen = replica([id], undefined, { silentSeconds: 1 });
      await looks([frozen], 2);
      expect(states([frozen])).toEqual(['held']);
      const b = replica([id]);
      await metLooking([b], () => b.keys[0]?.state() === 'held');
      // It learns that it lost its key when it wakes up, before it looks again.
      await met(() => frozen.keys[0]?.state() !== 'held');
      expect(frozen.keys[0]?.state()).toBe('unknown');
      await looks([frozen]);
      expect(states([frozen, b]).filter((state) => state === 'held')).toHaveLength(1);
    });
  });

  describe('keys', () => {
    it('are each held by one replica, and spread when one comes', async () => {
      const ids = Array.from({ length: 24 }, newRepository);
      const replicas = [replica(ids)];
      const heldBy = () => replicas.map(({ keys }) => keys.filter((key) => key.state() === 'held').length);
      const once = () =>
        ids.every((_, n) => replicas.filter(({ keys }) => keys[n]?.state() === 'held').length <= 1);
      await looks(replicas, 2);
      expect(heldBy()).toEqual([24]);
      for (let n = 0; n < 2; n += 1) {
        replicas.push(replica(ids));
        await metLooking(replicas, () => {
          expect(once()).toBe(true);
          return heldBy().reduce((sum, held) => sum + held, 0) === 24 && Math.min(...heldBy()) >= 1;
        });
      }
    });

    it('that nobody wants who should are taken by somebody', async () => {
      const ids = Array.from({ length: 8 }, newRepository);
      // One of them serves none of these, and would be preferred for half of them.
      const [other, a] = [replica([newRepository()]), replica(ids)];
      await looks([other, a], 4);
      expect(states([a])).toEqual(ids.map(() => 'held'));
    });

    it('that another user of the database takes are nobody’s: ends go on everywhere', async () => {
      const { admin, host, port } = cluster();
      const id = newRepository();
      await admin.query("CREATE ROLE stranger LOGIN PASSWORD 'pw'");
      const stranger = new pg.Client(`postgres://stranger:pw@${host}:${port}/postgres`);
      await stranger.connect();
      const lock = (kind: bigint, of: number) =>
        stranger.query('SELECT pg_advisory_lock($1)', [String((kind << 48n) | BigInt(of))]);
      const both = [replica([id]), replica([id])];
      await metLooking(both, () => String(states(both).toSorted()) === 'elsewhere,held');
      const held = both.find(({ keys }) => keys[0]?.state() === 'held');
      const waiting = lock(0x4850n, id);
      await held?.kill();
      await waiting;
      const left = both.filter((one) => one !== held);
      await looks(left, 3);
      expect(states(left)).toEqual(['unknown']);
      expect(left[0]?.log.heard.map(({ message }) => message)).toContain(
        'another user of the database holds our keys; only ends go on',
      );
      await stranger.end();
      await metLooking(left, () => states(left)[0] === 'held');
    });

    it('are handed on only when what has begun is over', async () => {
      const ids = Array.from({ length: 16 }, newRepository);
      const a = replica(ids);
      const over = gate();
      let going = 0;
      for (const key of a.keys)
        key.onChange(async (state) => {
          if (state !== 'elsewhere') return;
          going += 1;
          await over.opened;
        });
      await looks([a], 2);
      const b = replica(ids);
      await looks([b, a], 4);
      expect(going).toBeGreaterThan(0);
      expect(states([b])).not.toContain('held');
      over.open();
      await metLooking([a, b], () => states([b]).filter((state) => state === 'held').length === going);
    });

    it('are unknown while the database is away, and known again', async () => {
      const a = replica([newRepository()]);
      const log = hearingLog();
      const b = openQueueStore({
        url: 'postgres://nobody:no@127.0.0.1:1/none',
        timer: createManualTimer(),
        log,
      });
      const { key } = b.open(only, createInProcessQueue({ log }));
      await b.look();
      expect(key.state()).toBe('unknown');
      expect(log.heard.map(({ message }) => message)).toEqual([
        'the database of the queue is away; only ends go on',
      ]);
      await b.close();
      await looks([a]);
      expect(states([a])).toEqual(['held']);
      await a.kill();
      opened.push(a.store);
      await met(() => a.keys[0]?.state() === 'unknown');
      await metLooking([a], () => a.keys[0]?.state() === 'held');
    });
  });

  describe('what was given up', () => {
    it('is listed, put back or forgotten', async () => {
      const id = newRepository();
      let isBroken = true;
      const a = replica([id], async () => {
        if (isBroken) throw new Retry('github_unavailable', 'away\nfor long');
      });
      await looks([a], 2);
      await a.inboxes[0]?.put(pull(7));
      await a.inboxes[0]?.put(pull(8));
      const mine = async () =>
        (await a.store.deadLetters.list()).filter(({ repositoryId }) => repositoryId === id);
      await met(async () => {
        await dueNow();
        await a.timer.pass(5);
        return (await mine()).length === 2;
      });
      const letters = await mine();
      expect(letters.map(({ job }) => job.about).toSorted()).toEqual([7, 8]);
      expect(letters[0]).toMatchObject({ why: 'away for long', job: { what: 'pull-request' } });
      expect(a.log.heard.filter(({ message }) => message === 'a hint was given up')).toHaveLength(2);
      isBroken = false;
      const [first, second] = letters.map((letter) => letter.id);
      expect(await a.store.deadLetters.retry([String(first), randomUUID()])).toEqual([first]);
      await a.timer.pass(5);
      await met(() => a.done.length === 1);
      expect(await a.store.deadLetters.drop([String(second)])).toEqual([second]);
      expect(await mine()).toEqual([]);
    });
  });

  describe('a rolling upgrade', () => {
    it('across a schema of the job library: what waits stays, and replicas of before and after go on', async () => {
      const id = newRepository();
      const before = replica([id]);
      await looks([before], 2);
      await before.inboxes[0]?.put(pull(1));
      await met(() => before.done.length === 1);
      const { admin } = cluster();
      const version = async () =>
        (await admin.query<{ version: number }>(`SELECT version FROM ${SCHEMA}.version`)).rows[0]?.version;
      const now = (await version()) ?? 0;
      await admin.query(rollbackPlans(SCHEMA, now));
      expect(await version()).toBe(now - 1);
      await before.inboxes[0]?.put(pull(2));
      const after = replica([id]);
      await after.inboxes[0]?.put(pull(3));
      expect(await version()).toBe(now);
      await looks([before, after], 4);
      await before.inboxes[0]?.put(pull(4));
      await metLooking([before, after], () => [...before.done, ...after.done].length === 4);
      expect([...before.done, ...after.done].toSorted()).toEqual(
        [1, 2, 3, 4].map((n) => `pull-request ${n}`),
      );
    });
  });
});
