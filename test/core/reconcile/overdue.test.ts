import { describe, expect, it } from 'vitest';
import type { Entry, GrantEvent, HoldingState } from '../../../src/core/grant.js';
import { dueOf, overdueOf } from '../../../src/core/reconcile/overdue.js';
import type { RequestId } from '../../../src/core/request.js';
import { at, entry } from '../../app/entries.js';

const STATES: readonly HoldingState[] = ['scheduled', 'intended', 'active', 'ending', 'ended', 'void'];

/** Its window is from minute 0 to minute 120. */
function grant(state: HoldingState, changes: Partial<Entry> = {}): Entry {
  const blank = entry([], changes);
  return { ...blank, holdings: blank.holdings.map((held) => ({ ...held, state })), ...changes };
}

const asked = (minutes: number): GrantEvent => ({
  event: 'end_requested',
  at: at(minutes),
  reason: 'revoked',
});

describe('what is overdue', () => {
  it.each(STATES)('a holding that is %s, past its end', (state) => {
    const mayBeThere = ['intended', 'active', 'ending'].includes(state);
    expect(overdueOf([grant(state)], at(130)).map(({ seconds, since }) => [seconds, since])).toEqual(
      mayBeThere ? [[600, at(120)]] : [],
    );
  });

  it('nothing before the end, and from the very second of it on', () => {
    expect(overdueOf([grant('active')], at(119))).toEqual([]);
    expect(overdueOf([grant('active')], at(120))).toMatchObject([{ seconds: 0 }]);
  });

  it('from when somebody asked for the end, if that was earlier', () => {
    expect(overdueOf([grant('active', { events: [asked(30)] })], at(40))).toMatchObject([
      { since: at(30), seconds: 600 },
    ]);
    expect(overdueOf([grant('active', { events: [asked(125)] })], at(130))).toMatchObject([
      { since: at(120) },
    ]);
  });

  it('not what the subject had before us and keeps', () => {
    const kept = grant('active');
    const holdings = kept.holdings.map((held) => ({ ...held, preexisting: true }));
    expect(overdueOf([{ ...kept, holdings }], at(130))).toEqual([]);
  });

  it('a grant of which nobody knows when it ends', () => {
    const { window: _, ...endless } = grant('active');
    expect(overdueOf([endless], at(10))).toMatchObject([{ since: at(0) }]);
  });

  it('the oldest first', () => {
    const late = grant('active', { id: '2026/11/late' as RequestId, events: [asked(60)] });
    expect(overdueOf([grant('active'), late], at(130)).map((one) => one.entry.id)).toEqual([
      '2026/11/late',
      '2026/11/alice-orders-db',
    ]);
  });
});

describe('when an end was due', () => {
  it.each<[NonNullable<GrantEvent['reason']>, readonly GrantEvent[], number]>([
    ['expired', [], 120],
    ['expired', [asked(30)], 120],
    ['revoked', [asked(30)], 30],
    ['revoked', [asked(30), asked(40)], 30],
    ['superseded', [], 50],
  ])('%s', (reason, events, minute) => {
    const event: GrantEvent = { event: 'ended', at: at(50), reason };
    expect(dueOf(grant('ended', { events }), event)).toBe(at(minute));
  });
});
