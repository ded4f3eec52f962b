import { expect, it } from 'vitest';
import { passText } from '../../src/views/pass-text.js';
import { ID, instant } from './decisions.js';

const IDLE = { recorded: [], drift: [], faults: [], quarantined: [], more: false, wakeAt: undefined };

it('says what a pass did, what is in the way and what comes next', () => {
  const at = instant('2026-11-22T14:00:00Z');
  const about = { entitlement: 'orders-db-readonly' };
  expect(
    passText({
      recorded: [
        { entry: { id: ID }, event: { event: 'landed', at } },
        { entry: { id: ID }, event: { event: 'ended', at, ...about, reason: 'expired' } },
        {
          entry: { id: ID },
          event: { event: 'ending', at, ...about, reason: 'expired', code: 'still_held' },
        },
      ],
      drift: [{ kind: 'orphaned', holding: { target: 'orders-db', subject: 'eve\u001b', grant: {} } }],
      faults: [{ stage: 'landings', code: 'github_away' }],
      quarantined: ['2026/11/poison'],
      more: false,
      wakeAt: at,
    }).split('\n'),
  ).toEqual([
    'landed: 2026/11/alice-orders-db',
    'ended: orders-db-readonly of 2026/11/alice-orders-db (expired)',
    'ending: orders-db-readonly of 2026/11/alice-orders-db (expired, still_held)',
    'drift: orphaned, eve\\u{1b} on orders-db',
    'cannot be read, and counts as expired: 2026/11/poison',
    'not done: landings (github_away)',
    'The next start or end is at 2026-11-22 14:00:00 UTC.',
  ]);
  expect(passText(IDLE)).toBe('Nothing to do.\nNothing is ahead.');
  expect(passText({ ...IDLE, more: true })).toContain('run another pass');
});
