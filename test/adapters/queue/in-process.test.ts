import { describe, expect, it } from 'vitest';
import { createInProcessQueue } from '../../../src/adapters/queue/in-process.js';
import { queueContract } from '../../contracts/queue-contract.js';

queueContract('the in-process queue', (log) => createInProcessQueue({ log }));

const silent = { info: () => {}, warn: () => {}, error: () => {} };

describe('the in-process queue', () => {
  it('runs at most so many tasks at a time', async () => {
    const queue = createInProcessQueue({ log: silent, concurrency: 2 });
    let running = 0;
    let most = 0;
    for (let n = 0; n < 9; n += 1) {
      queue.add(`key ${n}`, async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
      });
    }
    await queue.idle();
    expect(most).toBe(2);
  });

  it('drops a task of the same key that has not begun', async () => {
    const queue = createInProcessQueue({ log: silent, concurrency: 1 });
    const ran: string[] = [];
    queue.add('a', async () => void ran.push('a'));
    queue.add('b', async () => void ran.push('first b'));
    queue.add('b', async () => void ran.push('second b'));
    await queue.idle();
    expect(ran).toEqual(['a', 'first b']);
  });

  it('runs nothing that waits for another key when it closes', async () => {
    const queue = createInProcessQueue({ log: silent, concurrency: 1 });
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const ran: string[] = [];
    queue.add('a', () => released);
    queue.add('b', async () => void ran.push('b'));
    const closed = queue.close();
    release();
    await closed;
    expect(ran).toEqual([]);
  });
});
