import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GitHubClient } from '../../../src/adapters/github/client.js';
import { costOf, createLimiter, type Lane, type Limiter } from '../../../src/adapters/github/limiter.js';
import { turns } from '../../support/manual-timer.js';

type Options = { readonly method: string; readonly url: string; readonly query?: string };
type Wrapped = (request: (options: Options) => Promise<unknown>, options: Options) => Promise<unknown>;

const COMMENT = { method: 'POST', url: '/repos/{owner}/{repo}/issues/{issue_number}/comments' };
const CHECK = { method: 'POST', url: '/repos/{owner}/{repo}/check-runs' };
const READ = { method: 'GET', url: '/repos/{owner}/{repo}/pulls' };
const QUERY = { method: 'POST', url: '/graphql', query: 'query X { viewer { login } }' };
const MUTATION = {
  method: 'POST',
  url: '/graphql',
  query: 'mutation X { c0: addComment(input: $i) { id } }',
};
const REVOKE = { method: 'DELETE', url: '/orgs/{org}/teams/{team_slug}/memberships/{username}' };

/** A limiter in a time of its own, and a GitHub that notes when it is called. */
interface Bench {
  readonly limiter: Limiter;
  readonly sent: { readonly at: number; readonly what: Options }[];
  /** What GitHub answers next; absent: 200 and nothing in the headers. */
  answer: (() => unknown) | undefined;
  call(what: Options, lane?: Lane): Promise<'done' | { readonly after: number } | Error>;
  /** Lets time pass, with everything that becomes due. */
  pass(seconds: number): Promise<void>;
  /** Lets it pass until nobody waits. */
  drain(): Promise<void>;
}

function bench(): Bench {
  let now = 0;
  let timer: { readonly at: number; readonly work: () => void } | undefined;
  const limiter = createLimiter({
    seconds: () => now,
    after(seconds, work) {
      const mine = { at: now + seconds, work };
      timer = mine;
      return () => {
        if (timer === mine) timer = undefined;
      };
    },
  });
  const wrapped = new Map<Lane, Wrapped>();
  for (const lane of ['usual', 'ends'] as const) {
    const hook = { wrap: (_name: string, work: Wrapped) => wrapped.set(lane, work) };
    limiter.guard({ hook } as unknown as GitHubClient, lane);
  }
  const step = async (until: number): Promise<void> => {
    await turns();
    while (timer !== undefined && timer.at <= until) {
      const { at, work } = timer;
      timer = undefined;
      now = Math.max(now, at);
      work();
      await turns();
    }
  };
  const world: Bench = {
    limiter,
    sent: [],
    answer: undefined,
    async call(what, lane = 'usual') {
      const github = async (): Promise<unknown> => {
        world.sent.push({ at: now, what });
        return world.answer === undefined ? { status: 200, headers: {} } : world.answer();
      };
      try {
        await wrapped.get(lane)?.(github, what);
        return 'done';
      } catch (error) {
        return error instanceof Error && 'after' in error ? { after: Number(error.after) } : (error as Error);
      }
    },
    async pass(seconds) {
      const until = now + seconds;
      await step(until);
      now = until;
    },
    async drain() {
      await turns();
      while (timer !== undefined) await step(timer.at);
    },
  };
  return world;
}

const refused =
  (status: number, headers: object, message = 'no') =>
  () => {
    throw Object.assign(new Error(message), { status, response: { headers } });
  };
const SECONDARY = 'You have exceeded a secondary rate limit.';

/** The most that any stretch of so many seconds has of it. */
function most(world: Bench, seconds: number, of: (what: Options) => number): number {
  const sent = world.sent.map(({ at, what }) => ({ at, amount: of(what) }));
  return Math.max(
    0,
    ...sent.map(({ at }) =>
      sent
        .filter((one) => one.at > at - seconds && one.at <= at)
        .reduce((sum, { amount }) => sum + amount, 0),
    ),
  );
}

