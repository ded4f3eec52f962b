import PQueue from 'p-queue';
import { isFault } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import type { Queue } from '../../ports/queue.js';

type Task = () => Promise<void>;

export interface InProcessQueueOptions {
  readonly log: Log;
  /** How many tasks of different keys run at a time, beside the urgent ones. */
  readonly concurrency?: number;
}

/** The queue of a single process. What is lost with the process is found again by the next pass. */
export function createInProcessQueue({ log, concurrency = 4 }: InProcessQueueOptions): Queue {
  const lanes = new PQueue({ concurrency });
  const urgentLanes = new PQueue();
  const all = [lanes, urgentLanes];
  /** Keys that are running or in a lane, and what follows them. At most one task waits per key. */
  const busy = new Map<string, { state: 'waiting' | 'running'; next?: Task }>();
  let closed = false;

  const enter = (key: string, task: Task, into: PQueue): void => {
    busy.set(key, { state: 'waiting' });
    // `attempt` never rejects.
    void into.add(async () => {
      busy.set(key, { state: 'running' });
      await attempt(key, task, log);
      const next = busy.get(key)?.next;
      busy.delete(key);
      if (next !== undefined) enter(key, next, into);
    });
  };

  const idle = async (): Promise<void> => {
    // A task of one may add to the other.
    while (all.some(({ size, pending }) => size + pending > 0))
      await Promise.all(all.map((one) => one.onIdle()));
  };

  return {
    add(key, task, urgent = false) {
      if (closed) return log.warn('the queue is closed; the task was dropped', { key });
      const now = busy.get(key);
      if (now === undefined) enter(key, task, urgent ? urgentLanes : lanes);
      else if (now.state === 'running') now.next ??= task;
    },
    idle,
    async close() {
      closed = true;
      for (const one of all) one.clear();
      for (const lane of busy.values()) delete lane.next;
      await idle();
    },
  };
}

async function attempt(key: string, task: Task, log: Log): Promise<void> {
  try {
    await task();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isFault(error)) log.warn('a task failed', { key, fault: error.fault, code: error.code, message });
    else
      log.error('a task failed by a bug', {
        key,
        message,
        stack: error instanceof Error ? error.stack : undefined,
      });
  }
}
