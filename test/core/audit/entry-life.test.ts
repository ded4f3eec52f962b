import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkChange, checkLife } from '../../../src/core/audit/entry-change.js';
import { checkStillLive, checkTimes, PROMPT_SECONDS } from '../../../src/core/audit/entry-times.js';
import type { Entry, EventName, GrantEvent } from '../../../src/core/grant.js';
import { applyEvent, isLiveEntry } from '../../../src/core/lifecycle/grant.js';
import { addSeconds } from '../../../src/core/time.js';
import { at, entry, NOON } from '../../app/entries.js';

const ABOUT = 'orders-db-readonly';
const STEPS: readonly EventName[] = [
  'scheduled',
  'intended',
  'granted',
  'faulted',
  'ending',
  'ended',
  'voided',
  'end_requested',
];

function eventOf(event: EventName, minute: number): GrantEvent {
  const about = event === 'end_requested' ? {} : { entitlement: ABOUT };
  return { event, at: at(minute), ...about };
}

/** Every version of an entry that random steps lead to; those that are impossible are left out. */
const lives = fc.array(fc.constantFrom(...STEPS), { maxLength: 8 }).map((steps) => {
  const versions: Entry[] = [entry([{ event: 'landed', at: NOON }])];
  steps.forEach((step, minute) => {
    try {
      versions.push(applyEvent(versions.at(-1)!, eventOf(step, minute)));
    } catch {
      // Not possible there.
    }
  });
  return versions;
});

describe('the life of an entry', () => {
  it('has nothing to find when every step went through the transition table', () => {
    fc.assert(
      fc.property(lives, (versions) => {
        versions.slice(1).forEach((after, index) => {
          expect(checkChange(versions[index]!, after, {})).toEqual([]);
          // Before its first step the state is not there to be compared.
          if (after.events.some(({ entitlement }) => entitlement !== undefined))
            expect(checkLife(after, {})).toEqual([]);
        });
      }),
    );
  });

  it('has something to find when any one of its events is left out, doubled or put elsewhere later on', () => {
    const edits = (events: readonly GrantEvent[], index: number) => [
      events.toSpliced(index, 1),
      events.toSpliced(index, 0, events[index]!),
      events.toSpliced(index, 1).toSpliced(index === 0 ? 1 : 0, 0, events[index]!),
    ];
    fc.assert(
      fc.property(lives, fc.nat(7), (versions, at) => {
        const [before, after] = versions.slice(-2);
        if (before === undefined || after === undefined || before.events.length === 0) return;
        const index = at % before.events.length;
        for (const events of edits(after.events, index)) {
          if (JSON.stringify(events) === JSON.stringify(after.events)) continue;
          if (JSON.stringify(events.slice(0, before.events.length)) === JSON.stringify(before.events))
            continue;
          expect(checkChange(before, { ...after, events }, {}).map(({ code }) => code)).toContain(
            'events_changed',
          );
        }
      }),
    );
  });
});

describe('the end of a grant', () => {
  const grantedUntil = (
    when: GrantEvent['at'],
    more: Partial<GrantEvent> = {},
    between: readonly GrantEvent[] = [],
  ) =>
    entry([
      { event: 'landed', at: NOON },
      eventOf('intended', 0),
      eventOf('granted', 1),
      ...between,
      { ...eventOf('ended', 0), at: when, reason: 'expired', ...more },
    ]);
  const end = at(120);
  const codes = (one: Entry) => checkTimes(one, {}).map(({ code }) => code);

  it.each<[string, Entry, readonly string[]]>([
    ['on the second', grantedUntil(end), []],
    ['as late as may be', grantedUntil(addSeconds(end, PROMPT_SECONDS)), []],
    ['a second later than that', grantedUntil(addSeconds(end, PROMPT_SECONDS + 1)), ['ended_late']],
    [
      'late, with the fault that was in the way',
      grantedUntil(at(300), {}, [{ ...eventOf('ending', 120), code: 'away' }]),
      [],
    ],
    [
      'late, with a step that says nothing',
      grantedUntil(at(300), {}, [eventOf('ending', 120)]),
      ['ended_late'],
    ],
    ['a second early', grantedUntil(addSeconds(end, -1)), ['ended_early']],
    [
      'early, as asked',
      grantedUntil(at(30), { reason: 'revoked' }, [
        { event: 'end_requested', at: at(29), reason: 'revoked' },
      ]),
      [],
    ],
    [
      'early, for another reason than was asked',
      grantedUntil(at(30), { reason: 'reverted' }, [
        { event: 'end_requested', at: at(29), reason: 'revoked' },
      ]),
      ['ended_early'],
    ],
    [
      'early, because its holder may not have it any more',
      grantedUntil(at(30), { reason: 'ineligible' }, [
        { event: 'end_requested', at: at(29), reason: 'ineligible' },
      ]),
      [],
    ],
    ['early by policy, and nothing asked', grantedUntil(at(30), { reason: 'ineligible' }), ['ended_early']],
  ])('comes %s', (_name, one, expected) => {
    expect(codes(one)).toEqual(expected);
  });

  it('has come when the ledger goes on well after it', () => {
    const alive = entry([{ event: 'landed', at: NOON }, eventOf('intended', 0), eventOf('granted', 1)]);
    const living = {
      ...alive,
      holdings: alive.holdings.map((held) => ({ ...held, state: 'active' as const })),
    };
    expect(isLiveEntry(living)).toBe(true);
    const codesAt = (when: GrantEvent['at']) => checkStillLive(living, when, {}).map(({ code }) => code);
    expect(codesAt(end)).toEqual([]);
    expect(codesAt(addSeconds(end, PROMPT_SECONDS))).toEqual([]);
    expect(codesAt(addSeconds(end, PROMPT_SECONDS + 1))).toEqual(['not_ended']);
    const { window: _, ...endless } = living;
    expect(checkStillLive(endless, end, {}).map(({ code }) => code)).toEqual(['not_ended']);
  });
});
