import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, GrantEvent, HoldingState } from '../../../src/core/grant.js';
import { catchUp } from '../../../src/core/lifecycle/grant.js';
import { claimsOf } from '../../../src/core/reconcile/claim.js';
import { endingEntries, indexEnds } from '../../../src/core/reconcile/end-index.js';
import { overdueOf } from '../../../src/core/reconcile/overdue.js';
import { planOf } from '../../../src/core/reconcile/plan.js';
import type { RequestId } from '../../../src/core/request.js';
import type { Instant } from '../../../src/core/time.js';
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
        events: [
          ...what.map((name) => ({ event: 'intended' as const, at: NOON, entitlement: name })),
          ...(asked ? [{ event: 'end_requested' as const, at: NOON, reason: 'revoked' as const }] : []),
        ],
        holdings: what.map((name) => ({
          entitlement: name,
          holding: { target: 'one', subject: `user-${who}`, grant: { name } },
          state,
          ...(preexisting === undefined ? {} : { preexisting }),
        })),
      };
    }),
  );

/** What may have happened since the index was made: ends, faults on the way to them, and what somebody asked for. */
const happened: fc.Arbitrary<readonly { readonly grant: number; readonly event: GrantEvent }[]> = fc.array(
  fc.record({
    grant: fc.integer({ min: 0, max: 7 }),
    event: fc.oneof(
      fc.record({
        event: fc.constantFrom('ended' as const, 'ending' as const, 'faulted' as const, 'voided' as const),
        entitlement: fc.constantFrom('reader', 'writer'),
        at: fc.constant(NOON),
        reason: fc.constant('expired' as const),
      }),
      fc.constant({ event: 'end_requested' as const, at: NOON, reason: 'revoked' as const }),
    ),
  }),
  { maxLength: 6 },
);

const contexts = fc.record({
  now: fc.integer({ min: -120, max: 180 }).map(at),
  starts: fc.constantFrom('open' as const, 'settled' as const),
  waitingSince: fc.constantFrom(undefined, NOON),
});

describe('the entries that end, with their rivals', () => {
  it('lead to the same ends as all entries, whatever has happened since they were indexed', () => {
    fc.assert(
      fc.property(grants, happened, contexts, (entries, events, { waitingSince, ...rest }) => {
        const when = { ...rest, ...(waitingSince === undefined ? {} : { waitingSince }) };
        const endsBy = (those: readonly Entry[]) => {
          const { steps } = planOf(claimsOf(those, when.now), when);
          return steps.filter(({ step }) => ['revoke', 'release', 'void'].includes(step));
        };
        const since = new Map(
          entries.flatMap((one, n) => {
            const own = events.filter(({ grant }) => grant === n).map(({ event }) => event);
            return own.length === 0 ? [] : [[one.id, catchUp(one, own)] as const];
          }),
        );
        const all = entries.map((one) => since.get(one.id) ?? one);
        const few = endingEntries(indexEnds(entries), when.now, since);
        expect(endsBy(few)).toEqual(endsBy(all));
        expect(overdueOf(few, when.now)).toEqual(overdueOf(all, when.now));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are none while nothing ends', () => {
    const index = indexEnds([entry([], { window: { startsAt: NOON, expiresAt: at(60) } })]);
    expect(endingEntries(index, at(59))).toEqual([]);
    expect(endingEntries(index, at(60))).toHaveLength(1);
  });

  it('are few, however many live', () => {
    const others = Array.from({ length: 1_000 }, (_, n) => heldBy(`user-${n}`, 60 + n));
    const [first] = others;
    expect(endingEntries(indexEnds(others), at(60))).toEqual([first]);
  });

  it.each(['', 'tomorrow', '2026-02-30T00:00:00Z'])('are those whose end is no instant: %j', (expiresAt) => {
    const odd = heldBy('bob', 60);
    const broken = { ...odd, window: { startsAt: NOON, expiresAt: expiresAt as Instant } };
    expect(endingEntries(indexEnds([heldBy('alice', 60), broken]), at(-600))).toEqual([broken]);
  });
});

function heldBy(subject: string, minutes: number): Entry {
  return entry([], {
    id: `2026/11/${subject}` as RequestId,
    window: { startsAt: NOON, expiresAt: at(minutes) },
    holdings: [
      {
        entitlement: 'reader',
        holding: { target: 'one', subject, grant: { name: 'reader' } },
        state: 'active',
      },
    ],
  });
}
