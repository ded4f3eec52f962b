import { describe, expect, it } from 'vitest';
import { createHistory } from '../../../src/app/seeing/history.js';
import { numbersOf } from '../../../src/app/seeing/numbers.js';
import { searchHistory } from '../../../src/app/seeing/search-history.js';
import type { Entry } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import type { HistorySearch } from '../../../src/views/web/history-page.js';
import { account, at, entry, LIFE, NOON } from '../entries.js';
import { createPast, endedGrant } from './past.js';

const clock = { now: () => NOON };
const ALL = { wants: () => true, most: 50 };
const SEARCH: HistorySearch = { who: '', entitlement: '', target: '', state: '', from: '', to: '' };

function world(...entries: readonly Entry[]) {
  const past = createPast();
  past.put(...entries);
  let breaths = 0;
  const breathe = async () => {
    breaths += 1;
  };
  return { past, history: createHistory({ past, clock, breathe }), breaths: () => breaths };
}

const idsOf = ({ rows }: { rows: readonly { readonly id: string }[] }): readonly string[] =>
  rows.map(({ id }) => id.split('/').at(-1) ?? '');

describe('looking back', () => {
  it('tells the latest first, over months', async () => {
    const { history } = world(
      endedGrant('b', 1),
      endedGrant('d', 70),
      endedGrant('c', 40),
      endedGrant('a', 0),
    );
    expect(idsOf(await history.ask(ALL))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('has nothing to tell of an empty ledger', async () => {
    expect(await world().history.ask(ALL)).toEqual({ rows: [], more: false, lookedBackTo: null, unread: [] });
  });

  it('reads no further than the page', async () => {
    const { past, history } = world(endedGrant('a', 0), endedGrant('b', 1), endedGrant('c', 200));
    const answer = await history.ask({ ...ALL, most: 1 });
    expect(idsOf(answer)).toEqual(['a']);
    expect(answer.more).toBe(true);
    expect(past.read).not.toContain('2026/05/c');
  });

  it('reads nothing twice, until it changes', async () => {
    const { past, history } = world(endedGrant('a', 0));
    await history.ask(ALL);
    await history.ask(ALL);
    expect(past.read).toHaveLength(1);
    past.put(endedGrant('a', 0, 60));
    const { rows } = await history.ask(ALL);
    expect(rows[0]?.holdings[0]?.lateSeconds).toBe(60);
    expect(past.read).toHaveLength(2);
  });

  it('reads at most so much for one answer, says so, and gets further when asked again (T135)', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => endedGrant(`n${index}`, 0));
    const { past, history } = world(...many, endedGrant('old', 40));
    const first = await history.ask({ ...ALL, wants: ({ id }) => id.endsWith('old') });
    expect(first).toMatchObject({ rows: [], lookedBackTo: '2026/11' });
    expect(past.read).toHaveLength(600);
    await history.ask({ ...ALL, wants: () => false });
    const third = await history.ask({ ...ALL, wants: ({ id }) => id.endsWith('old') });
    expect(third.lookedBackTo).toBeNull();
    expect(idsOf(third)).toEqual(['old']);
    expect(past.read).toHaveLength(1_501);
  });

  it('lets ends have their turn between what it reads, and needs none for what it knows', async () => {
    const { history, breaths } = world(
      ...Array.from({ length: 100 }, (_, index) => endedGrant(`n${index}`, 0)),
    );
    await history.ask(ALL);
    expect(breaths()).toBe(7);
    await history.ask(ALL);
    expect(breaths()).toBe(7);
  });

  it('names entries that cannot be read, and tells the others', async () => {
    const { past, history } = world(endedGrant('a', 0));
    past.breakEntry('2026/11/bad');
    const answer = await history.ask(ALL);
    expect(idsOf(answer)).toEqual(['a']);
    expect(answer.unread).toEqual(['2026/11/bad']);
  });

  it('answers one question after the other, and so many wait and no more', async () => {
    const { history } = world(endedGrant('a', 0));
    const asked = Array.from({ length: 20 }, () =>
      history.ask(ALL).then(
        () => 'told',
        ({ code }) => code,
      ),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter((one) => one === 'told')).toHaveLength(16);
    expect(answers.filter((one) => one === 'history_busy')).toHaveLength(4);
    expect(idsOf(await history.ask(ALL))).toEqual(['a']);
  });

  it('goes on after an answer that failed', async () => {
    const { past, history } = world(endedGrant('a', 0));
    const { months } = past;
    past.months = async () => {
      throw new Error('disk');
    };
    await expect(history.ask(ALL)).rejects.toThrow('disk');
    past.months = months;
    expect(idsOf(await history.ask(ALL))).toEqual(['a']);
  });
});

describe('the search', () => {
  const bob = account('bob', 1002);
  const { window: _, ...refused } = entry([{ event: 'refused', at: at(-60) }], {
    id: '2026/11/refused' as RequestId,
    holdings: [],
  });
  const entries = [
    endedGrant('plain', 3),
    endedGrant('late', 2, 301),
    endedGrant('bobs', 1, 0, {
      subject: bob,
      requester: bob,
      decision: { ...entry([]).decision, approvals: [] },
    }),
    entry(LIFE.slice(0, 3), { id: '2026/11/live' as RequestId }),
    { ...refused, landing: { ...refused.landing, mergedAt: at(-60) } },
  ];
  const { history } = world(...entries);
  const found = async (search: Partial<HistorySearch>, page = '') =>
    idsOf((await searchHistory({ history }, { ...SEARCH, ...search }, page)).answer);

  it.each<readonly [Partial<HistorySearch>, readonly string[]]>([
    [{}, ['live', 'refused', 'bobs', 'late', 'plain']],
    [{ who: 'ALICE' }, ['live', 'refused', 'late', 'plain']],
    [{ who: 'bob' }, ['live', 'refused', 'bobs', 'late', 'plain']],
    [{ who: 'ali' }, []],
    [{ entitlement: 'orders-db-readonly' }, ['live', 'refused', 'bobs', 'late', 'plain']],
    [{ entitlement: 'orders-db' }, []],
    [{ target: 'orders-db' }, ['live', 'bobs', 'late', 'plain']],
    [{ state: 'held' }, ['live']],
    [{ state: 'ended' }, ['bobs', 'late', 'plain']],
    [{ state: 'late' }, ['late']],
    [{ state: 'refused' }, ['refused']],
    [{ state: 'break_glass' }, []],
    [{ from: '2026-11-20', to: '2026-11-21' }, ['bobs', 'late']],
    [{ to: '2026-11-19' }, ['plain']],
    [{ from: '2027-01-01' }, []],
  ])('for %j', async (search, expected) => {
    expect(await found(search)).toEqual(expected);
  });

  it.each<Partial<HistorySearch>>([
    { from: 'yesterday' },
    { to: '2026-02-30' },
    { state: 'constructor' },
    { state: '__proto__' },
  ])('says that %j makes no sense, and finds nothing', async (search) => {
    const { mistakes, answer } = await searchHistory({ history }, { ...SEARCH, ...search }, '');
    expect(mistakes).toHaveLength(1);
    expect(answer.rows).toEqual([]);
  });

  it.each([
    ['', 1],
    ['2', 2],
    ['0', 1],
    ['-1', 1],
    ['1e9', 1],
    ['999', 400],
    ['abc', 1],
  ])('turns to page %j', async (page, number) => {
    expect((await searchHistory({ history }, SEARCH, page)).page).toBe(number);
  });

  it('has pages that neither leave out nor repeat', async () => {
    const many = world(...Array.from({ length: 120 }, (_, index) => endedGrant(`n${index}`, index / 24)));
    const pages = [];
    for (const page of ['1', '2', '3', '4']) pages.push((await searchHistory(many, SEARCH, page)).answer);
    expect(pages.map(({ rows, more }) => [rows.length, more])).toEqual([
      [50, true],
      [50, true],
      [20, false],
      [0, false],
    ]);
    expect(new Set(pages.flatMap(idsOf)).size).toBe(120);
  });
});

it('numbers are those of the period', async () => {
  const { history } = world(endedGrant('a', 1), endedGrant('b', 2, 400), endedGrant('old', 31));
  const numbers = await numbersOf({ history }, { days: 30, now: NOON });
  expect(numbers).toMatchObject({ grants: 2, refused: 0, endedLate: 1, mostLateSeconds: 400 });
  expect(numbers.overTime).toHaveLength(31);
  expect(numbers.overTime.reduce((sum, { count }) => sum + count, 0)).toBe(2);
});
