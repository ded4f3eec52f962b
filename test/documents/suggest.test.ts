import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distance } from '../../src/core/nearest.js';
import { suggestion } from '../../src/documents/suggest.js';

describe('the nearest name is suggested', () => {
  test.each([
    ['subjet', ['subject', 'start'], 'did you mean "subject"?'],
    ['duratoin', ['duration', 'justification'], 'did you mean "duration"?'],
    ['Subject', ['subject'], 'did you mean "subject"?'],
    ['xyz', ['subject', 'start'], 'use one of subject, start'],
    ['a', ['b', 'cc'], 'use one of b, cc'],
    ['x', [], 'remove it'],
    ['zzzz', Array.from({ length: 31 }, (_, n) => `entitlement-${n}`), 'use one that is there'],
  ])('%s among %j', (name, known, text) => expect(suggestion(name, known)).toBe(text));
});

test('distances are distances', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(distance(a, b)).toBe(distance(b, a));
      expect(distance(a, b) === 0).toBe(a === b);
      expect(distance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance(a, `${b}x`)).toBeLessThanOrEqual(distance(a, b) + 1);
    }),
  );
  expect(distance('duratoin', 'duration')).toBe(1);
  expect(distance('x'.repeat(1_000), 'y'.repeat(1_000))).toBe(Number.POSITIVE_INFINITY);
});
