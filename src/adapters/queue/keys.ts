import { randomInt } from 'node:crypto';
import { isFault } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import type { KeyState, RepositoryKey } from '../../ports/queue-key.js';
import type { Timer } from '../../ports/timer.js';
import type { Database } from './database.js';
import { type KeySession, type LockSeen, openKeySession } from './key-session.js';
import { preferredOf } from './preferred.js';

/** The keys of one replica. */
export interface Keys {
  of(repositoryId: number): RepositoryKey;
  /** Looks who is there, takes keys and hands them on. Happens every two seconds by itself once `of` was called. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface KeysOptions {
  readonly database: Database;
  readonly timer: Timer;
  readonly log: Log;
  readonly onPut: (repositoryId: number) => void;
  /** After how many seconds without a word the server lets go of our keys; absent for twenty. */
  readonly silentSeconds?: number;
}

interface Key {
  state: KeyState;
  readonly listeners: ((state: KeyState) => Promise<void>)[];
  /** Nobody had it when we looked the last time. */
  wasFree: boolean;
  wants: boolean;
  isGoing: boolean;
}

const LOOK_SECONDS = 2;
/** So long the work that has begun may take when a key is handed on; the ledger's compare-and-swap stands behind it. */
const MOST_HANDOVER_SECONDS = 30;

export function openKeys(options: KeysOptions): Keys {
  const { database, timer, log } = options;
  const me = randomInt(1, 2 ** 31);
  const keys = new Map<number, Key>();
  let session: KeySession | undefined;
  let looking: Promise<void> | undefined;
  let closed = false;
  let isAway = false;
  let isTaken = false;
  let stopLooking = (): void => {};

  const tell = async (key: Key, state: KeyState): Promise<void> => {
    if (key.state === state) return;
    key.state = state;
    await Promise.all(key.listeners.map((heard) => heard(state)));
  };

  /** Our locks are gone with the connection, and with them what we know of others. */
  const lost = (): void => {
    session = undefined;
    for (const key of keys.values()) {
      Object.assign(key, { wasFree: false, wants: false, isGoing: false });
      void tell(key, 'unknown');
    }
  };

  const connect = async (): Promise<KeySession> => {
    const opened = await openKeySession(database, { ...options, onLost: lost });
    await opened.tryLock('here', me);
    return opened;
  };

  const handOn = async (on: KeySession, id: number, key: Key): Promise<void> => {
    key.isGoing = true;
    await within(timer, MOST_HANDOVER_SECONDS, tell(key, 'elsewhere'));
    if (on !== session) return;
    await on.unlock('hold', id).catch(lost);
    Object.assign(key, { isGoing: false, wasFree: false });
  };

  // Nobody is waited for who is told: a server that hears nothing from us for some seconds lets go of our keys.
  const takeOrLeave = async (on: KeySession, id: number, { key, seen }: Looked): Promise<void> => {
    const holder = seen.holders.get(id);
    if (holder === 'a stranger') {
      void tell(key, 'unknown');
      return;
    }
    if (holder === 'us') {
      void (seen.wanted.has(id) ? handOn(on, id, key) : tell(key, 'held'));
      return;
    }
    const mayTake = holder === undefined && (key.wasFree || seen.prefers(id));
    void tell(key, mayTake && (await on.tryLock('hold', id)) ? 'held' : 'elsewhere');
  };

  const lookAt = async (on: KeySession, id: number, looked: Looked): Promise<void> => {
    const { key, seen } = looked;
    if (key.isGoing) return;
    await takeOrLeave(on, id, looked);
    const holder = seen.holders.get(id);
    key.wasFree = holder === undefined;
    const wants = seen.prefers(id) && holder === 'another';
    if (wants !== key.wants) await (wants ? on.tryLock('want', id) : on.unlock('want', id));
    key.wants = wants;
  };

  const noteStrangers = ({ holders }: Seen): void => {
    const taken = [...keys.keys()].filter((id) => holders.get(id) === 'a stranger');
    if (taken.length > 0 && !isTaken)
      log.error('another user of the database holds our keys; only ends go on', {
        repositories: taken.length,
      });
    isTaken = taken.length > 0;
  };

  const lookNow = async (): Promise<void> => {
    try {
      session ??= await connect();
      const seen = seenIn(await session.locks(), me);
      noteStrangers(seen);
      for (const [id, key] of keys) {
        if (session === undefined) return;
        await lookAt(session, id, { key, seen });
      }
      if (isAway) log.info('the database of the queue is back', {});
      isAway = false;
    } catch (error) {
      if (!isAway) log.warn('the database of the queue is away; only ends go on', whyOf(error));
      isAway = true;
      await session?.end();
      lost();
    }
  };

  const look = (): Promise<void> => {
    looking ??= lookNow().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  const lookOn = async (): Promise<void> => {
    await look();
    if (!closed) stopLooking = timer.after(LOOK_SECONDS, () => void lookOn());
  };

  return {
    look,
    of(repositoryId) {
      const key: Key = { state: 'unknown', listeners: [], wasFree: false, wants: false, isGoing: false };
      if (keys.size === 0) stopLooking = timer.after(0, () => void lookOn());
      keys.set(repositoryId, key);
      return { state: () => key.state, onChange: (heard) => void key.listeners.push(heard) };
    },
    async close() {
      closed = true;
      stopLooking();
      await looking;
      await session?.end();
      session = undefined;
    },
  };
}

interface Looked {
  readonly key: Key;
  readonly seen: Seen;
}

interface Seen {
  /** Whether of all that are there this replica should work on a repository. */
  readonly prefers: (repositoryId: number) => boolean;
  readonly holders: ReadonlyMap<number, 'us' | 'another' | 'a stranger'>;
  /** Keys that a replica asks for which should have them; never us, who would not ask for what we hold. */
  readonly wanted: ReadonlySet<number>;
}

/** What strangers lock says nothing of who is there and who wants what; it only keeps us from a key. */
function seenIn(all: readonly LockSeen[], me: number): Seen {
  const locks = all.filter(({ isForeign }) => !isForeign);
  const of = (kind: LockSeen['class']) => locks.filter((lock) => lock.class === kind);
  const taken = all.filter((lock) => lock.isForeign && lock.class === 'hold');
  const replicas = of('here').map(({ id }) => id);
  return {
    prefers: (repositoryId) => preferredOf(repositoryId, replicas) === me,
    holders: new Map([
      ...taken.map(({ id }) => [id, 'a stranger'] as const),
      ...of('hold').map(({ id, isOurs }) => [id, isOurs ? 'us' : 'another'] as const),
    ]),
    wanted: new Set(of('want').flatMap(({ id, isOurs }) => (isOurs ? [] : [id]))),
  };
}

const whyOf = (error: unknown) => ({
  code: isFault(error) ? error.code : 'unexpected',
  message: error instanceof Error ? error.message : String(error),
});

async function within(timer: Timer, seconds: number, work: Promise<unknown>): Promise<void> {
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => {
    cancel = timer.after(seconds, resolve);
  });
  await Promise.race([work, late]);
  cancel();
}
