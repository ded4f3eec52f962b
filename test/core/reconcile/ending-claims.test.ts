import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, HoldingState } from '../../../src/core/grant.js';
import { claimsOf, endingClaims } from '../../../src/core/reconcile/claim.js';
import { planOf } from '../../../src/core/reconcile/plan.js';
import type { RequestId } from '../../../src/core/request.js';
import { at, entry, NOON } from '../../app/entries.js';

const STATES: readonly HoldingState[] = ['scheduled', 'intended', 'active', 'ending', 'ended', 'void'];

/** Few people and few things, so that grants often meet over the same holding. */
const grants: fc.Arbitrary<readonly Entry[]> = fc
  .array(
    fc.record({
      who: fc.integer({ min: 0, max: 2 }),
      what: fc.array(fc.constantFrom('reader', 'writer'), { minLength: 1, maxLength: 2 }),
      state: fc.constantFrom(...STATES),
      preexisting: fc.constantFrom(undefined, true, false),
      starts: fc.integer({ min: -60, max: 60 }),
      minutes: fc.integer({ min: 1, max: 90 }),
      asked: fc.boolean(),
      windowless: fc.boolean(),
      prolongs: fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined }),
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(({ who, what, state, preexisting, starts, minutes, asked, windowless, prolongs }, n) => {
      const { window: _none, ...blank } = entry([]);
      return {
        ...blank,
        id: `2026/11/g${n}` as RequestId,
        ...(windowless ? {} : { window: { startsAt: at(starts), expiresAt: at(starts + minutes) } }),
        ...(prolongs === undefined ? {} : { extends: `2026/11/g${prolongs}` as RequestId }),
        events: asked ? [{ event: 'end_requested' as const, at: NOON, reason: 'revoked' as const }] : [],
        holdings: what.map((name) => ({
          entitlement: name,
          holding: { target: 'one', subject: `user-${who}`, grant: { name } },
          state,
          ...(preexisting === undefined ? {} : { preexisting }),
        })),
      };
    }),
  );

describe('the claims that end, with their rivals', () => {
  it('lead to the same ends as all claims', () => {
    const context = fc.record({
      now: fc.integer({ min: -120, max: 180 }).map(at),
      starts: fc.constantFrom('open' as const, 'settled' as const),
      waitingSince: fc.constantFrom(undefined, NOON),
    });
    fc.assert(
      fc.property(grants, context, (entries, { waitingSince, ...rest }) => {
        const when = { ...rest, ...(waitingSince === undefined ? {} : { waitingSince }) };
        const endsBy = (claims: ReturnType<typeof claimsOf>) =>
          planOf(claims, when).steps.filter(({ step }) => ['revoke', 'release', 'void'].includes(step));
        expect(endsBy(endingClaims(entries, when.now))).toEqual(endsBy(claimsOf(entries, when.now)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are none while nothing ends', () => {
    const going = entry([], { window: { startsAt: NOON, expiresAt: at(60) } });
    expect(endingClaims([going], at(59))).toEqual([]);
    expect(endingClaims([going], at(60))).toHaveLength(1);
  });
});
