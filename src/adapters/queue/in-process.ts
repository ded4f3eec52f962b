import PQueue from 'p-queue';
import { isFault } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import type { Queue, TaskEnd } from '../../ports/queue.js';

type Task = () => Promise<void>;

export interface InProcessQueueOptions {
  readonly log: Log;
  /** How many tasks of different keys run at a time, beside the urgent ones. Most of them wait for GitHub most of the time. */
  readonly concurrency?: number;
}

/** A task, and the promise of what becomes of it. */
interface Added {
  readonly task: Task;
  readonly end: Promise<TaskEnd>;
  readonly conclude: (end: TaskEnd) => void;
}

interface Busy {
  readonly state: 'waiting' | 'running';
  readonly added: Added;
  /** At most one task waits per key. */
  next?: Added;
}

/** The queue of a single process. What is lost with the process is found again by the next pass. */
export function createInProcessQueue({ log, concurrency = 16 }: InProcessQueueOptions): Queue {
  const lanes = new PQueue({ concurrency });
  const urgentLanes = new PQueue();
  const all = [lanes, urgentLanes];
  /** Keys that are running or in a lane, and what follows them. */
  const busy = new Map<string, Busy>();
  let closed = false;

  const enter = (key: string, added: Added, into: PQueue): void => {
    busy.set(key, { state: 'waiting', added });
    // `attempt` never rejects.
    void into.add(async () => {
      busy.set(key, { state: 'running', added });
      added.conclude(await attempt(key, added.task, log));
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
      if (closed) {
        log.warn('the queue is closed; the task was dropped', { key });
        return Promise.resolve(DROPPED);
      }
      const now = busy.get(key);
      if (now?.state === 'waiting') return now.added.end;
      if (now !== undefined) {
        now.next ??= addedOf(task);
        return now.next.end;
      }
      const added = addedOf(task);
      enter(key, added, urgent ? urgentLanes : lanes);
      return added.end;
    },
    idle,
    async close() {
      closed = true;
      for (const one of all) one.clear();
      for (const one of busy.values()) {
        if (one.state === 'waiting') one.added.conclude(DROPPED);
        one.next?.conclude(DROPPED);
        delete one.next;
      }
      await idle();
    },
  };
}

const DROPPED: TaskEnd = { end: 'dropped' };

function addedOf(task: Task): Added {
  let conclude = (_: TaskEnd): void => {};
  const end = new Promise<TaskEnd>((resolve) => {
    conclude = resolve;
  });
  return { task, end, conclude };
}

async function attempt(key: string, task: Task, log: Log): Promise<TaskEnd> {
  try {
    await task();
    return { end: 'done' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isFault(error)) log.warn('a task failed', { key, fault: error.fault, code: error.code, message });
    else
      log.error('a task failed by a bug', {
        key,
        message,
        stack: error instanceof Error ? error.stack : undefined,
      });
    return { end: 'failed', error };
  }
}
