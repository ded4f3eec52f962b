import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSame } from '../../../src/core/audit/same.js';
import type { Json } from '../../../src/core/entitlement.js';
import { canonicalJson } from '../../../src/core/grant.js';

/** Few values and few keys, so that some are the same. */
const data = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, 0, 1, '1', '', 'a', true, false),
    fc.array(tie('node'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '0', 'length', 'constructor'), tie('node'), { maxKeys: 2 }),
  ),
})).node as fc.Arbitrary<Json>;

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).map(([key, item]): [string, Json] => [key, reversed(item)]);
  return Object.fromEntries(pairs.toReversed());
};

test('two are the same when they have one text with sorted keys', () => {
  fc.assert(
    fc.property(data, data, (a, b) => {
      expect(isSame(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
      expect(isSame(a, reversed(a))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each<[string, unknown, unknown, boolean]>([
  ['a key that holds nothing', { a: 1, b: undefined }, { a: 1 }, true],
  ['a key that holds nothing in place of another', { a: undefined, b: 1 }, { a: 1, b: undefined }, false],
  ['no prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }, true],
  ['a key of the prototype', { toString: 1 }, { a: 1 }, false],
  ['a list and a mapping', ['a'], { 0: 'a' }, false],
  ['a longer list', ['a'], ['a', 'b'], false],
  ['nothing at all', { a: 1 }, undefined, false],
  ['null', {}, null, false],
])('%s', (_, a, b, expected) => {
  expect(isSame(a, b)).toBe(expected);
  expect(isSame(b, a)).toBe(expected);
});
