import type { Log } from '../../ports/log.js';
import type { Queue } from '../../ports/queue.js';
import type { DeadLetters, Inbox } from '../../ports/queue-inbox.js';
import type { RepositoryKey } from '../../ports/queue-key.js';
import type { Timer } from '../../ports/timer.js';
import { openDatabase } from './database.js';
import { type DatabaseInbox, openDatabaseInbox } from './database-inbox.js';
import { openDeadLetters } from './dead-letters.js';
import { openKeys } from './keys.js';

/** What the replicas of a fleet share, as one of them sees it. */
export interface QueueStore {
  /** For one access repository; asked for once. @param queue where this replica does its jobs. */
  open(repositoryId: number, queue: Queue): { readonly key: RepositoryKey; readonly inbox: Inbox };
  readonly deadLetters: DeadLetters;
  /** Looks at once who holds which key. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface QueueStoreOptions {
  /** `postgres://user:password@host/database`. */
  readonly url: string;
  readonly timer: Timer;
  readonly log: Log;
  /** After how many seconds without a word from a replica its keys are free; absent for twenty. */
  readonly silentSeconds?: number;
}

/** Nothing is connected yet: a replica comes up, and ends what is due, while the database is away. */
export function openQueueStore(options: QueueStoreOptions): QueueStore {
  const { timer, log } = options;
  const database = openDatabase(options);
  const inboxes = new Map<number, DatabaseInbox>();
  const keys = openKeys({
    ...options,
    database,
    onPut: (repositoryId) => void inboxes.get(repositoryId)?.drain(),
  });
  return {
    open(repositoryId, queue) {
      const key = keys.of(repositoryId);
      const inbox = openDatabaseInbox({ database, repositoryId, queue, key, timer, log });
      inboxes.set(repositoryId, inbox);
      return { key, inbox };
    },
    deadLetters: openDeadLetters(database),
    look: keys.look,
    async close() {
      await Promise.all([...inboxes.values()].map((inbox) => inbox.close()));
      await keys.close();
      await database.close();
    },
  };
}
