import { describe, expect, it } from 'vitest';
import { type AccessReviewRecord, listOf } from '../../../src/core/access-review/access-review.js';
import { adoptedHoldings } from '../../../src/core/access-review/adopted.js';
import { type AskingFacts, reviewsToAsk } from '../../../src/core/access-review/ask.js';
import { closedRecord, endingsOf, outcomeOf } from '../../../src/core/access-review/close.js';
import type { Catalog } from '../../../src/core/entitlement.js';
import type { Group, Login } from '../../../src/core/identity.js';
import type { DriftFinding } from '../../../src/core/reconcile/report.js';
import { addSeconds, type Duration, type Instant } from '../../../src/core/time.js';
import { renderReviewList } from '../../../src/documents/access-review.js';
import { entry, LIFE, NOON } from '../../app/entries.js';

const DAY = 86_400;
const day = (days: number): Instant => addSeconds(NOON, days * DAY);
const RULES = { every: '90d' as Duration, within: '14d' as Duration, longLived: '30d' as Duration };
const DBA: Group = { teams: ['dba'], users: [] };
const CATALOG: Catalog = {
  targets: new Map([['orders-db', { id: 'orders-db', kind: 'memory', abilities: {} as never, owners: DBA }]]),
  entitlements: new Map(),
};

function finding(subject: string, owners = [DBA]): DriftFinding {
  return {
    kind: 'unmanaged',
    target: 'orders-db',
    subject,
    login: null,
    entitlements: ['orders-db-readonly'],
    grant: { name: 'app_readonly' },
    id: null,
    since: null,
    next: 'adopt_or_remove',
    owners,
  };
}

const facts = (changes: Partial<AskingFacts> = {}): AskingFacts => ({
  now: NOON,
  rules: RULES,
  catalog: CATALOG,
  live: [],
  standing: [],
  records: [],
  ...changes,
});
const asked = (changes: Partial<AskingFacts>) => reviewsToAsk(facts(changes)).reviews;
const subjects = (reviews: readonly AccessReviewRecord[]) =>
  reviews.map(({ items }) => items.map(({ subject }) => subject));

/** What is recorded once everything asked is kept. */
function kept(asking: readonly AccessReviewRecord[], now: Instant): AccessReviewRecord[] {
  return asking.flatMap((one) => {
    const items = one.items.map((item) => ({ ...item, keep: true, justification: 'x' }));
    const answered = { ...one, stage: 'answered' as const, items };
    const endings = endingsOf({ asked: one, answered });
    const outcomes = endings.map((ending) => outcomeOf(ending, 'kept'));
    return [one, answered, closedRecord({ asked: one }, outcomes, { now, rules: RULES })];
  });
}

describe('a list', () => {
  it('is never too long to be read back with an answer on each line, whatever a target calls people', () => {
    const names = Array.from({ length: 150 }, (_, index) => `cn=${index},${'ou=änderung,'.repeat(30)}`);
    const reviews = asked({ standing: names.map((name) => finding(name)) });
    expect(subjects(reviews).flat()).toHaveLength(150);
    expect(new Set(reviews.map(({ id }) => id)).size).toBe(reviews.length);
    for (const review of reviews) {
      const list = listOf(review);
      const items = list.items.map((item) => ({
        ...item,
        justification: 'It is needed for the reports. '.repeat(5),
      }));
      expect(() => renderReviewList({ ...list, items }, review.id)).not.toThrow();
    }
  });
});

describe('standing privileges', () => {
  it('of one target and the same owners are asked together, others apart', () => {
    const friends = { teams: ['friends'], users: ['Erin' as Login] };
    const reviews = asked({ standing: [finding('a'), finding('b'), finding('c', [friends])] });
    expect(subjects(reviews)).toEqual([['a', 'b'], ['c']]);
    expect(reviews.map(({ id }) => id)).toEqual([
      '2026/11/22-adoption-orders-db-dba',
      '2026/11/22-adoption-orders-db-friends-erin',
    ]);
  });

  it('of several owners are asked of all together', () => {
    const [one] = asked({ standing: [finding('a', [{ teams: ['z'], users: [] }, DBA])] });
    expect(one?.owners).toEqual({ teams: ['dba', 'z'], users: [] });
  });

  it('without owners are asked of those policy names, or of nobody', () => {
    const standing = [finding('a', [])];
    expect(reviewsToAsk(facts({ standing }))).toMatchObject({ reviews: [], unowned: [{ subject: 'a' }] });
    const [one] = asked({ standing, rules: { ...RULES, owners: DBA } });
    expect(one?.owners).toEqual(DBA);
  });

  it('are not asked twice while a list is open', () => {
    const records = asked({ standing: [finding('a')] });
    expect(asked({ standing: [finding('a')], records })).toEqual([]);
    expect(subjects(asked({ standing: [finding('a'), finding('b')], records }))).toEqual([['b']]);
  });

  it('get ids that were never used', () => {
    const records = asked({ standing: [finding('a')] });
    const [again] = asked({ standing: [finding('b')], records });
    expect(again?.id).toBe('2026/11/22-adoption-orders-db-dba-2');
  });

  it('of hundreds are asked in lists of fifty', () => {
    const standing = Array.from({ length: 120 }, (_, index) => finding(`s${index}`));
    const reviews = asked({ standing });
    expect(reviews.map(({ items }) => items.length)).toEqual([50, 50, 20]);
    expect(new Set(reviews.map(({ id }) => id)).size).toBe(3);
  });

  it('that are adopted are asked again after the period, as adopted, and are adopted until that is answered', () => {
    const records = kept(asked({ standing: [finding('a')] }), day(14));
    expect(adoptedHoldings(records, day(15)).size).toBe(1);
    expect(asked({ records, now: day(14 + 89) })).toEqual([]);
    const [again] = asked({ records, now: day(14 + 90) });
    expect(again).toMatchObject({ kind: 'periodic', items: [{ subject: 'a', adopted: true }] });
    expect(adoptedHoldings(records, day(14 + 90 + 14)).size).toBe(1);
    expect(adoptedHoldings(records, day(14 + 90 + 29)).size).toBe(0);
  });

  it('that are not kept again are adopted no longer', () => {
    const records = kept(asked({ standing: [finding('a')] }), day(14));
    const [again] = asked({ records, now: day(104) });
    const outcomes = endingsOf({ asked: again! }).map((ending) => outcomeOf(ending, 'left', 'still_held'));
    const closed = closedRecord({ asked: again! }, outcomes, { now: day(118), rules: RULES });
    expect(adoptedHoldings([...records, again!, closed], day(119)).size).toBe(0);
  });
});

