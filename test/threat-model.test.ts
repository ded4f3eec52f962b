import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/threat-model.md'), 'utf8');

/** `| threat | behaviour | file | title |` */
const rows = page
  .split('\n')
  .filter((line) => /^\| T\d/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

/** Numbers that were never given to a threat. */
const GAPS = [21, 23, 40, 44, 49, 76, 83, 99, 123, 133, 139];
const LAST = 150;
const THREATS = Array.from({ length: LAST }, (_, index) => index + 1).filter((n) => !GAPS.includes(n));

/** `T001, T006`, `T016 to T019` */
function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(/T(\d{3})(?: to T(\d{3}))?/g)].flatMap(([, from, to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  );
}

const covered = new Set(rows.flatMap(([threat = '']) => numbersIn(threat)));

/** `- **T042**: why not` below the last heading. */
const reasons = new Map(
  [...(page.split('## Not covered yet')[1] ?? '').matchAll(/^- \*\*(T\d[^*]*)\*\*: ([^\n]+)/gm)].flatMap(
    ([, numbers = '', why = '']) => numbersIn(numbers).map((number) => [number, why] as const),
  ),
);

test('every test that the threat model names is there', () => {
  expect(rows.length).toBeGreaterThan(100);
  const missing = rows.filter(([, , file, title]) => {
    const path = join(ROOT, (file ?? '').replaceAll('`', ''));
    return !title || !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
  });
  expect(missing).toEqual([]);
});

test('every threat is a number, and says what happens instead', () => {
  const odd = rows.filter(
    ([threat = '', behaviour = '', ...rest]) =>
      !/^T\d{3}(?:(?:,| to) T\d{3})*$/.test(threat) || !behaviour.endsWith('.') || rest.length !== 2,
  );
  expect(odd).toEqual([]);
});

test('every threat there is has a test, or a reason why not', () => {
  expect(THREATS).toHaveLength(139);
  const silent = THREATS.filter((number) => !covered.has(number) && (reasons.get(number) ?? '').length < 20);
  expect(silent).toEqual([]);
});

test('no number is made up, and rows stand in order', () => {
  const known = new Set(THREATS);
  expect([...covered, ...reasons.keys()].filter((number) => !known.has(number))).toEqual([]);
  const first = rows.map(([threat = '']) => Math.min(...numbersIn(threat)));
  expect(first).toEqual(first.toSorted((a, b) => a - b));
});
