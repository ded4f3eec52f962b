import { afterEach, describe, expect, it } from 'vitest';
import { Retry } from '../../src/ports/fault.js';
import type { Log } from '../../src/ports/log.js';
import type { Inbox, Job } from '../../src/ports/queue-inbox.js';
import { gate, type HeardLog, hearingLog } from '../support/heard.js';
import { until } from '../support/manual-timer.js';

export interface OpenedInbox {
  readonly inbox: Inbox;
  /** Lets the time pass after which what failed is tried again. */
  later(): Promise<void>;
  /** Everything that was put in has been taken up. */
  takenUp(): Promise<void>;
  close(): Promise<void>;
}

const pull = (about: number): Job => ({ what: 'pull-request', about });

/** What every inbox promises (`src/ports/queue-inbox.ts`). */
export function inboxContract(name: string, open: (log: Log) => Promise<OpenedInbox>): void {
  describe(`${name} keeps the contract of an inbox`, () => {
    let opened: OpenedInbox;
    let log: HeardLog;
    let done: string[];
    const start = async (work: (job: Job) => Promise<void> = async () => {}) => {
      log = hearingLog();
      done = [];
      opened = await open(log);
      opened.inbox.take(async (job) => {
        await work(job);
        done.push(`${job.what} ${job.about ?? ''}`.trim());
      });
      return opened.inbox;
    };
    afterEach(() => opened.close());

    it('does what is put in, as it was put in', async () => {
      const inbox = await start();
      await inbox.put(pull(7));
      await inbox.put({ what: 'comment', about: 7 });
      await inbox.put({ what: 'sweep' });
      await until(() => done.length === 3);
      expect(done.toSorted()).toEqual(['comment 7', 'pull-request 7', 'sweep']);
      expect(inbox.isOpen()).toBe(true);
    });

    it('does not put in again what waits, and does again what came while it ran', async () => {
      const first = gate();
      const started = gate();
      const inbox = await start(async () => {
        started.open();
        await first.opened;
      });
      await inbox.put(pull(7));
      await started.opened;
      for (let n = 0; n < 5; n += 1) await inbox.put(pull(7));
      await opened.takenUp();
      first.open();
      await until(() => done.length === 2);
      await inbox.put(pull(8));
      await until(() => done.includes('pull-request 8'));
      const again = done.filter((one) => one === 'pull-request 7').length - 1;
      // Once; twice where one of them was still on its way when the first of them began.
      expect(again).toBeGreaterThanOrEqual(1);
      expect(again).toBeLessThanOrEqual(2);
    });

    it('never does the same job twice at a time, and others meanwhile', async () => {
      const first = gate();
      let running = 0;
      let most = 0;
      const inbox = await start(async ({ about }) => {
        if (about !== 7) return;
        running += 1;
        most = Math.max(most, running);
        await first.opened;
        running -= 1;
      });
      await inbox.put(pull(7));
      await until(() => running === 1);
      await inbox.put(pull(7));
      await inbox.put(pull(8));
      await until(() => done.includes('pull-request 8'));
      expect(done).toEqual(['pull-request 8']);
      first.open();
      await until(() => done.length === 3);
      expect(most).toBe(1);
    });

    it('tries again what may go well later', async () => {
      let tries = 0;
      const inbox = await start(async () => {
        tries += 1;
        if (tries < 3) throw new Retry('github_unavailable', 'away');
      });
      await inbox.put(pull(7));
      await until(() => tries === 1);
      await until(async () => {
        await opened.later();
        return done.length === 1;
      });
      expect(tries).toBe(3);
    });

    it('gives up at last, says so, and goes on with others', async () => {
      let tries = 0;
      const inbox = await start(async ({ about }) => {
        if (about === 8) return;
        tries += 1;
        throw new Retry('github_unavailable', 'away');
      });
      await inbox.put(pull(7));
      await until(() => tries === 1);
      await until(async () => {
        await opened.later();
        return tries >= 5;
      });
      for (let n = 0; n < 4; n += 1) await opened.later();
      expect(tries).toBeGreaterThanOrEqual(5);
      expect(tries).toBeLessThan(10);
      expect(log.heard.at(-1)).toMatchObject({ fields: { key: 'pull-request 7' } });
      await inbox.put(pull(8));
      await until(() => done.length === 1);
      expect(done).toEqual(['pull-request 8']);
    });

    it('survives a bug', async () => {
      const inbox = await start(async ({ about }) => {
        if (about === 7) throw new TypeError('oops');
      });
      await inbox.put(pull(7));
      await inbox.put(pull(8));
      await until(() => done.length === 1 && log.heard.some(({ level }) => level === 'error'));
      expect(done).toEqual(['pull-request 8']);
    });
  });
}
