/**
 * What GitHub lets an installation do ("Rate limits for the REST API" and "… for the GraphQL API", secondary limits). A call that creates
 * content is one that makes something new for people to see: a comment, an issue, a check, a request for a review.
 */
const LIMITS = {
  content_minute: { most: 80, seconds: 60 },
  content_hour: { most: 500, seconds: 3_600 },
  rest_minute: { most: 900, seconds: 60 },
  graphql_minute: { most: 2_000, seconds: 60 },
} as const;

export type LimitName = keyof typeof LIMITS;

/** So many creating calls may go at once; after that one follows another, so that no minute begins with a rush and ends in waiting. */
const BURST = 20;
/**
 * Of these, so many are left to checks, which is what people wait for. A new pull request takes a check, a comment and a request for reviews: of ten
 * that come one upon the other, the last five still find room for their checks.
 */
const KEPT_FOR_CHECKS = 3;
const REFILL_PER_SECOND = LIMITS.content_minute.most / LIMITS.content_minute.seconds;
/** GitHub takes a hundred at a time. */
const MOST_AT_ONCE = 80;
/** Of what is counted in points, this share is left to what ends access (T106). */
const RESERVED = 0.2;

/** What a call takes: points of one of GitHub's two APIs (a read 1, a write 5), and how much content it creates. */
export interface Cost {
  readonly api: 'rest' | 'graphql';
  readonly points: number;
  readonly content: number;
  /** Whether what it creates is a check. */
  readonly isCheck: boolean;
}

export interface Budget {
  /** Seconds until a call may go; 0: now. Only asks. */
  wait(cost: Cost): number;
  /** Whether what keeps it waiting keeps others as well, so that none may go before it. */
  isShared(cost: Cost): boolean;
  /** A call goes now, whoever makes it. */
  take(cost: Cost): void;
  /** A call is over. */
  done(): void;
  /** GitHub asked to wait. */
  pause(seconds: number): void;
  /** What GitHub says is left of the hour; calls that do not end access leave a share of REST's. */
  note(
    api: Cost['api'],
    hour: { readonly remaining: number; readonly limit: number; readonly resetIn: number },
  ): void;
  left(): Readonly<Record<LimitName, number>>;
  pausedSeconds(): number;
}

/** @param seconds of a clock that only runs forward */
export function createBudget(seconds: () => number): Budget {
  const windows = new Map(
    Object.entries(LIMITS).map(([name, limit]) => [name, createWindow(limit, seconds)]),
  );
  const windowOf = (name: LimitName): Window => windows.get(name) ?? createWindow(LIMITS[name], seconds);
  const bucket = createBucket(seconds);
  const closedUntil = { all: 0, rest: 0, graphql: 0 };
  let running = 0;

  const sharedWait = ({ api, points }: Cost): number => {
    const now = seconds();
    const { most } = LIMITS[`${api}_minute`];
    return Math.max(
      closedUntil.all - now,
      closedUntil[api] - now,
      windowOf(`${api}_minute`).wait(points + Math.ceil(most * RESERVED)),
      // There is no telling when one will be over; `done` makes the caller look again.
      running < MOST_AT_ONCE ? 0 : 1,
      0,
    );
  };

  return {
    wait: (cost) =>
      Math.max(
        sharedWait(cost),
        bucket.wait(cost.content, cost.isCheck ? 0 : KEPT_FOR_CHECKS),
        windowOf('content_minute').wait(cost.content),
        windowOf('content_hour').wait(cost.content),
      ),
    isShared: (cost) => sharedWait(cost) > 0,
    take({ api, points, content }) {
      running += 1;
      windowOf(`${api}_minute`).take(points);
      bucket.take(content);
      windowOf('content_minute').take(content);
      windowOf('content_hour').take(content);
    },
    done() {
      running -= 1;
    },
    pause(asked) {
      closedUntil.all = Math.max(closedUntil.all, seconds() + asked);
    },
    note(api, { remaining, limit, resetIn }) {
      const kept = api === 'rest' ? Math.ceil(limit * RESERVED) : 0;
      closedUntil[api] = remaining > kept ? 0 : seconds() + resetIn;
    },
    left: () =>
      Object.fromEntries([...windows].map(([name, window]) => [name, window.left()])) as Record<
        LimitName,
        number
      >,
    pausedSeconds: () => Math.max(0, closedUntil.all - seconds()),
  };
}

interface Window {
  wait(amount: number): number;
  take(amount: number): void;
  left(): number;
}

/** Never more than so much in any stretch of so many seconds, counted exactly. */
function createWindow(
  limit: { readonly most: number; readonly seconds: number },
  seconds: () => number,
): Window {
  const taken: { readonly at: number; readonly amount: number }[] = [];
  let sum = 0;
  const forget = (): void => {
    const since = seconds() - limit.seconds;
    while (taken[0] !== undefined && taken[0].at <= since) sum -= taken.shift()?.amount ?? 0;
  };
  return {
    wait(amount) {
      if (amount === 0) return 0;
      forget();
      // More than ever fits goes when the window is empty.
      let over = sum + Math.min(amount, limit.most) - limit.most;
      if (over <= 0) return 0;
      for (const one of taken) {
        over -= one.amount;
        if (over <= 0) return one.at + limit.seconds - seconds();
      }
      return limit.seconds;
    },
    take(amount) {
      if (amount === 0) return;
      forget();
      taken.push({ at: seconds(), amount });
      sum += amount;
    },
    left() {
      forget();
      return Math.max(0, limit.most - sum);
    },
  };
}

interface Bucket {
  /** @param kept what has to be left in it */
  wait(amount: number, kept: number): number;
  take(amount: number): void;
}

function createBucket(seconds: () => number): Bucket {
  let tokens = BURST;
  let at = seconds();
  const fill = (): void => {
    const now = seconds();
    tokens = Math.min(BURST, tokens + (now - at) * REFILL_PER_SECOND);
    at = now;
  };
  return {
    wait(amount, kept) {
      if (amount === 0) return 0;
      fill();
      return Math.max(0, (amount + kept - tokens) / REFILL_PER_SECOND);
    },
    take(amount) {
      fill();
      tokens -= amount;
    },
  };
}
