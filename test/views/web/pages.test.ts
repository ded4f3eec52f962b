import { describe, expect, it } from 'vitest';
import type { Entry, GrantEvent } from '../../../src/core/grant.js';
import { grantPage } from '../../../src/views/web/grant-page.js';
import { type NowModel, nowPage } from '../../../src/views/web/now-page.js';
import type { Problem } from '../../../src/views/web/problem.js';
import { relative, shortUtc } from '../../../src/views/web/time.js';
import { account, at, entry, LIFE, NOON } from '../../app/entries.js';
import { SITE } from './every-page.js';

const ABOUT = { entitlement: 'orders-db-readonly' };
const live = entry(LIFE.slice(0, 3));
const NOTHING: NowModel = {
  now: at(60),
  problems: [],
  pending: [],
  held: [],
  scheduled: [],
  ledgerAsOf: at(60),
  passAt: at(60),
};

/** What stands there, without elements and with one space where there are several. */
function words(markup: string): string {
  const text = markup.replace(/<[^>]*>/g, ' ').replaceAll('&gt;', '>');
  return text.replace(/\s+/g, ' ').trim();
}
const now = (changes: Partial<NowModel>): string =>
  words(nowPage({ ...NOTHING, ...changes }, SITE).main.markup);

describe('the first page', () => {
  const overdue: Problem = {
    kind: 'overdue',
    entry: live,
    entitlements: ['orders-db-readonly'],
    since: at(50),
    seconds: 600,
    hindrances: [{ ...ABOUT, code: 'unreachable', unblock: 'Start it.', attempts: 3, nextAt: at(61) }],
  };
  const drift: Problem = { kind: 'drift', target: 'orders-db', count: 2 };
  const review: Problem = {
    kind: 'review',
    id: 'x',
    subject: 'alice',
    pullRequest: 7,
    due: at(90),
    isLate: false,
  };

  it.each<readonly [string, Partial<NowModel>, string]>([
    ['all is well', {}, 'All is well Nothing is past its end.'],
    ['a review is owed and not late', { problems: [review] }, 'All is well'],
    ['a review is late', { problems: [{ ...review, isLate: true }] }, 'Needs a look'],
    ['something drifted', { problems: [drift] }, 'Needs a look Nothing is past its end.'],
    [
      'an entry cannot be read',
      { problems: [{ kind: 'quarantined', id: 'x', problem: 'y' }] },
      'Entries cannot be read',
    ],
    ['nobody has looked yet', { passAt: null }, 'May be out of date No pass has ended'],
    [
      'something is overdue',
      { problems: [overdue, drift] },
      '1 grant is past its end The longest for 10 min.',
    ],
    [
      'it is so although nobody has looked yet',
      { problems: [overdue], passAt: null },
      '1 grant is past its end',
    ],
  ])('begins with what an on-call engineer has to know: %s', (_name, changes, begins) => {
    expect(now(changes).slice(0, begins.length)).toBe(begins);
  });

  it('says of what is overdue since when, what is in the way, and who has to do what', () => {
    expect(now({ problems: [overdue] })).toContain(
      'overdue by 10 min alice may still have orders-db-readonly . It should have ended 12:50 UTC 10 min ago . 2026/11/alice-orders-db orders-db-readonly : tried 3 times, unreachable ; again 13:01 UTC in 1 min . Start it.',
    );
  });

  it('says in the title of the window that something is wrong', () => {
    expect(nowPage({ ...NOTHING, problems: [overdue] }, SITE).title).toBe('(1!) Now');
  });

  it('shows who holds what and for how long', () => {
    expect(now({ held: [live] })).toContain(
      'alice orders-db-readonly on orders-db 1 h 14:00 UTC held 2026/11/alice-orders-db',
    );
  });

  it('counts what does not fit', () => {
    expect(now({ held: Array.from({ length: 230 }, () => live) })).toContain('And 30 more.');
  });
});

describe('the page of a grant', () => {
  const page = (one: Entry, minutes: number): string =>
    words(
      grantPage({ id: one.id, entry: one, request: null, hindrances: [], extendedBy: [] }, SITE, at(minutes))
        .main.markup,
    );
  const asked: GrantEvent = {
    event: 'end_requested',
    at: at(30),
    by: account('bob', 1002),
    reason: 'revoked',
  };
  const { window: _, ...refused } = entry([{ event: 'refused', at: NOON }], { holdings: [] });

  it.each<readonly [string, Entry, number, string]>([
    ['lives', live, 60, '1 h left alice holds it.'],
    ['is past its end', live, 121, 'Overdue by 1 min'],
    ['has to end', entry([...LIFE.slice(0, 3), asked]), 31, 'Has to end now'],
    [
      'begins later',
      entry(LIFE.slice(0, 1).concat({ event: 'scheduled', at: NOON, ...ABOUT })),
      -30,
      'Starts in 30 min',
    ],
    ['is over', entry(LIFE), 181, 'Over It ended 1 h ago (expired).'],
    ['was refused', refused, 60, 'Refused It landed without what policy asks for'],
  ])('begins with how it stands: it %s', (_name, one, minutes, begins) => {
    expect(page(one, minutes).slice(0, begins.length)).toBe(begins);
  });

  it('tells its whole life in order, and how late it ended', () => {
    const told = page(entry(LIFE), 180);
    const story = [
      'alice asked in #7 11:50:00 UTC',
      'bob approved ( review ) 11:58:00 UTC',
      'Landed on the default branch, was decided once more, and approved',
      'Recorded that it is about to be granted',
      'Granted, and read back',
      'Taken away, and read back as gone: orders-db-readonly (expired) 1 min late 14:01:00 UTC',
    ];
    const places = story.map((line) => told.indexOf(line));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
  });

  it('leads to the commits and the pull request', () => {
    const { main } = grantPage(
      { id: live.id, entry: live, request: null, hindrances: [], extendedBy: [] },
      SITE,
      at(60),
    );
    for (const path of [
      '/pull/7',
      '/pull/7#pullrequestreview-11',
      `/commit/${'2'.repeat(40)}`,
      '/blob/access-ledger/grants/2026/11/alice-orders-db.yaml',
      '/commits/access-ledger/grants/2026/11/alice-orders-db.yaml',
    ])
      expect(main.markup).toContain(`href="https://github.com/acme/access${path}"`);
  });
});

describe('times', () => {
  it.each([
    [0, 'just now'],
    [30, 'in 30 s'],
    [-59, '59 s ago'],
    [90, 'in 1 min'],
    [3_660, 'in 1 h 1 min'],
    [-90_000, '1 d 1 h ago'],
    [5 * 86_400 + 7_000, 'in 5 d'],
  ])('%i s away are %s', (seconds, text) => {
    expect(relative(at(seconds / 60), NOON)).toBe(text);
  });

  it('have a date when it is not today', () => {
    expect(shortUtc(at(10), NOON)).toBe('12:10 UTC');
    expect(shortUtc(at(-1_000), NOON)).toBe('2026-11-21 19:20 UTC');
  });
});
