import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PassReport } from '../../../src/app/reconciling/run-pass.js';
import type { Reviewed } from '../../../src/app/reviewing/review-pull-request.js';
import { createHistory } from '../../../src/app/seeing/history.js';
import { createLastSeen, type LastSeen } from '../../../src/app/seeing/last-seen.js';
import { standingNow } from '../../../src/app/seeing/standing-now.js';
import type { RequestId } from '../../../src/core/request.js';
import { Blocked } from '../../../src/ports/fault.js';
import { at, entry, NOON } from '../entries.js';
import { activeOn, type EndsWorld, startEnds } from '../reconciling/ends-world.js';
import { createPast, endedGrant, type Past } from './past.js';

let world: EndsWorld;
let lastSeen: LastSeen;
let past: Past;

beforeEach(async () => {
  world = await startEnds();
  lastSeen = createLastSeen();
  past = createPast();
});
afterEach(() => world.close());

const now = () => {
  const clock = { now: () => world.now };
  return standingNow({
    ...world.deps,
    clock,
    lastSeen,
    history: createHistory({ past, clock, breathe: async () => {} }),
  });
};

const report = (changes: Partial<PassReport> = {}): PassReport => ({
  recorded: [],
  violations: [],
  pushes: 0,
  live: [],
  drift: [],
  faults: [],
  quarantined: [],
  more: false,
  wakeAt: undefined,
  ...changes,
});

const published = (pullRequest: 'request' | 'other' = 'request', merged = false): Reviewed => ({
  kind: 'published',
  merged,
  view: { pullRequest, requests: [], removals: [], issues: [], broken: [], asked: [] },
});

describe('how things stand', () => {
  it('is nothing before anything was seen', async () => {
    expect(await now()).toMatchObject({
      problems: [],
      pending: [],
      held: [],
      scheduled: [],
      passAt: null,
      ledgerAsOf: NOON,
    });
  });

  it('tells what is held by its end, and apart from it what begins later', async () => {
    const later = entry(
      [
        { event: 'landed', at: NOON },
        { event: 'scheduled', at: NOON, entitlement: 'orders-db-readonly' },
      ],
      {
        id: '2026/11/later' as RequestId,
      },
    );
    world.entries = [activeOn(world, 'long', 'one', 90), later, activeOn(world, 'short', 'two', 30)];
    const { held, scheduled } = await now();
    expect(held.map(({ id }) => id)).toEqual(['2026/11/short', '2026/11/long']);
    expect(scheduled.map(({ id }) => id)).toEqual(['2026/11/later']);
  });

  it('puts what is overdue before everything, the oldest first, with what is in the way', async () => {
    world.entries = [activeOn(world, 'young', 'one', 50), activeOn(world, 'old', 'two', 10)];
    world.now = at(60);
    lastSeen.notePass(report({ faults: [{ stage: 'ledger', code: 'github_unavailable' }] }), at(59));
    const stuck = { id: '2026/11/old', entitlement: 'orders-db-readonly' };
    world.deps.troubles.note(stuck, new Blocked('no_admin', 'x', 'Make it admin.'), world.now);
    const { problems } = await now();
    expect(problems.map((one) => [one.kind, 'seconds' in one ? one.seconds : 0])).toEqual([
      ['overdue', 3_000],
      ['overdue', 600],
      ['stopped', 0],
    ]);
    expect(problems[0]).toMatchObject({
      hindrances: [{ code: 'no_admin', unblock: 'Make it admin.', attempts: 1 }],
    });
  });

  it('counts what has ended and waits to be recorded as ended', async () => {
    world.entries = [activeOn(world, 'a', 'one', 10)];
    world.now = at(20);
    await world.deps.spool.append([
      {
        id: '2026/11/a' as RequestId,
        event: { event: 'ended', at: at(11), entitlement: 'orders-db-readonly', reason: 'expired' },
      },
    ]);
    const { problems, held } = await now();
    expect(held).toEqual([]);
    expect(problems).toMatchObject([{ kind: 'behind', seconds: 540, spooled: 1 }]);
  });

  it('knows of a review that is owed after the grant has ended', async () => {
    const due = at(60 * 23);
    const glass = endedGrant('glass', 0, 0, { breakGlass: true });
    past.put({ ...glass, events: [...glass.events, { event: 'review_due', at: NOON, due }] });
    expect((await now()).problems).toMatchObject([{ kind: 'review', subject: 'alice', due, isLate: false }]);
    world.now = at(60 * 24);
    expect((await now()).problems).toMatchObject([{ kind: 'review', isLate: true }]);
  });

  it('tells of targets that were not seen, and of drift, by the last look', async () => {
    const look = {
      at: NOON,
      targets: [
        { target: 'one', looked: 'not', code: 'unreachable', stopped: null, findings: [] },
        { target: 'two', looked: 'whole', code: null, stopped: null, findings: [] },
      ],
    } as const;
    lastSeen.notePass(report({ look }), NOON);
    // A pass that did not look leaves the last look as it was.
    lastSeen.notePass(report(), at(1));
    const { problems, passAt } = await now();
    expect(problems).toEqual([{ kind: 'unseen', target: 'one', code: 'unreachable', at: NOON }]);
    expect(passAt).toBe(at(1));
  });
});

describe('open pull requests', () => {
  it('are there from when somebody looked until they land, close, or are not listed any more', async () => {
    for (const number of [3, 1, 2, 4]) lastSeen.noteReview(number, published(), NOON);
    lastSeen.noteReview(5, published('other'), NOON);
    lastSeen.noteReview(6, published('request', true), NOON);
    const numbers = () => lastSeen.pullRequests().map(({ number }) => number);
    expect(numbers()).toEqual([1, 2, 3, 4]);
    lastSeen.noteReview(1, { kind: 'landed' }, NOON);
    lastSeen.noteReview(2, { kind: 'ignored' }, NOON);
    expect(numbers()).toEqual([3, 4]);
    lastSeen.noteOpen([4, 9]);
    expect(numbers()).toEqual([4]);
  });

  it('are bounded: those looked at longest ago are left out', () => {
    for (let number = 1; number <= 302; number += 1) lastSeen.noteReview(number, published(), NOON);
    expect(lastSeen.pullRequests()).toHaveLength(300);
    expect(lastSeen.pullRequests()[0]?.number).toBe(3);
  });
});
