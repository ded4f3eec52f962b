import { describe, expect, it } from 'vitest';
import { Retry } from '../../src/ports/fault.js';
import type { Log } from '../../src/ports/log.js';
import type { Queue } from '../../src/ports/queue.js';
import { gate, hearingLog } from '../support/heard.js';

/** What every queue promises (`src/ports/queue.ts`). */
export function queueContract(name: string, open: (log: Log) => Queue | Promise<Queue>): void {
  describe(`${name} keeps the contract of a queue`, () => {
    const start = async () => {
      const log = hearingLog();
      return { log, queue: await open(log) };
    };

    it('runs tasks and becomes idle', async () => {
      const { queue } = await start();
      const ran: string[] = [];
      queue.add('a', async () => void ran.push('a'));
      queue.add('b', async () => void ran.push('b'));
      await queue.idle();
      expect(ran.sort()).toEqual(['a', 'b']);
      await queue.close();
    });

    it('is idle when nothing was added', async () => {
      const { queue } = await start();
      await queue.idle();
      await queue.close();
    });

    it('starts what is urgent however many others run', async () => {
      const { queue } = await start();
      const others = gate();
      for (let other = 0; other < 20; other += 1) queue.add(`other ${other}`, () => others.opened);
      const urgent = gate();
      queue.add('ends', async () => urgent.open(), true);
      await urgent.opened;
      others.open();
      await queue.idle();
      await queue.close();
    });

    it('closes although tasks wait for their turn, and drops those', async () => {
      const { queue } = await start();
      const others = gate();
      let ran = 0;
      for (let other = 0; other < 20; other += 1)
        queue.add(`other ${other}`, async () => {
          ran += 1;
          await others.opened;
        });
      await new Promise(setImmediate);
      const closed = queue.close();
      others.open();
      await closed;
      expect(ran).toBeLessThan(20);
      await queue.idle();
    });

    it('never runs two tasks of one key at a time, and runs those of other keys meanwhile', async () => {
      const { queue } = await start();
      const first = gate();
      const started = gate();
      const ran: string[] = [];
      queue.add('a', async () => {
        started.open();
        await first.opened;
        ran.push('a1');
      });
      await started.opened;
      queue.add('a', async () => void ran.push('a2'));
      const other = gate();
      queue.add('b', async () => {
        ran.push('b');
        other.open();
      });
      await other.opened;
      expect(ran).toEqual(['b']);
      first.open();
      await queue.idle();
      expect(ran).toEqual(['b', 'a1', 'a2']);
      await queue.close();
    });

    it('adds no task of a key that waits already', async () => {
      const { queue } = await start();
      const first = gate();
      const started = gate();
      const ran: string[] = [];
      queue.add('a', async () => {
        started.open();
        await first.opened;
      });
      await started.opened;
      for (const each of ['one', 'two', 'three']) queue.add('a', async () => void ran.push(each));
      first.open();
      await queue.idle();
      expect(ran).toEqual(['one']);
      await queue.close();
    });

    it.each([
      ['a fault', new Retry('github_unavailable', 'away'), 'warn'],
      ['a bug', new TypeError('oops'), 'error'],
    ])('logs %s and goes on', async (_, error, level) => {
      const { queue, log } = await start();
      const ran: string[] = [];
      queue.add('a', () => Promise.reject(error));
      await queue.idle();
      queue.add('a', async () => void ran.push('a'));
      await queue.idle();
      expect(ran).toEqual(['a']);
      expect(log.heard).toMatchObject([{ level, fields: { key: 'a' } }]);
      await queue.close();
    });

    it('survives a task that throws at once', async () => {
      const { queue, log } = await start();
      queue.add('a', () => {
        throw new Error('at once');
      });
      await queue.idle();
      expect(log.heard).toHaveLength(1);
      await queue.close();
    });

    it('closes by waiting for what runs and taking nothing more', async () => {
      const { queue } = await start();
      const first = gate();
      const started = gate();
      const ran: string[] = [];
      queue.add('a', async () => {
        started.open();
        await first.opened;
        ran.push('running');
      });
      await started.opened;
      queue.add('a', async () => void ran.push('waiting'));
      const closed = queue.close();
      queue.add('b', async () => void ran.push('late'));
      first.open();
      await closed;
      expect(ran).toEqual(['running']);
    });

    it('says what became of a task, and of the one that waited already', async () => {
      const { queue } = await start();
      const first = gate();
      const running = queue.add('a', () => first.opened);
      const oops = new TypeError('oops');
      const next = queue.add('a', () => Promise.reject(oops));
      const same = queue.add('a', async () => {});
      first.open();
      expect(await running).toEqual({ end: 'done' });
      expect(await next).toEqual({ end: 'failed', error: oops });
      expect(await same).toEqual({ end: 'failed', error: oops });
      const last = gate();
      const open = queue.add('a', () => last.opened);
      const waiting = queue.add('a', async () => {});
      const closed = queue.close();
      last.open();
      await closed;
      expect(await Promise.all([open, waiting, queue.add('a', async () => {})])).toEqual([
        { end: 'done' },
        { end: 'dropped' },
        { end: 'dropped' },
      ]);
    });
  });
}
