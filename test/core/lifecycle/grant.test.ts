import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventName, GrantEvent, HoldingState } from '../../../src/core/grant.js';
import { GRANT_WIDE_EVENTS, nextState, replay, TRANSITIONS } from '../../../src/core/lifecycle/grant.js';
import { instantOf } from '../../../src/core/time.js';

const states = Object.keys(TRANSITIONS) as (HoldingState | 'none')[];
const events: EventName[] = [
  'landed',
  'refused',
  'scheduled',
  'intended',
  'granted',
  'faulted',
  'end_requested',
  'ending',
  'ended',
  'voided',
  'review_due',
  'reviewed',
];

/** The whole table once more, written by hand: every pair that is not here is forbidden. */
const allowed: Readonly<Record<string, HoldingState>> = {
  'none scheduled': 'scheduled',
  'none intended': 'intended',
  'none voided': 'void',
  'scheduled intended': 'intended',
  'scheduled voided': 'void',
  'intended intended': 'intended',
  'intended granted': 'active',
  'intended faulted': 'intended',
  'intended ending': 'ending',
  'intended ended': 'ended',
  'active granted': 'active',
  'active faulted': 'active',
  'active ending': 'ending',
  'active ended': 'ended',
  'ending faulted': 'ending',
  'ending ended': 'ended',
};

const at = instantOf(1_790_000_000);
const event = (name: EventName): GrantEvent => ({ event: name, at, entitlement: 'db' });

describe('the life of a holding', () => {
  it.each(states.flatMap((state) => events.map((name) => [state, name] as const)))(
    '%s, then %s',
    (state, name) => {
      expect(nextState(state, name)).toBe(allowed[`${state} ${name}`]);
    },
  );

  it('never leaves an end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 12 }), (names) => {
        const replayed = replay(names.filter((name) => !GRANT_WIDE_EVENTS.has(name)).map(event));
        if ('impossible' in replayed) return;
        const last = names.findLastIndex((name) => name === 'ended' || name === 'voided');
        if (last === -1) return;
        expect(names.slice(last + 1).filter((name) => !GRANT_WIDE_EVENTS.has(name))).toEqual([]);
      }),
    );
  });

  it('cannot be voided once the target may hold it', () => {
    expect(replay([event('intended'), event('voided')])).toHaveProperty('impossible');
  });

  it('names the event that is not possible', () => {
    const revived = event('granted');
    expect(replay([event('intended'), event('ended'), revived])).toEqual({ impossible: revived });
  });

  it('takes no event without an entitlement for one that moves a holding', () => {
    expect(replay([{ event: 'ended', at }])).toHaveProperty('impossible');
  });
});
