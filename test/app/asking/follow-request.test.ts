import { describe, expect, it } from 'vitest';
import { followRequest, type Step } from '../../../src/app/asking/follow-request.js';
import type { Entry, HoldingState } from '../../../src/core/grant.js';
import { Blocked, Retry } from '../../../src/ports/fault.js';
import type { Standing } from '../../../src/ports/own-pull-requests.js';
import { createManualTimer, turns } from '../../support/manual-timer.js';

const ID = '2026/11/mine' as Entry['id'];
const entryOf = (...states: readonly HoldingState[]): Entry =>
  ({ id: ID, holdings: states.map((state) => ({ state })) }) as unknown as Entry;

/** Follows with a desk that gives these answers in their order, the last one for ever. */
function follow(answers: readonly (Standing | Error)[], entry?: Entry, patience = 100) {
  const timer = createManualTimer();
  const told: Step[] = [];
  let looks = 0;
  const desk = {
    async standing() {
      const answer = answers[Math.min(looks, answers.length - 1)];
      looks += 1;
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    entry: async () => entry,
  };
  const done = followRequest(
    { desk, timer },
    { id: ID, number: 1, patience, tell: (step) => told.push(step) },
  );
  return { timer, told, done, looks: () => looks };
}

describe('following a request', () => {
  it.each<[HoldingState[], Step['at']]>([
    [['active'], 'granted'],
    [['scheduled'], 'scheduled'],
    [['active', 'void'], 'granted'],
    [['void'], 'not_granted'],
    [[], 'not_granted'],
    [['ended'], 'ended'],
    [['ended', 'void'], 'ended'],
  ])('ends with %j as %s', async (states, at) => {
    expect(await follow([{ state: 'merged' }], entryOf(...states)).done).toMatchObject({ at });
  });

  it.each<HoldingState[]>([['intended'], ['intended', 'active'], ['ending']])(
    'goes on with %j',
    async (...states) => {
      const { done, timer, told } = follow([{ state: 'merged' }], entryOf(...states), 10);
      await turns();
      await timer.pass(20);
      expect(await done).toEqual({ at: 'out_of_patience' });
      expect(told.map(({ at }) => at)).toEqual(['merged', 'out_of_patience']);
    },
  );

  it('tells every change once, and passes over a GitHub that is away', async () => {
    const { done, timer, told } = follow([
      { state: 'open' },
      { state: 'open' },
      { state: 'open', check: 'Waiting' },
      new Retry('x', 'away'),
      { state: 'closed' },
    ]);
    await turns();
    await timer.pass(60);
    expect(await done).toEqual({ at: 'closed' });
    expect(told).toEqual([
      { at: 'waiting' },
      { at: 'waiting', check: 'Waiting' },
      { at: 'away', why: 'away' },
      { at: 'closed' },
    ]);
  });

  it('waits as long as GitHub asks to', async () => {
    const { timer, looks } = follow([new Retry('limited', 'limited', 60), { state: 'open' }]);
    await turns();
    await timer.pass(59);
    expect(looks()).toBe(1);
    await timer.pass(1);
    expect(looks()).toBe(2);
  });

  it('looks a bounded number of times, ever more seldom', async () => {
    const { done, timer, looks } = follow([{ state: 'open' }], undefined, 3_600);
    await turns();
    await timer.pass(4_000);
    expect(await done).toEqual({ at: 'out_of_patience' });
    expect(looks()).toBe(1 + 20 + Math.floor((3_600 - 60) / 10));
    expect(timer.waiting).toBe(0);
  });

  it.each([new Blocked('x', 'no', 'do it'), new TypeError('a bug')])('surfaces %s', async (error) => {
    const { done } = follow([error]);
    await expect(done).rejects.toBe(error);
  });
});
