/**
 * An instant: RFC 3339 in whole seconds with `Z`, years 0000 to 9999, so plain string comparison orders instants.
 * Being text, it goes into documents, plans and evidence as it is.
 */
export type Instant = string & { readonly __brand: 'Instant' };

/** A duration as written: `^[1-9][0-9]{0,3}(m|h|d)$` (T086). */
export type Duration = string & { readonly __brand: 'Duration' };

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** Instants of days that every month has: what they say exists, without a calendar. Nearly all do. */
const OF_ANY_MONTH = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const DURATION = /^([1-9][0-9]{0,3})(m|h|d)$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };

/** @returns the instant, or `undefined` for anything that does not round-trip, such as 30 February (T087). */
export function parseInstant(text: string): Instant | undefined {
  if (OF_ANY_MONTH.test(text)) return text as Instant;
  if (!INSTANT.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isFinite(milliseconds) && isoSeconds(milliseconds) === text ? (text as Instant) : undefined;
}

/** @param epochSeconds seconds since 1970; fractions are cut off. @throws RangeError outside years 0000 to 9999. */
export function instantOf(epochSeconds: number): Instant {
  const text = isoSeconds(Math.floor(epochSeconds) * 1_000);
  if (!INSTANT.test(text)) throw new RangeError(`not an instant: ${epochSeconds}`);
  return text as Instant;
}

export function epochSeconds(instant: Instant): number {
  return Date.parse(instant) / 1_000;
}

export function addSeconds(instant: Instant, seconds: number): Instant {
  return instantOf(epochSeconds(instant) + seconds);
}

/** @returns `to - from` in seconds. */
export function secondsBetween(from: Instant, to: Instant): number {
  return epochSeconds(to) - epochSeconds(from);
}

/** The folder of requests filed then: `2026/11`. */
export function monthOf(instant: Instant): string {
  return instant.slice(0, 7).replace('-', '/');
}

const SHORTEST_MONTH_SECONDS = 28 * 86_400;

/** Every month that has a moment from one instant to another, in order. A month back from 1 March is January, and February lies between. */
export function monthsBetween(from: Instant, to: Instant): readonly string[] {
  const months = new Set<string>();
  for (let at = from; at < to; at = addSeconds(at, SHORTEST_MONTH_SECONDS)) months.add(monthOf(at));
  return [...months.add(monthOf(to))];
}

export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/**
 * Whether an end has come. Total: anything that is not provably in the future has ended (T093).
 */
export function hasEnded(end: string | undefined, now: Instant): boolean {
  const parsed = end === undefined ? undefined : parseInstant(end);
  return !(parsed !== undefined && parsed > now);
}

export function parseDuration(text: string): Duration | undefined {
  return DURATION.test(text) ? (text as Duration) : undefined;
}

export function durationSeconds(duration: Duration): number {
  const [, count, unit] = DURATION.exec(duration) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit ?? ''] ?? Number.NaN);
  if (!(seconds > 0)) throw new RangeError(`not a duration: ${duration}`);
  return seconds;
}

function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -5)}Z`;
}
