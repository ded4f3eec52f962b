import { describe, expect, it } from 'vitest';
import {
  type GrantList,
  type ListQuestion,
  listGrants as listedOrFuture,
} from '../../../src/app/auditing/list-grants.js';
import type { Entry } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import type { Instant } from '../../../src/core/time.js';
import type { LedgerEntries } from '../../../src/ports/ledger-entries.js';
import { at, entry, LIFE, NOON } from '../entries.js';

const LATER = '2026/11/bob-later' as RequestId;
const REFUSED = '2026/11/eve-refused' as RequestId;
const ABOUT = { entitlement: 'orders-db-readonly' };

const OVER = entry(LIFE);
const SCHEDULED = entry(
  [
    { event: 'landed', at: at(5) },
    { event: 'scheduled', at: at(5), ...ABOUT },
  ],
  { id: LATER, window: { startsAt: at(300), expiresAt: at(420) } },
);
const NOT_GRANTED = entry([{ event: 'refused', at: at(10) }], { id: REFUSED, holdings: [], subject: null });

class Asked implements Pick<LedgerEntries, 'entries'> {
  readonly asked: string[] = [];
  readonly answer: Awaited<ReturnType<LedgerEntries['entries']>>;

  constructor(entries: readonly Entry[], problems: readonly { path: string; problem: string }[] = []) {
    this.answer = [...entries.map((one) => ({ entry: one })), ...problems];
  }

  entries(which: 'live' | 'all') {
    this.asked.push(which);
    return Promise.resolve(this.answer);
  }
}

async function listGrants(...given: Parameters<typeof listedOrFuture>): Promise<GrantList> {
  const list = await listedOrFuture(...given);
  if (list === 'future') throw new Error('nobody asked about the future');
  return list;
}

async function ids(question: ListQuestion, entries: readonly Entry[] = [OVER, SCHEDULED, NOT_GRANTED]) {
  const { rows } = await listGrants(
    { ledger: new Asked(entries), clock: { now: () => at(9_999) } },
    question,
  );
  return rows.map(({ id, state }) => `${id.slice(8)} ${state}`);
}

