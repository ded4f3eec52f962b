import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined } from '../../../src/adapters/git/joined.js';

describe('work that is joined', () => {
  it('is done for everybody after they asked, never two at once, and fails for those it was done for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
        async (s, asks) => {
          let [running, began] = [0, 0];
          const done: {
            readonly asked: readonly number[];
            readonly began: number;
            readonly fails: boolean;
          }[] = [];
          const ask = joined<number>(async (asked) => {
            running += 1;
            expect(running).toBe(1);
            began += 1;
            const fails = asked.some((n) => asks[n]);
            done.push({ asked, began, fails });
            await s.schedule(Promise.resolve(), 'work');
            running -= 1;
            if (fails) throw new Error(asked.join());
          });
          const answers = asks.map((_, n) =>
            s.schedule(Promise.resolve(), 'ask').then(async () => {
              const before = began;
              const end = await ask(n).then(
                () => 'done',
                (error: Error) => error.message,
              );
              return { n, before, end };
            }),
          );
          await s.waitIdle();
          for (const { n, before, end } of await Promise.all(answers)) {
            const mine = done.filter(({ asked }) => asked.includes(n));
            expect(mine).toHaveLength(1);
            expect(mine[0]?.began).toBeGreaterThan(before);
            expect(end).toBe(mine[0]?.fails ? mine[0].asked.join() : 'done');
          }
        },
      ),
    );
  });

  it('is done twice for ten who come at once', async () => {
    const asked: (readonly number[])[] = [];
    const ask = joined<number>(async (all) => {
      asked.push(all);
    });
    const first = ask(0);
    await Promise.resolve();
    await Promise.all([first, ...Array.from({ length: 9 }, (_, n) => ask(n + 1))]);
    expect(asked.map(({ length }) => length)).toEqual([1, 9]);
  });
});
