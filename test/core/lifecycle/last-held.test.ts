import { describe, expect, it } from 'vitest';
import type { Entry, GrantEvent } from '../../../src/core/grant.js';
import { heldBy, lastHeldOf } from '../../../src/core/lifecycle/last-held.js';
import type { RequestId } from '../../../src/core/request.js';
import { account, at, entry, LIFE } from '../../app/entries.js';

const ID = 'orders-db-readonly';
const ALICE = account('alice', 1001);
const told = (entries: readonly Entry[], subject = ALICE, entitlements: readonly string[] = [ID]) =>
  lastHeldOf(
    entries.flatMap((one) => heldBy(one) ?? []),
    { subject, entitlements },
  );
const over = (until: number) => [{ entitlement: ID, until: at(until), isOver: true }];

describe('when somebody had it last', () => {
  const early: readonly GrantEvent[] = [...LIFE.slice(0, 3), { ...LIFE[3]!, at: at(30) }];

  it.each<readonly [string, readonly Entry[], ReturnType<typeof told>]>([
    ['nothing is known', [], []],
    ['it is over', [entry(LIFE)], over(121)],
    ['twice, in any order', [entry(LIFE), entry(early)], over(121)],
    ['twice, the other way round', [entry(early), entry(LIFE)], over(121)],
    ['it lives', [entry(LIFE.slice(0, 3))], [{ entitlement: ID, until: at(120), isOver: false }]],
    ['it is not granted yet', [entry(LIFE.slice(0, 2))], []],
    ['it was only decided on', [entry(LIFE.slice(0, 1))], []],
    ['it was somebody else’s', [entry(LIFE, { subject: account('bob', 1002) })], []],
    ['it was nobody’s any more', [entry(LIFE, { subject: null })], []],
    ['under another name', [entry(LIFE, { subject: account('alice-old', 1001) })], over(121)],
    ['by somebody else of that name', [entry(LIFE, { subject: account('alice', 9) })], []],
  ])('%s', (_, entries, expected) => {
    expect(told(entries)).toEqual(expected);
  });

  it('is told for what is asked for, each by itself', () => {
    const other = entry(LIFE, { id: '2026/11/other' as RequestId });
    expect(told([other], ALICE, ['constructor'])).toEqual([]);
    expect(told([other], ALICE, ['constructor', ID])).toEqual(over(121));
  });
});
