import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndReason, type HoldingState, holdingKey } from '../../../src/core/grant.js';
import { type Claim, isDue, mayBeHeld } from '../../../src/core/reconcile/claim.js';
import { planOf, type Step } from '../../../src/core/reconcile/plan.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, instantOf } from '../../../src/core/time.js';

const now = instantOf(1_790_000_000);
const hour = (hours: number) => addSeconds(now, hours * 3_600);

interface Options {
  readonly id?: string;
  readonly state?: HoldingState;
  readonly from?: number;
  readonly until?: number;
  readonly preexisting?: boolean | undefined;
  readonly end?: EndReason;
  readonly role?: string;
  readonly extends?: string;
  readonly prolonged?: boolean;
}

function claim(options: Options = {}): Claim {
  const holding = { target: 'db', subject: 'alice_ro', grant: { role: options.role ?? 'readonly' } };
  const until = options.until ?? 1;
  const end = options.end ?? (until <= 0 ? 'expired' : undefined);
  return {
    id: (options.id ?? '2026/11/a') as RequestId,
    entitlement: 'db-readonly',
    holding,
    key: holdingKey(holding),
    state: options.state ?? 'active',
    startsAt: hour(options.from ?? -1),
    expiresAt: hour(until),
    preexisting: 'preexisting' in options ? options.preexisting : false,
    receipt: null,
    breakGlass: false,
    prolonged: options.prolonged ?? false,
    ...(options.extends === undefined ? {} : { extends: options.extends as RequestId }),
    ...(end === undefined ? {} : { end }),
  };
}

const b = { id: '2026/11/b' };
/** An extension of the first, not started. */
const next = (options: Options = {}): Claim =>
  claim({
    ...b,
    state: 'scheduled',
    from: 1,
    until: 2,
    preexisting: undefined,
    extends: '2026/11/a',
    ...options,
  });
const short = (step: Step): string => {
  const detail = 'because' in step ? ` ${step.because}` : 'reason' in step ? ` ${step.reason}` : '';
  return `${step.step} ${step.id.slice(-1)}${detail}`;
};

describe('what a pass does about a claim', () => {
  it.each<[string, Claim[], string[]]>([
    ['active and not ended: nothing', [claim()], []],
    ['ended: revoke', [claim({ until: 0 })], ['revoke a expired']],
    ['ended early: revoke', [claim({ end: 'reverted' })], ['revoke a reverted']],
    ['a failed revocation goes on', [claim({ state: 'ending', until: -5 })], ['revoke a expired']],
    [
      'intended, never confirmed, ended: revoke',
      [claim({ state: 'intended', until: 0 })],
      ['revoke a expired'],
    ],
    [
      'intended, never looked at, ended: untouched',
      [claim({ state: 'intended', until: 0, preexisting: undefined })],
      ['release a untouched'],
    ],
    ['standing access is left', [claim({ until: 0, preexisting: true })], ['release a preexisting']],
    ['intended: grant', [claim({ state: 'intended' })], ['grant a intended']],
    ['intended, not looked at: look', [claim({ state: 'intended', preexisting: undefined })], ['look a']],
    [
      'scheduled, not yet: nothing',
      [claim({ state: 'scheduled', from: 1, until: 2, preexisting: undefined })],
      [],
    ],
    [
      'scheduled and due: start',
      [claim({ state: 'scheduled', from: 0, preexisting: undefined })],
      ['start a'],
    ],
    [
      'scheduled, removed: void',
      [claim({ state: 'scheduled', from: 1, until: 2, end: 'reverted' })],
      ['void a reverted'],
    ],
    ['scheduled, window passed: missed', [claim({ state: 'scheduled', until: 0 })], ['void a missed']],
    [
      'another grant covers it: release',
      [claim({ until: 0 }), claim({ ...b, until: 2 })],
      ['release a covered'],
    ],
    [
      'both have ended: both are revoked',
      [claim({ until: 0 }), claim({ ...b, until: -1 })],
      ['revoke a expired', 'revoke b expired'],
    ],
    [
      'a grant that has not started covers nothing',
      [claim({ until: 0 }), claim({ ...b, state: 'scheduled', from: 1, until: 2 })],
      ['revoke a expired'],
    ],
    [
      'another role covers nothing',
      [claim({ until: 0 }), claim({ ...b, until: 2, role: 'admin' })],
      ['revoke a expired'],
    ],
    [
      'standing access of the other covers nothing of ours',
      [claim({ until: 0 }), claim({ ...b, until: 2, preexisting: true })],
      ['revoke a expired'],
    ],
    [
      'the longer one ends early: native expiry moves back',
      [claim({ until: 1 }), claim({ ...b, until: 3, end: 'revoked' })],
      ['release b covered', 'grant a shortened'],
    ],
    ['prolonged: native expiry moves on before there is a gap', [claim(), next()], ['grant a prolonged']],
    ['prolonged already: nothing', [claim({ prolonged: true }), next()], []],
    [
      'what would prolong it is removed: native expiry moves back',
      [claim({ prolonged: true }), next({ end: 'reverted' })],
      ['void b reverted', 'grant a shortened'],
    ],
    ['of another grant: nothing', [claim(), next({ extends: '2026/11/c' })], []],
    ['with a gap: nothing', [claim(), next({ from: 2, until: 3 })], []],
    ['of other access: nothing', [claim(), next({ role: 'admin' })], []],
    ['standing access is not prolonged', [claim({ preexisting: true }), next()], []],
  ])('%s', (_, claims, steps) => {
    expect(planOf(claims, { now, starts: 'settled' }).steps.map(short)).toEqual(steps);
  });

  it('tells a target to go on until the end of what prolongs the grant, whatever it is told for', () => {
    const steps = (...claims: readonly Claim[]) => planOf(claims, { now, starts: 'settled' }).steps;
    expect(steps(claim(), next())).toMatchObject([{ step: 'grant', id: '2026/11/a', until: hour(2) }]);
    expect(steps(claim({ state: 'intended' }), next())).toMatchObject([
      { because: 'intended', until: hour(2) },
    ]);
    const overlapping = claim({ id: '2026/11/c', state: 'intended', until: 0.5 });
    expect(steps(claim({ prolonged: true }), next(), overlapping)).toMatchObject([{ until: hour(2) }]);
  });

  it('waits for the grant that takes over, and no longer than this pass', () => {
    const claims = [
      claim({ until: 0 }),
      claim({ ...b, state: 'scheduled', from: 0, until: 2, preexisting: undefined }),
    ];
    expect(planOf(claims, { now, starts: 'open' }).steps.map(short)).toEqual(['start b']);
    expect(planOf(claims, { now, starts: 'settled' }).steps.map(short)).toEqual([
      'revoke a expired',
      'start b',
    ]);
  });

  it('does not hand over to a grant that was not looked at', () => {
    const heir = claim({ ...b, state: 'intended', until: 2, preexisting: undefined });
    expect(planOf([claim({ until: 0 }), heir], { now, starts: 'settled' }).steps.map(short)).toEqual([
      'revoke a expired',
      'look b',
    ]);
  });

  it('grants again what went missing', () => {
    const active = claim();
    expect(
      planOf([active], { now, starts: 'settled', missing: new Set([active.key]) }).steps.map(short),
    ).toEqual(['grant a missing']);
  });

  it('asks the target for the latest end of all that are due', () => {
    const claims = [claim({ state: 'intended', until: 1 }), claim({ ...b, until: 3 })];
    expect(planOf(claims, { now, starts: 'settled' }).steps).toMatchObject([
      { step: 'grant', until: hour(3) },
    ]);
  });
});