describe('what GitHub counts a call as', () => {
  it.each([
    [READ, { api: 'rest', points: 1, content: 0, isCheck: false }],
    [COMMENT, { api: 'rest', points: 5, content: 1, isCheck: false }],
    [REVOKE, { api: 'rest', points: 5, content: 0 }],
    [QUERY, { api: 'graphql', points: 1, content: 0 }],
    [MUTATION, { api: 'graphql', points: 5, content: 1 }],
    [
      { ...MUTATION, query: 'mutation X { a: updateCheckRun(input: $i) { id } }' },
      { content: 0, points: 5 },
    ],
    [
      { ...MUTATION, query: 'mutation X { a: addComment(i: 1) {x} b: requestReviews(i: 2) {x} }' },
      { content: 2 },
    ],
    [CHECK, { points: 5, content: 1, isCheck: true }],
    [
      { method: 'PATCH', url: '/repos/{owner}/{repo}/check-runs/{check_run_id}' },
      { points: 5, content: 0, isCheck: false },
    ],
    [
      { method: 'PUT', url: '/repos/{owner}/{repo}/pulls/{pull_number}/merge' },
      { points: 5, content: 1 },
    ],
    [
      { method: 'POST', url: '/repos/{owner}/{repo}/issues/{issue_number}/labels' },
      { points: 5, content: 0 },
    ],
  ])('%j', (call, cost) => {
    expect(costOf(call)).toMatchObject(cost);
  });
});

