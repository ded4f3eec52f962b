import { addSeconds, epochSeconds, type Instant, secondsBetween } from '../time.js';
import type { EvidenceReport } from './report.js';

export interface Bar {
  readonly label: string;
  readonly count: number;
}

const DAY = 86_400;
/** Days up to which a bar is a day; beyond, it is a month. */
const MOST_DAYS = 62;

/** Grants by the day or the month they landed in, gaps included: a month without any is an answer too. @param range absent: from the first to the last. */
export function grantsOverTime(
  { grants }: Pick<EvidenceReport, 'grants'>,
  range?: { readonly from: Instant; readonly to: Instant },
): readonly Bar[] {
  const landed = grants.map(({ landing }) => landing.at).sort();
  const [first, last] = range === undefined ? [landed[0], landed.at(-1)] : [range.from, range.to];
  if (first === undefined || last === undefined) return [];
  const length = secondsBetween(first, last) <= MOST_DAYS * DAY ? 10 : 7;
  const counts = new Map(labelsBetween(first, last, length).map((label) => [label, 0]));
  for (const at of landed) counts.set(at.slice(0, length), (counts.get(at.slice(0, length)) ?? 0) + 1);
  return [...counts].map(([label, count]) => ({ label, count }));
}

/** Every day (10 characters) or month (7) from one instant to another. */
function labelsBetween(first: Instant, last: Instant, length: number): readonly string[] {
  const labels = new Set<string>();
  const end = epochSeconds(last);
  for (let at = epochSeconds(first); at <= end; at += DAY)
    labels.add(addSeconds(first, at - epochSeconds(first)).slice(0, length));
  return [...labels.add(last.slice(0, length))];
}

/** Upper bounds in seconds; what is beyond the last falls into a bar of its own. */
const APPROVAL_BOUNDS = [
  ['5 min', 300],
  ['15 min', 900],
  ['1 h', 3_600],
  ['4 h', 14_400],
  ['1 d', DAY],
] as const;
const LATE_BOUNDS = [
  ['5 s', 5],
  ['1 min', 60],
  ['5 min', 300],
  ['1 h', 3_600],
] as const;

/** How long it took from opening the pull request to the last approval. */
export function approvalTimes({ grants }: Pick<EvidenceReport, 'grants'>): readonly Bar[] {
  return histogram(
    grants.flatMap(({ approvalSeconds }) => approvalSeconds ?? []),
    APPROVAL_BOUNDS,
  );
}

/** How long after they were due grants ended. */
export function lateness({ grants }: Pick<EvidenceReport, 'grants'>): readonly Bar[] {
  const ended = grants.flatMap(({ holdings }) => holdings.filter(({ endedAt }) => endedAt !== null));
  return histogram(
    ended.flatMap(({ lateSeconds }) => lateSeconds ?? []),
    LATE_BOUNDS,
  );
}

/** Every value falls into exactly one bar. None at all: no bars. */
function histogram(
  values: readonly number[],
  bounds: readonly (readonly [label: string, most: number])[],
): readonly Bar[] {
  if (values.length === 0) return [];
  const counts = [...bounds.map(() => 0), 0];
  for (const value of values) {
    const at = bounds.findIndex(([, most]) => value <= most);
    const index = at < 0 ? bounds.length : at;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((count, index) => ({
    label: bounds[index] === undefined ? `over ${bounds.at(-1)?.[0]}` : `up to ${bounds[index][0]}`,
    count,
  }));
}
