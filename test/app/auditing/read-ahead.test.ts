import { expect, it } from 'vitest';
import { readAhead } from '../../../src/app/auditing/read-ahead.js';

async function* upTo(count: number): AsyncGenerator<number> {
  for (let one = 0; one < count; one += 1) yield one;
}

it.each([0, 1, 63, 64, 65, 200])('gives %d in their order, and never has many in hand', async (count) => {
  let begun = 0;
  let most = 0;
  let given = 0;
  const work = async (one: number) => {
    begun += 1;
    most = Math.max(most, begun - given);
    // The later ones are done first.
    for (let turn = 0; turn < 5 - (one % 5); turn += 1) await undefined;
    return one * 2;
  };
  const pairs: (readonly [number, number])[] = [];
  for await (const pair of readAhead(upTo(count), work)) {
    given += 1;
    pairs.push(pair);
  }
  expect(pairs).toEqual(Array.from({ length: count }, (_, one) => [one, one * 2]));
  expect(most).toBeLessThanOrEqual(64);
});

it.each([10, 200])(
  'fails where the work fails, after what came before and before what comes after: of %d',
  async (count) => {
    const given: number[] = [];
    const work = (one: number) => (one === 3 ? Promise.reject(new Error('broken')) : Promise.resolve(one));
    const all = async () => {
      for await (const [one] of readAhead(upTo(count), work)) given.push(one);
    };
    await expect(all()).rejects.toThrow('broken');
    expect(given).toEqual([0, 1, 2]);
  },
);

it('fails where the source fails, after what it gave', async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error('no more');
  }
  const given: number[] = [];
  const all = async () => {
    for await (const [one] of readAhead(broken(), (number) => Promise.resolve(number))) given.push(one);
  };
  await expect(all()).rejects.toThrow('no more');
  expect(given).toEqual([1]);
});
