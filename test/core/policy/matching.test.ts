import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPeople } from '../../../src/core/policy/matching.js';

/** Tries everything: each person in each place he wants, or nowhere. */
function bruteForce(wants: readonly (readonly number[])[], capacity: readonly number[]): number {
  const [first, ...rest] = wants;
  if (first === undefined) return 0;
  const placed = first
    .filter((place) => (capacity[place] ?? 0) > 0)
    .map(
      (place) =>
        1 +
        bruteForce(
          rest,
          capacity.map((count, index) => (index === place ? count - 1 : count)),
        ),
    );
  return Math.max(bruteForce(rest, capacity), ...placed);
}

const problems = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 })
  .chain((capacity) =>
    fc.tuple(
      fc.array(fc.uniqueArray(fc.nat(capacity.length - 1), { maxLength: capacity.length }), { maxLength: 7 }),
      fc.constant(capacity),
    ),
  );

describe('matchPeople', () => {
  it('fills as many places as anybody could, and only wanted ones', () => {
    fc.assert(
      fc.property(problems, ([wants, capacity]) => {
        const { placeOf } = matchPeople(wants, capacity);
        const filled = placeOf.filter((place) => place !== null);
        expect(filled.length).toBe(bruteForce(wants, capacity));
        placeOf.forEach((place, person) => {
          if (place !== null) expect(wants[person]).toContain(place);
        });
        capacity.forEach((count, place) => {
          expect(filled.filter((one) => one === place).length).toBeLessThanOrEqual(count);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('finds the first moment at which every place is filled', () => {
    fc.assert(
      fc.property(problems, ([wants, capacity]) => {
        const total = capacity.reduce((sum, count) => sum + count, 0);
        const prefixes = wants.map((_, index) => bruteForce(wants.slice(0, index + 1), capacity) === total);
        const first = prefixes.indexOf(true);
        expect(matchPeople(wants, capacity).fullAfter).toBe(first < 0 ? null : first + 1);
      }),
      { numRuns: 300 },
    );
  });

  it('moves a person to another place when that lets the next one in', () => {
    expect(matchPeople([[0, 1], [0]], [1, 1])).toEqual({ placeOf: [1, 0], fullAfter: 2 });
    expect(matchPeople([[0, 1], [0, 2], [0], [1]], [1, 1, 1])).toMatchObject({ fullAfter: 3 });
  });

  it.each([
    ['no places', [[0]], [], { placeOf: [null], fullAfter: 0 }],
    ['no people', [], [1], { placeOf: [], fullAfter: null }],
    ['a place that does not exist', [[7]], [1], { placeOf: [null], fullAfter: null }],
    ['a count that is no number', [[0]], [Number.NaN], { placeOf: [null], fullAfter: null }],
  ] as const)('is total: %s', (_, wants, capacity, matching) => {
    expect(matchPeople(wants, capacity)).toEqual(matching);
  });
});
