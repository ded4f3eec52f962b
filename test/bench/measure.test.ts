import { expect, test } from 'vitest';
import { compare, cpuHere, cpuOf, elapsed, median, quantile } from '../../bench/measure.js';
import { holds, inWords, type Target } from '../../bench/metric.js';

test('quantiles lie between neighbours, and of nothing there is none', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
  expect(() => median([])).toThrow('Nothing was measured.');
});

test('ours and the floor take turns, and the first turn does not count', async () => {
  const order: string[] = [];
  const costs = { ours: [90, 4, 6, 20], floor: [90, 2, 2, 4] };
  const next = (who: 'ours' | 'floor') => () => {
    order.push(who);
    return costs[who].shift() ?? Number.NaN;
  };
  expect(await compare(3, next('ours'), next('floor'))).toEqual({
    ratio: 3,
    spread: [2, 5],
    ours: 6,
    floor: 2,
  });
  expect(order).toEqual(['ours', 'floor', 'ours', 'floor', 'floor', 'ours', 'ours', 'floor']);
});

test('the cost of a process is read from the process, and one that fails has none', async () => {
  const script = `for (let i = 0; i < 3e7; i++); console.error('noise'); console.log('noise')`;
  expect(cpuOf([process.execPath, '-e', script])).toBeGreaterThan(0);
  expect(() => cpuOf(['false'])).toThrow();
  expect(cpuHere(() => JSON.parse(JSON.stringify(Array(1e5).fill('x'))))).toBeGreaterThan(0);
  expect(await elapsed(() => undefined)).toBeGreaterThanOrEqual(0);
});

test.each<[Target | undefined, number, boolean, string]>([
  [{ atMost: 1.5 }, 1.5, true, '≤ 1.5'],
  [{ atMost: 1.5 }, 1.51, false, '≤ 1.5'],
  [{ atLeast: 0.9 }, 0.9, true, '≥ 0.9'],
  [{ atLeast: 0.9 }, 0.89, false, '≥ 0.9'],
  [{ exactly: 0 }, 0, true, '= 0'],
  [{ exactly: 0 }, 1, false, '= 0'],
  [undefined, 7, true, '–'],
  [{ atMost: 1 }, Number.NaN, false, '≤ 1'],
  [undefined, Number.NaN, false, '–'],
])('%o holds for %d: %s', (target, value, expected, words) => {
  const figure = { name: 'x', value, unit: '×', floor: '' };
  expect(holds(target ? { ...figure, target } : figure)).toBe(expected);
  expect(inWords(target)).toBe(words);
});