describe('who holds what', () => {
  it.each<readonly [string, ListQuestion, Instant, readonly string[]]>([
    ['before anything landed', { state: 'all' }, at(-1), []],
    ['the moment it landed: the target may have it', { state: 'active' }, NOON, ['alice-orders-db intended']],
    ['while it lives', { state: 'active' }, at(60), ['alice-orders-db active']],
    ['past its end and not ended yet', { state: 'active' }, at(120), ['alice-orders-db active']],
    ['once it has ended', { state: 'active' }, at(121), []],
    ['ended', { state: 'ended' }, at(121), ['alice-orders-db ended']],
    ['not ended yet', { state: 'ended' }, at(120), []],
    ['scheduled', { state: 'scheduled' }, at(60), ['bob-later scheduled']],
    ['refused', { state: 'refused' }, at(60), ['eve-refused refused']],
    [
      'all, in the order of their ends',
      { state: 'all' },
      at(60),
      ['alice-orders-db active', 'bob-later scheduled', 'eve-refused refused'],
    ],
  ])('%s', async (_name, question, instant, expected) => {
    expect(await ids({ ...question, at: instant })).toEqual(expected);
  });

  it('what should have ended and has not, among what may be held and by itself', async () => {
    const stuck = {
      event: 'ending',
      at: at(120),
      entitlement: 'orders-db-readonly',
      code: 'timeout',
    } as const;
    const entries = [entry([...LIFE.slice(0, 3), { ...stuck, reason: 'expired' }]), SCHEDULED];
    for (const state of ['ending', 'active'] as const)
      expect(await ids({ state, at: at(121) }, entries)).toEqual(['alice-orders-db ending']);
    expect(await ids({ state: 'ending', at: at(119) }, entries)).toEqual([]);
  });

  it.each<readonly [string, ListQuestion['only'], readonly string[]]>([
    [
      'a person, in any case',
      { subject: 'ALICE' },
      ['alice-orders-db ended', 'bob-later scheduled', 'eve-refused refused'],
    ],
    [
      'a person on a target',
      { subject: 'alice', target: 'orders-db' },
      ['alice-orders-db ended', 'bob-later scheduled'],
    ],
    ['nobody', { subject: '' }, []],
    [
      'an entitlement',
      { entitlement: 'orders-db-readonly' },
      ['alice-orders-db ended', 'bob-later scheduled', 'eve-refused refused'],
    ],
    ['another entitlement', { entitlement: 'orders-db' }, []],
    [
      'a target, on which what was refused is not',
      { target: 'orders-db' },
      ['alice-orders-db ended', 'bob-later scheduled'],
    ],
    ['all of them', { subject: 'alice', entitlement: 'orders-db-readonly', target: 'other' }, []],
  ])('narrowed to %s', async (_name, only, expected) => {
    expect(await ids({ state: 'all', at: at(130), only: only ?? {} })).toEqual(expected);
  });

  it.each<readonly [string, Instant, number | null]>([
    ['before its end', at(119), null],
    ['at its end', at(120), 0],
    ['past its end, and still there', at(120.5), 30],
    ['ended late', at(500), 60],
  ])('says how late it is: %s', async (_name, instant, late) => {
    const ledger = new Asked([OVER]);
    const { rows } = await listGrants(
      { ledger, clock: { now: () => at(9_999) } },
      { state: 'all', at: instant },
    );
    expect(rows.map((row) => row.late_seconds)).toEqual([late]);
  });

  it('takes the ledger as it is for now, whatever this clock says', async () => {
    const clock = { now: () => at(-9_999) };
    const { rows } = await listGrants({ ledger: new Asked([OVER, SCHEDULED]), clock }, { state: 'all' });
    expect(rows.map(({ state }) => state)).toEqual(['ended', 'scheduled']);
  });

  it('counts from the newest event where the clock is behind it', async () => {
    const list = await listGrants(
      { ledger: new Asked([OVER, SCHEDULED]), clock: { now: () => at(1) } },
      { state: 'all' },
    );
    expect(list).toMatchObject({ at: at(121), secondsBehind: 120 * 60 });
  });

  it.each<readonly [string, Instant, Instant, boolean]>([
    ['later than clock and ledger', at(130), at(131), true],
    ['later than the clock, and the ledger has come so far', at(1), at(121), false],
    ['later than both clocks', at(1), at(122), true],
    ['now', at(130), at(130), false],
  ])('is of the past alone: %s', async (_name, now, asked, isRefused) => {
    const deps = { ledger: new Asked([OVER, SCHEDULED]), clock: { now: () => now } };
    const list = await listedOrFuture(deps, { state: 'active', at: asked });
    expect(list === 'future').toBe(isRefused);
  });

  it('reads only what lives when that is all it needs', async () => {
    const ledger = new Asked([]);
    const clock = { now: () => NOON };
    await listGrants({ ledger, clock }, { state: 'active' });
    await listGrants({ ledger, clock }, { state: 'scheduled', at: NOON });
    await listGrants({ ledger, clock }, { state: 'active', at: at(-1) });
    await listGrants({ ledger, clock }, { state: 'all' });
    await listGrants({ ledger, clock }, { state: 'ended' });
    expect(ledger.asked).toEqual(['live', 'live', 'all', 'all', 'all']);
  });

  it('keeps what it could not read', async () => {
    const problem = { path: 'grants/2026/11/x.yaml', problem: 'it is no YAML' };
    const list = await listGrants(
      { ledger: new Asked([OVER], [problem]), clock: { now: () => NOON } },
      { state: 'all' },
    );
    expect(list.problems).toEqual([problem]);
    expect(list.rows).toHaveLength(1);
  });

  it('gives every row the same shape', async () => {
    const ledger = new Asked([OVER, NOT_GRANTED]);
    const { rows } = await listGrants({ ledger, clock: { now: () => at(121) } }, { state: 'all' });
    expect(rows).toEqual([
      {
        id: '2026/11/alice-orders-db',
        subject: 'alice',
        requester: 'alice',
        entitlement: 'orders-db-readonly',
        target: 'orders-db',
        state: 'ended',
        starts_at: NOON,
        expires_at: at(120),
        ended_at: at(121),
        reason: 'expired',
        justification: 'INC-1: look',
        ticket: null,
        late_seconds: 60,
        rules: ['production-data'],
        approvals: [{ login: 'bob', id: 1002, review: 11, at: at(-2), rule: 'production-data', group: 0 }],
        approved_by: ['bob'],
        break_glass: false,
        preexisting: false,
        pull_request: 7,
      },
      {
        id: REFUSED,
        subject: 'alice',
        requester: 'alice',
        entitlement: 'orders-db-readonly',
        target: null,
        state: 'refused',
        starts_at: null,
        expires_at: null,
        ended_at: null,
        reason: null,
        justification: 'INC-1: look',
        ticket: null,
        late_seconds: null,
        rules: ['production-data'],
        approvals: [{ login: 'bob', id: 1002, review: 11, at: at(-2), rule: 'production-data', group: 0 }],
        approved_by: ['bob'],
        break_glass: false,
        preexisting: false,
        pull_request: 7,
      },
    ]);
  });

  it('lists a refused landing that nobody can read', async () => {
    const broken = { ...NOT_GRANTED, request: { ...NOT_GRANTED.request, content: '\u0000' } };
    const { rows } = await listGrants(
      { ledger: new Asked([broken]), clock: { now: () => NOON } },
      { state: 'all', at: at(10) },
    );
    expect(rows).toMatchObject([{ subject: null, entitlement: null, state: 'refused' }]);
  });
});
