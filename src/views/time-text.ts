import type { Instant } from '../core/time.js';

/** `2026-11-22T14:00:00Z` as people read it; never without the zone. */
export function utc(instant: Instant): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest units of a span, such as `1 h 23 min`; rounded down. @param seconds its sign is ignored. */
export function span(seconds: number): string {
  let rest = Math.floor(Math.abs(seconds));
  const first = UNITS.findIndex(([, size]) => rest >= size);
  if (first === -1) return '0 s';
  const parts = UNITS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return { count, unit };
  });
  return parts
    .filter(({ count }) => count > 0)
    .map(({ count, unit }) => `${count} ${unit}`)
    .join(' ');
}
