import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSeconds, type Instant, monthOf, monthsBetween } from '../../src/core/time.js';

describe('monthsBetween', () => {
  it.each<[string, string, readonly string[]]>([
    ['2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z', ['2026/11']],
    ['2026-11-01T00:00:00Z', '2026-11-30T23:59:59Z', ['2026/11']],
    ['2026-10-31T23:59:59Z', '2026-11-01T00:00:00Z', ['2026/10', '2026/11']],
    ['2027-01-29T12:00:00Z', '2027-03-01T12:00:00Z', ['2027/01', '2027/02', '2027/03']],
    ['2026-11-30T12:00:00Z', '2027-01-01T12:00:00Z', ['2026/11', '2026/12', '2027/01']],
  ])('from %s to %s', (from, to, months) => {
    expect(monthsBetween(from as Instant, to as Instant)).toEqual(months);
  });

  it('leaves out no month that any day between lies in', () => {
    const start = '2024-01-01T00:00:00Z' as Instant;
    fc.assert(
      fc.property(fc.nat(1_500), fc.nat(100), (day, length) => {
        const at = (days: number) => addSeconds(start, (day + days) * 86_400);
        const all = [...Array(length + 1).keys()].map((days) => monthOf(at(days)));
        expect(monthsBetween(at(0), at(length))).toEqual([...new Set(all)]);
      }),
    );
  });
});