const anyClaim: fc.Arbitrary<Claim> = fc
  .record({
    id: fc.constantFrom('2026/11/a', '2026/11/b', '2026/11/c'),
    state: fc.constantFrom<HoldingState>('scheduled', 'intended', 'active', 'ending'),
    from: fc.integer({ min: -3, max: 3 }),
    length: fc.integer({ min: 1, max: 4 }),
    preexisting: fc.constantFrom(true, false, undefined),
    role: fc.constantFrom('readonly', 'admin'),
  })
  .map(({ length, preexisting, ...rest }) => claim({ ...rest, until: rest.from + length, preexisting }));

describe('for all claims', () => {
  const plans = fc.array(anyClaim, { maxLength: 6 });

  it('an end is never left waiting once starts are settled', () => {
    fc.assert(
      fc.property(plans, (claims) => {
        const steps = planOf(claims, { now, starts: 'settled' }).steps;
        for (const ended of claims.filter((one) => one.end !== undefined)) {
          expect(
            steps.some((step) => step.id === ended.id && ['revoke', 'release', 'void'].includes(step.step)),
          ).toBe(true);
        }
      }),
    );
  });

  it('nothing is revoked that another grant of ours holds and still wants', () => {
    fc.assert(
      fc.property(plans, (claims) => {
        const wanted = claims.filter((one) => isDue(one, now) && mayBeHeld(one) && one.preexisting === false);
        for (const step of planOf(claims, { now, starts: 'settled' }).steps) {
          if (step.step === 'revoke')
            expect(wanted.map((one) => one.key)).not.toContain(holdingKey(step.holding));
        }
      }),
    );
  });

  it('standing access is never revoked, and nothing is granted before it was looked at', () => {
    fc.assert(
      fc.property(plans, (claims) => {
        for (const step of planOf(claims, { now, starts: 'settled' }).steps) {
          const of = claims.filter(
            (one) => one.id === step.id && one.key === ('holding' in step ? holdingKey(step.holding) : ''),
          );
          if (step.step === 'revoke') expect(of.some((one) => one.preexisting !== true)).toBe(true);
          if (step.step === 'grant') expect(of.some((one) => one.preexisting !== undefined)).toBe(true);
        }
      }),
    );
  });

  it('never grants past an end', () => {
    fc.assert(
      fc.property(plans, (claims) => {
        const latest = claims
          .map((one) => one.expiresAt)
          .toSorted()
          .at(-1);
        for (const step of planOf(claims, { now, starts: 'settled' }).steps) {
          if (step.step === 'grant') expect(step.until > now && step.until <= (latest ?? now)).toBe(true);
        }
      }),
    );
  });
});
