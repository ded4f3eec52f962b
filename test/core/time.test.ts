import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSeconds,
  durationSeconds,
  hasEnded,
  type Instant,
  monthOf,
  monthsBetween,
  parseDuration,
  parseInstant,
} from '../../src/core/time.js';

describe('parseInstant', () => {
  it('takes what a calendar gives back unchanged, and nothing else (T087)', () => {
    const two = (number: number) => String(number).padStart(2, '0');
    const part = fc.nat(99).map(two);
    const likely = (most: number) =>
      fc.oneof({ weight: 9, arbitrary: fc.nat(most).map(two) }, { weight: 1, arbitrary: part });
    const text = fc
      .tuple(fc.nat(9_999), likely(13), likely(32), likely(24), likely(60), likely(60))
      .map(([year, ...rest]) => {
        const [month, day, hour, minute, second] = rest;
        return `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}Z`;
      });
    const byCalendar = (one: string): string | undefined => {
      const date = new Date(one);
      const back = Number.isFinite(date.getTime()) ? `${date.toISOString().slice(0, -5)}Z` : undefined;
      return back === one ? one : undefined;
    };
    fc.assert(
      fc.property(text, (one) => {
        expect(parseInstant(one)).toBe(byCalendar(one));
      }),
      { numRuns: 5_000 },
    );
  });
});

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

describe('hours and days are of one length, whatever a calendar somewhere does (T090)', () => {
  it.each<[string, string, string]>([
    ['2026-03-29T00:30:00Z', '1d', '2026-03-30T00:30:00Z'],
    ['2026-10-25T00:30:00Z', '24h', '2026-10-26T00:30:00Z'],
    ['2028-02-28T12:00:00Z', '1d', '2028-02-29T12:00:00Z'],
    ['2026-12-31T23:59:59Z', '1m', '2027-01-01T00:00:59Z'],
  ])('%s and %s', (from, duration, to) => {
    const parsed = parseDuration(duration);
    expect(parsed && addSeconds(from as Instant, durationSeconds(parsed))).toBe(to);
  });
});

describe('what cannot be compared has ended (T093)', () => {
  const now = '2026-11-22T12:00:00Z' as Instant;

  it.each([
    undefined,
    '',
    'never',
    'null',
    '2026-13-01T00:00:00Z',
    '2026-11-23T12:00:00',
    '9999999999',
    'NaN',
  ])('an end of %j', (end) => {
    expect(hasEnded(end, now)).toBe(true);
  });

  it('and so has anything that is no instant, or not after now', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date().map(String), fc.double().map(String)), (end) => {
        fc.pre(!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(end));
        expect(hasEnded(end, now)).toBe(true);
      }),
    );
    expect(hasEnded(now, now)).toBe(true);
    expect(hasEnded(addSeconds(now, 1), now)).toBe(false);
  });
});
