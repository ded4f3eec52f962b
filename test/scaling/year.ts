import { DEMAND, LIFE, LIMITS, SHARDS } from './budgets.js';

const MINUTES_A_DAY = 1_440;

export interface YearOptions {
  readonly seed: number;
  readonly requestsADay: number;
  /** Hours in which a repository has many times what is usual, each given by its hour of the year. */
  readonly incidents: ReadonlyMap<number, number>;
  readonly days?: number;
}

/** The worst of the year. */
export interface YearReport {
  readonly requests: number;
  /** Calls in the fullest hour, and how many the budget has. */
  readonly callsInAnHour: number;
  /** How long the last piece of content in the longest queue waited, in minutes. */
  readonly contentWaits: number;
  /** The same outside of incidents and the day that follows each. */
  readonly usuallyWaits: number;
  readonly pushesInAMinute: number;
  readonly entriesInACommit: number;
  readonly active: number;
  readonly filesInAFolder: number;
  readonly markersInAShard: number;
  /** Content that was still waiting when the year was over. */
  readonly left: number;
}

/**
 * A year of one access repository, minute by minute, in no time: requests come as people work, each is asked for, approved, merged and
 * granted within the hour, and ends when its time is over. Every call and every commit of that is counted against the budgets.
 */
export function simulateYear({ seed, requestsADay, incidents, days = 365 }: YearOptions): YearReport {
  const chance = mulberry(seed);
  const grants = livingGrants(chance);
  const budget = contentBudget();
  const ledger = ledgerCommits();
  const worst = { calls: 0, waits: 0, usual: 0, folder: 0 };
  let [requests, waiting, today, calls, quietFrom] = [0, 0, 0, 0, 0];
  for (let minute = 0; minute < days * MINUTES_A_DAY; minute += 1) {
    if (minute % 60 === 0) calls = 0;
    if (minute % MINUTES_A_DAY === 0) today = 0;
    const times = incidents.get(Math.floor(minute / 60)) ?? 1;
    if (times > 1) quietFrom = minute + MINUTES_A_DAY;
    const came = poisson(requestsADay * shareOf(minute) * times, chance);
    const over = grants.pass(minute, came);
    // What an end says on its pull request is one of the four; the rest comes with the request.
    waiting += came * (LIFE.content - 1) + over;
    const done = budget.take(waiting, minute);
    waiting -= done;
    ledger.pass(came * 2 + over);
    requests += came;
    today += came;
    calls += came * (LIFE.calls - LIFE.content) + done;
    const wait = waiting / (LIMITS.contentAnHour / 60);
    worst.calls = Math.max(worst.calls, calls);
    worst.waits = Math.max(worst.waits, wait);
    worst.usual = Math.max(worst.usual, minute < quietFrom ? 0 : wait);
    worst.folder = Math.max(worst.folder, today);
  }
  return {
    requests,
    callsInAnHour: worst.calls,
    contentWaits: worst.waits,
    usuallyWaits: worst.usual,
    ...ledger.worst,
    active: grants.most(),
    filesInAFolder: worst.folder,
    // Ids spread over shards by their hash: no shard has more than a few standard deviations above the mean.
    markersInAShard: grants.most() / SHARDS + 5 * Math.sqrt(grants.most() / SHARDS),
    left: waiting,
  };
}

/** How many grants live, each for as long as chance says. */
function livingGrants(chance: () => number) {
  const ends = new Map<number, number>();
  let [active, most] = [0, 0];
  return {
    most: () => most,
    /** @returns how many end in this minute. */
    pass(minute: number, came: number): number {
      const over = ends.get(minute) ?? 0;
      ends.delete(minute);
      for (let n = 0; n < came; n += 1) {
        const end = minute + 1 + Math.floor(-Math.log(1 - chance()) * DEMAND.meanDays * MINUTES_A_DAY);
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
      active += came - over;
      most = Math.max(most, active);
      return over;
    },
  };
}

/** A pass makes two commits at most, and takes everything there is into them; passes that would push too often wait. */
function ledgerCommits() {
  const worst = { pushesInAMinute: 0, entriesInACommit: 0 };
  return {
    worst,
    pass(changes: number): void {
      if (changes === 0) return;
      // Changes come over the whole minute; with fewer than pushes allow, each has a commit of its own.
      const pushes = Math.min(changes, LIMITS.pushesAMinute);
      worst.pushesInAMinute = Math.max(worst.pushesInAMinute, pushes);
      worst.entriesInACommit = Math.max(worst.entriesInACommit, Math.ceil(changes / pushes));
    },
  };
}

/** Of a working day's requests, those of a minute: eight hours hold four fifths, the busiest of them half as much again as the mean. */
const BY_HOUR = [1, 1, 1, 1, 1, 1, 1.5, 3, 8, 10, 12, 11, 8, 9, 11, 10, 4, 2, 1.5, 1, 0.5, 0.5, 0.5, 0.5];
const ALL = BY_HOUR.reduce((sum, share) => sum + share, 0);
const WEEKEND = 0.15;

function shareOf(minute: number): number {
  const day = Math.floor(minute / MINUTES_A_DAY) % 7;
  const hour = Math.floor(minute / 60) % 24;
  return ((BY_HOUR[hour] ?? 0) / ALL / 60) * (day >= 5 ? WEEKEND : 1);
}

/** The share of a day's requests that come in its busiest hour. */
export const BUSIEST_HOUR = Math.max(...BY_HOUR) / ALL;

/** Content that may be made: so much in any minute, and so much in any hour. */
function contentBudget() {
  const made: number[] = Array.from({ length: 60 }, () => 0);
  return {
    take(wanted: number, minute: number): number {
      made[minute % 60] = 0;
      const lately = made.reduce((sum, one) => sum + one, 0);
      const done = Math.max(0, Math.min(wanted, LIMITS.contentAMinute, LIMITS.contentAnHour - lately));
      made[minute % 60] = done;
      return done;
    },
  };
}

/** How many come where so many are expected (Knuth; expectations here are small). */
function poisson(expected: number, chance: () => number): number {
  const limit = Math.exp(-expected);
  let [count, product] = [0, chance()];
  while (product > limit) {
    count += 1;
    product *= chance();
  }
  return count;
}

/** A small generator of numbers that is the same everywhere (mulberry32, public domain). */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
