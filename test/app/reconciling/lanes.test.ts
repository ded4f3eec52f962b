import { describe, expect, it } from 'vitest';
import { createLanes, patiently, type Turn } from '../../../src/app/reconciling/lanes.js';
import { createManualTimer, turns } from '../../support/manual-timer.js';

/** Work that says when it begins and ends when it is let. */
function bench() {
  const began: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const lanes = createLanes();
  const run = (name: string, turn: Partial<Turn> = {}) =>
    lanes.run({ target: 'db', about: name, urgency: 'other', width: 1, ...turn }, () => {
      began.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
      });
    });
  return {
    began,
    run,
    async end(name: string, error?: Error) {
      ends.get(name)?.(error);
      await turns();
    },
  };
}

describe('the lane of a target', () => {
  it('takes one after the other, and ends before all that waits', async () => {
    const { run, began, end } = bench();
    const results = [run('grant 1'), run('grant 2'), run('end', { urgency: 'end' }), run('grant 3')];
    for (const name of ['grant 1', 'end', 'grant 2', 'grant 3']) await end(name);
    expect(began).toEqual(['grant 1', 'end', 'grant 2', 'grant 3']);
    expect(await Promise.all(results)).toEqual(['grant 1', 'grant 2', 'end', 'grant 3']);
  });

  it('does not hold up another target while a call gets no answer', async () => {
    const { run, began } = bench();
    void run('hanging');
    void run('behind it');
    void run('elsewhere', { target: 'other' });
    await turns();
    expect(began).toEqual(['hanging', 'elsewhere']);
  });

  it('is as wide as the target allows, but never for the same holding', async () => {
    const { run, began, end } = bench();
    void run('a', { width: 2 });
    void run('a again', { width: 2, about: 'a' });
    void run('b', { width: 2 });
    void run('c', { width: 2 });
    expect(began).toEqual(['a', 'b']);
    await end('b');
    expect(began).toEqual(['a', 'b', 'c']);
    await end('a');
    expect(began).toEqual(['a', 'b', 'c', 'a again']);
  });

  it('goes on after work that fails, also before it waits for anything', async () => {
    const { run, end } = bench();
    const failing = expect(run('failing')).rejects.toThrow('no');
    const next = run('next');
    await end('failing', new Error('no'));
    await end('next');
    await failing;
    expect(await next).toBe('next');
    const lanes = createLanes();
    const turn: Turn = { target: 'db', about: 'x', urgency: 'end', width: 1 };
    const thrown = lanes.run(turn, () => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    expect(await lanes.run(turn, async () => 'fine')).toBe('fine');
  });
});

describe('patience', () => {
  it('ends, and tells work that nobody waits any more', async () => {
    const timer = createManualTimer();
    let still = (): boolean => false;
    const outcome = patiently(timer, 10, async (stillWaiting) => {
      still = stillWaiting;
      await new Promise(() => {});
    });
    await timer.pass(9);
    expect(still()).toBe(true);
    await timer.pass(1);
    expect(still()).toBe(false);
    expect(await outcome).toBe(false);
  });

  it('is not needed for what is done in time, and leaves no timer behind', async () => {
    const timer = createManualTimer();
    expect(await patiently(timer, 10, async () => {})).toBe(true);
    await expect(
      patiently(timer, 10, async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(timer.waiting).toBe(0);
  });
});
