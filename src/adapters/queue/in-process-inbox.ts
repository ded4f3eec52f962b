import { Retry } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import type { Queue } from '../../ports/queue.js';
import { type Inbox, type Job, jobKey } from '../../ports/queue-inbox.js';
import type { Timer } from '../../ports/timer.js';

export interface InProcessInboxOptions {
  readonly queue: Queue;
  readonly timer: Timer;
  readonly log: Log;
}

/** After a fault that may pass, look again; the sweep would as well, but later. */
const SOON_SECONDS = 5;
const MOST_TRIES = 5;

/** The inbox of a repository that one process serves alone. What is lost with the process, the sweep at the next start finds. */
export function createInProcessInbox({ queue, timer, log }: InProcessInboxOptions): Inbox {
  let work = (_: Job): Promise<void> => Promise.reject(new Error('nobody takes what is put into the inbox'));

  const attempt = (job: Job, tries: number): void => {
    const key = jobKey(job);
    void queue.add(key, async () => {
      try {
        await work(job);
      } catch (error) {
        if (!(error instanceof Retry) || tries >= MOST_TRIES) throw error;
        log.warn('trying again', { key, code: error.code, tries });
        timer.after(Math.max(SOON_SECONDS, error.after), () => attempt(job, tries + 1));
      }
    });
  };

  return {
    async put(job) {
      attempt(job, 1);
    },
    take(taker) {
      work = taker;
    },
    isOpen: () => true,
    async close() {},
  };
}