describe('grants', () => {
  const window = { startsAt: NOON, expiresAt: day(200) };
  const living = LIFE.slice(0, 3);
  const grant = (changes = {}) => ({ entry: entry(living, { window, ...changes }), since: NOON });

  it.each<readonly [string, Partial<AskingFacts>, number]>([
    ['held for less', { now: day(29), live: [grant()] }, 0],
    ['held for so long', { now: day(30), live: [grant()] }, 1],
    ['prolonged, and held for so long in all', { now: day(5), live: [{ ...grant(), since: day(-25) }] }, 1],
    [
      'ending before the answer is due',
      { now: day(30), live: [grant({ window: { startsAt: NOON, expiresAt: day(44) } })] },
      0,
    ],
    [
      'without a window',
      { now: day(30), live: [{ entry: entry(living, { window: undefined as never }), since: NOON }] },
      0,
    ],
  ])('%s', (_, changes, count) => {
    expect(asked(changes)).toHaveLength(count);
  });

  it('that are told to end are not asked about', () => {
    const events = [...living, { event: 'end_requested', at: day(1), reason: 'revoked' } as const];
    expect(asked({ now: day(30), live: [{ entry: entry(events, { window }), since: NOON }] })).toEqual([]);
  });

  it('that are kept are asked about again after the period', () => {
    const records = kept(asked({ now: day(30), live: [grant()] }), day(44));
    expect(asked({ now: day(44 + 89), live: [grant()], records })).toEqual([]);
    expect(asked({ now: day(44 + 90), live: [grant()], records })).toHaveLength(1);
  });

  it('are asked together with what its owners adopted and have to be asked about soon', () => {
    const records = kept(asked({ standing: [finding('a')] }), day(14));
    const [one] = asked({ now: day(80), live: [grant()], records });
    expect(one?.items).toHaveLength(2);
  });
});

describe('a deadline', () => {
  const standing = asked({ standing: [finding('a')] })[0]!;
  const adopted = { ...standing, items: standing.items.map((item) => ({ ...item, adopted: true })) };
  const held = asked({
    now: day(30),
    live: [
      { entry: entry(LIFE.slice(0, 3), { window: { startsAt: NOON, expiresAt: day(200) } }), since: NOON },
    ],
  })[0]!;
  const said = (one: AccessReviewRecord, answer: object): AccessReviewRecord => ({
    ...one,
    stage: 'answered',
    items: one.items.map((item) => ({ ...item, ...answer })),
  });

  it.each<readonly [string, AccessReviewRecord, object | undefined, string]>([
    ['keeps what an owner keeps', standing, { keep: true }, 'keep'],
    ['leaves in silence what was never adopted', standing, undefined, 'leave'],
    ['leaves it when a yes had no effect', standing, { keep: false, code: 'no_justification' }, 'leave'],
    ['removes it when an owner wrote no', standing, { keep: false }, 'remove'],
    ['removes in silence what was adopted', adopted, undefined, 'remove'],
    ['removes it when a yes had no effect', adopted, { keep: false, code: 'no_other_owner' }, 'remove'],
    ['ends a grant in silence', held, undefined, 'end_grant'],
    ['ends a grant when a yes had no effect', held, { keep: false, code: 'no_other_owner' }, 'end_grant'],
    ['ends a grant when an owner wrote no', held, { keep: false }, 'end_grant'],
    ['keeps a grant that an owner keeps', held, { keep: true }, 'keep'],
  ])('%s', (_, one, answer, kind) => {
    const answered = answer === undefined ? {} : { answered: said(one, answer) };
    expect(endingsOf({ asked: one, ...answered }).map((ending) => ending.kind)).toEqual([kind]);
  });
});
