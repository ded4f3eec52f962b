import { type Entry, holdingKey } from '../grant.js';
import { isEndRequested, isLive } from '../lifecycle/grant.js';
import type { RequestId } from '../request.js';
import { type Instant, parseInstant } from '../time.js';
import { endOf, windowOf } from './claim.js';

/**
 * Live entries by when they end and by what they hold. Ends are looked for whenever one comes, and going through ten thousand grants takes
 * longer than ending a few: this is made once for all looks at the same entries.
 */
export interface EndIndex {
  readonly byId: ReadonlyMap<RequestId, Indexed>;
  /** What ends first at the front. */
  readonly byEnd: readonly Indexed[];
  /** By the keys of what is live of them. */
  readonly byKey: ReadonlyMap<string, readonly Indexed[]>;
}

interface Indexed {
  readonly entry: Entry;
  /** Where it is in the list. */
  readonly position: number;
  /** Nothing of it has to end before. */
  readonly endsAt: Instant | typeof ALREADY;
}

/** Before every instant. */
const ALREADY = '';

export function indexEnds(entries: readonly Entry[]): EndIndex {
  const all = entries.map((entry, position) => ({ entry, position, endsAt: endsAt(entry) }));
  const byKey = new Map<string, Indexed[]>();
  for (const one of all) {
    for (const key of liveKeys(one.entry)) {
      const holders = byKey.get(key);
      if (holders === undefined) byKey.set(key, [one]);
      else holders.push(one);
    }
  }
  return {
    byId: new Map(all.map((one) => [one.entry.id, one])),
    byEnd: all.toSorted((a, b) => (a.endsAt < b.endsAt ? -1 : Number(a.endsAt > b.endsAt))),
    byKey,
  };
}

/** What is not provably in the future has ended already (T093). */
function endsAt(entry: Entry): Indexed['endsAt'] {
  return isEndRequested(entry) ? ALREADY : (parseInstant(windowOf(entry).expiresAt) ?? ALREADY);
}

/**
 * Entries that have to end now, with all that rival one of them for a holding, in the order of the list. What a plan says of ends it says by
 * these alone.
 * @param since what has happened since the index was made: entries of it as they stand now. Time and events take live holdings away and
 * never add one.
 */
export function endingEntries(
  { byEnd, byKey }: EndIndex,
  now: Instant,
  since: ReadonlyMap<RequestId, Entry> = new Map(),
): readonly Entry[] {
  const due = byEnd.slice(0, countUntil(byEnd, now)).map(({ entry }) => since.get(entry.id) ?? entry);
  const ending = [...due, ...since.values()].filter((entry) => endOf(entry, now) !== undefined);
  const keys = new Set(ending.flatMap(liveKeys));
  const rivals = new Set([...keys].flatMap((key) => byKey.get(key) ?? []));
  return [...rivals]
    .toSorted((a, b) => a.position - b.position)
    .map(({ entry }) => since.get(entry.id) ?? entry)
    .filter((entry) => liveKeys(entry).some((key) => keys.has(key)));
}

/** How many end by then. */
function countUntil(byEnd: readonly Indexed[], now: Instant): number {
  const first = byEnd.findIndex((one) => one.endsAt > now);
  return first < 0 ? byEnd.length : first;
}

const liveKeys = ({ holdings }: Entry): readonly string[] =>
  holdings.filter(isLive).map(({ holding }) => holdingKey(holding));
