import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askOnce } from '../../../src/adapters/git/kept.js';

describe('what is asked once', () => {
  const asking = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', ''), fc.constantFrom('a', 'b', '')), {
    maxLength: 60,
  });

  it('is answered as if it were asked anew, whatever was forgotten in between', async () => {
    await fc.assert(
      fc.asyncProperty(asking, fc.integer({ min: 1, max: 5 }), async (questions, limit) => {
        const ask = async (one: string, other: string): Promise<string> => JSON.stringify([one, other]);
        const once = askOnce(ask, { limit, weigh: (text) => text.length % 3 });
        for (const [one, other] of questions) expect(await once(one, other)).toBe(await ask(one, other));
      }),
    );
  });

  it('costs nothing the second time, also where the answer is no', async () => {
    let asked = 0;
    const once = askOnce(
      async (id: string) => {
        asked += 1;
        return id === 'yes';
      },
      { limit: 10 },
    );
    expect([await once('yes'), await once('no'), await once('yes'), await once('no')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(asked).toBe(2);
  });

  it('is asked again after a fault, and where nothing was here', async () => {
    const answers: (() => Promise<string | undefined>)[] = [
      () => Promise.reject(new Error('away')),
      async () => undefined,
      async () => 'here',
      async () => 'never asked',
    ];
    const once = askOnce((_: string) => answers.shift()?.() ?? Promise.resolve('none left'), { limit: 10 });
    await expect(once('x')).rejects.toThrow('away');
    expect(await once('x')).toBeUndefined();
    expect(await once('x')).toBe('here');
    expect(await once('x')).toBe('here');
  });
});
