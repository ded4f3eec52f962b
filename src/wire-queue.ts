import { createInProcessQueue } from './adapters/queue/in-process.js';
import { createInProcessInbox } from './adapters/queue/in-process-inbox.js';
import type { QueueStore } from './adapters/queue/store.js';
import { systemTimer } from './adapters/system/timer.js';
import type { Log } from './ports/log.js';
import type { Queue } from './ports/queue.js';
import type { Inbox } from './ports/queue-inbox.js';
import { ALWAYS_HELD, type RepositoryKey } from './ports/queue-key.js';

export { openQueueStore, type QueueStore } from './adapters/queue/store.js';
export { systemTimer } from './adapters/system/timer.js';

/** Where the work of one access repository waits, and whether it is this process's. */
export interface WiredQueue {
  readonly queue: Queue;
  readonly inbox: Inbox;
  readonly key: RepositoryKey;
}

/** @param store what replicas share; absent where this process serves the repository alone. */
export function wireQueue(repositoryId: number, log: Log, store?: QueueStore): WiredQueue {
  const queue = createInProcessQueue({ log });
  if (store !== undefined) return { queue, ...store.open(repositoryId, queue) };
  return { queue, inbox: createInProcessInbox({ queue, timer: systemTimer, log }), key: ALWAYS_HELD };
}