describe('calls', () => {
  it('go at once as long as there is budget: twenty new things, and any number of queries', async () => {
    const world = bench();
    const all = [...Array(17).fill(COMMENT), ...Array(3).fill(CHECK), ...Array(200).fill(QUERY)].map((what) =>
      world.call(what),
    );
    await turns();
    expect(world.sent).toHaveLength(220);
    expect(await Promise.all(all)).toEqual(Array(220).fill('done'));
  });

  it('that create follow one another once there is a backlog, and nothing else waits with them', async () => {
    const world = bench();
    for (let n = 0; n < 22; n += 1) void world.call(COMMENT);
    void world.call(READ);
    void world.call(QUERY);
    await turns();
    expect(world.sent.filter(({ what }) => what === COMMENT)).toHaveLength(17);
    expect(world.sent.filter(({ what }) => what !== COMMENT)).toHaveLength(2);
    expect(world.limiter.waiting()).toBe(5);
    await world.drain();
    const late = world.sent.filter(({ at }) => at > 0).map(({ at }) => at);
    expect(late).toEqual([0.75, 1.5, 2.25, 3, 3.75].map((at) => expect.closeTo(at, 6)));
  });

  it('that make a check go before the others, and find room among them', async () => {
    const world = bench();
    // What a pull request takes when it is new, ten of them one upon the other.
    const FIRST_WORDS = {
      ...MUTATION,
      query: 'mutation X { a: addComment(i: 1) {x} b: requestReviews(i: 2) {x} }',
    };
    for (let n = 0; n < 10; n += 1) for (const what of [CHECK, FIRST_WORDS]) void world.call(what);
    await turns();
    const sent = (what: Options) => world.sent.filter((one) => one.what === what);
    expect([sent(CHECK).length, sent(FIRST_WORDS).length]).toEqual([10, 5]);
    for (const what of [FIRST_WORDS, CHECK]) void world.call(what);
    await world.drain();
    expect(sent(CHECK).at(-1)?.at).toBeCloseTo(0.75);
    // The others wait until there is what they take and what is left to checks.
    expect(sent(FIRST_WORDS)[5]?.at).toBeCloseTo((1 + 2 + 3) * 0.75);
    expect(sent(FIRST_WORDS)).toHaveLength(11);
    expect(sent(FIRST_WORDS).at(-1)?.at).toBeLessThan(15);
  });

  it('keep their order', async () => {
    const world = bench();
    const numbered = Array.from({ length: 30 }, (_, n) => ({ ...COMMENT, n }));
    for (const what of numbered) void world.call(what);
    await world.drain();
    expect(world.sent.map(({ what }) => what)).toEqual(numbered);
  });

  it('that would wait long are told when to come again instead', async () => {
    const world = bench();
    const all = Array.from({ length: 60 }, () => world.call(COMMENT));
    await world.drain();
    const answers = await Promise.all(all);
    const given = answers.filter((one) => one !== 'done');
    expect(given.length).toBeGreaterThan(0);
    for (const one of given) expect(one).toEqual({ after: expect.any(Number) });
    expect(world.limiter.waiting()).toBe(0);
  });

  it('never are more than GitHub lets through, whatever is asked when; and what ends access goes at once (T106)', async () => {
    const call = fc.record({
      what: fc.constantFrom(COMMENT, CHECK, MUTATION, READ, QUERY, REVOKE),
      times: fc.integer({ min: 1, max: 60 }),
      after: fc.double({ min: 0, max: 40, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (asked) => {
        const world = bench();
        const answers: Promise<unknown>[] = [];
        for (const { what, times, after } of asked) {
          const before = world.sent.length;
          const lane = what === REVOKE ? 'ends' : 'usual';
          for (let n = 0; n < times; n += 1) answers.push(world.call(what, lane));
          await turns();
          if (lane === 'ends') expect(world.sent.length - before).toBeGreaterThanOrEqual(times);
          await world.pass(after);
        }
        await world.drain();
        await Promise.all(answers);
        const content = (what: Options) => costOf(what).content;
        const points = (what: Options) =>
          costOf(what).api === 'rest' && what !== REVOKE ? costOf(what).points : 0;
        expect(most(world, 60, content)).toBeLessThanOrEqual(80);
        expect(most(world, 3_600, content)).toBeLessThanOrEqual(500);
        // A fifth of the 900 is left to what ends access.
        expect(most(world, 60, points)).toBeLessThanOrEqual(720);
      }),
      { numRuns: 20 },
    );
  });

  it('never create more than 500 things an hour', async () => {
    const world = bench();
    for (let minute = 0; minute < 59; minute += 1) {
      for (let n = 0; n < 20; n += 1) void world.call(COMMENT);
      await world.pass(60);
    }
    expect(world.sent).toHaveLength(500);
    expect(world.limiter.budget.left()).toMatchObject({ content_hour: 0 });
  });
});

describe('a limit', () => {
  it('makes everybody wait as long as GitHub says, but what ends access', async () => {
    const world = bench();
    world.answer = refused(403, { 'retry-after': '42' }, SECONDARY);
    expect(await world.call(COMMENT)).toBeInstanceOf(Error);
    world.answer = undefined;
    expect(world.limiter.budget.pausedSeconds()).toBe(42);
    expect(await world.call(READ)).toEqual({ after: 42 });
    expect(await world.call(REVOKE, 'ends')).toBe('done');
    await world.pass(30);
    const waiting = world.call(READ);
    await world.drain();
    expect(await waiting).toBe('done');
    expect(world.sent.at(-1)?.at).toBe(42);
  });

  it.each([
    ['403', 403, SECONDARY],
    ['403 for abuse, as GitHub called it before', 403, 'You have triggered an abuse detection mechanism.'],
    ['429', 429, 'Too many requests'],
  ])('without a time, %s, means a minute, and then longer each time', async (_, status, message) => {
    const world = bench();
    world.answer = refused(status, {}, message);
    const pauses: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      await world.call(READ);
      pauses.push(world.limiter.budget.pausedSeconds());
      await world.pass(world.limiter.budget.pausedSeconds());
    }
    expect(pauses).toEqual([60, 120, 240, 480, 900, 900]);
    world.answer = undefined;
    await world.call(READ);
    world.answer = refused(status, {}, message);
    await world.call(READ);
    expect(world.limiter.budget.pausedSeconds()).toBe(60);
  });

  it('of the hour holds for one API until it is over, and a share of it is left to what ends access', async () => {
    const world = bench();
    const date = new Date('2031-01-01T00:00:00Z');
    const hour = (resource: string, remaining: number) => ({
      status: 200,
      headers: {
        date: date.toUTCString(),
        'x-ratelimit-resource': resource,
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(date.getTime() / 1_000 + 600),
      },
    });
    world.answer = () => hour('core', 1_001);
    expect(await world.call(READ)).toBe('done');
    expect(await world.call(READ)).toBe('done');
    world.answer = () => hour('core', 1_000);
    expect(await world.call(READ)).toBe('done');
    expect(await world.call(READ)).toEqual({ after: 600 });
    expect(await world.call(REVOKE, 'ends')).toBe('done');
    world.answer = () => hour('graphql', 1);
    expect(await world.call(QUERY)).toBe('done');
    world.answer = refused(403, { ...hour('graphql', 0).headers, 'x-ratelimit-remaining': '0' });
    expect(await world.call(QUERY)).toBeInstanceOf(Error);
    expect(await world.call(QUERY)).toEqual({ after: 600 });
    world.answer = undefined;
    await world.pass(600);
    expect(await Promise.all([world.call(READ), world.call(QUERY)])).toEqual(['done', 'done']);
  });

  it('is no other refusal', async () => {
    const world = bench();
    world.answer = refused(403, {}, 'Resource not accessible by integration');
    await world.call(READ);
    world.answer = refused(422, {}, 'Validation Failed');
    await world.call(READ);
    expect(world.limiter.budget.pausedSeconds()).toBe(0);
  });
});

describe('at a time', () => {
  it('run no more than eighty, and the next as soon as one is over', async () => {
    const world = bench();
    const open: (() => void)[] = [];
    world.answer = () => new Promise((resolve) => open.push(() => resolve({ status: 200, headers: {} })));
    for (let n = 0; n < 90; n += 1) void world.call(QUERY);
    await turns();
    expect(world.sent).toHaveLength(80);
    open[0]?.();
    await turns();
    expect(world.sent).toHaveLength(81);
  });
});
