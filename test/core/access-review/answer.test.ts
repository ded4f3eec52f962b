import { describe, expect, it } from 'vitest';
import {
  type AccessReviewId,
  type AccessReviewRecord,
  type ListedItem,
  listOf,
  type ReviewList,
} from '../../../src/core/access-review/access-review.js';
import {
  type AnswerFacts,
  answersOf,
  differencesOf,
  isAnswered,
  ownersSay,
} from '../../../src/core/access-review/answer.js';
import type { Review } from '../../../src/core/approval.js';
import type { Login } from '../../../src/core/identity.js';
import type { RequestId } from '../../../src/core/request.js';
import { account, at, NOON, oid } from '../../app/entries.js';

const ASKED: AccessReviewRecord = {
  version: 1,
  id: '2026/11/22-periodic-dba' as AccessReviewId,
  stage: 'asked',
  at: NOON,
  kind: 'periodic',
  due: at(600),
  owners: { teams: ['dba'], users: ['erin' as Login] },
  items: [
    {
      grant: '2026/11/alice' as RequestId,
      subject: 'alice',
      entitlements: ['orders-db-readonly'],
      until: at(9_000),
    },
    {
      standing: { target: 'orders-db', subject: 'alice_ro', grant: { name: 'app_readonly' } },
      subject: 'alice',
      entitlements: ['orders-db-readonly'],
      adopted: true,
    },
  ],
};
const ALICE = account('alice', 1001);
const BOB = account('bob', 1002);
const CAROL = account('carol', 1003);
const NOBODY = new Map();
const HOLDERS = new Map([['2026/11/alice' as RequestId, ALICE]]);

const list = listOf(ASKED);
const filled = (keep: ListedItem['keep'], justification = 'It reports.'): ReviewList => ({
  ...list,
  items: list.items.map((item) => ({ ...item, keep, justification })),
});
const withFirst = (change: Partial<ListedItem>): ReviewList => ({
  ...list,
  items: list.items.map((item, index) => (index === 0 ? { ...item, ...change } : item)),
});

describe('a list that came back', () => {
  it.each<readonly [string, ReviewList]>([
    ['as it was asked', list],
    ['with answers', filled('yes')],
    ['in another order', { ...list, items: list.items.toReversed() }],
  ])('is the one that was asked: %s', (_, back) => {
    expect(differencesOf(ASKED, back)).toEqual([]);
  });

  it.each<readonly [string, ReviewList, readonly string[]]>([
    ['a later deadline', { ...list, due: at(601) }, ['head_changed']],
    ['other owners', { ...list, owners: { teams: ['friends'], users: [] } }, ['head_changed']],
    ['another kind', { ...list, kind: 'adoption' }, ['head_changed']],
    ['a line less', { ...list, items: list.items.slice(1) }, ['item_missing']],
    ['no line at all', { ...list, items: [] }, ['item_missing', 'item_missing']],
    ['a line twice', { ...list, items: [...list.items, ...list.items.slice(1)] }, ['item_twice']],
    ['another subject', withFirst({ subject: 'trent' }), ['item_changed']],
    ['a later end', withFirst({ until: at(99_000) }), ['item_changed']],
    [
      'no end',
      { ...list, items: [...list.items.slice(1), { ...list.items[0]!, until: undefined as never }] },
      ['item_changed'],
    ],
    ['more entitlements', withFirst({ entitlements: ['orders-db-readonly', 'more'] }), ['item_changed']],
    ['another grant', withFirst({ grant: '2026/11/trent' as RequestId }), ['item_unknown', 'item_missing']],
    [
      'a grant that is also standing',
      withFirst({ standing: { target: 'x', subject: 'y', grant: {} } }),
      ['item_unknown', 'item_missing'],
    ],
  ])('is another: %s', (_, back, problems) => {
    expect(differencesOf(ASKED, back).map(({ problem }) => problem)).toEqual(problems);
  });
});

function review(by = BOB, changes: Partial<Review> = {}): Review {
  return {
    id: by.id,
    author: by,
    authorType: 'User',
    state: 'approved',
    commit: oid('7'),
    submittedAt: at(5),
    commented: false,
    ...changes,
  };
}

const FACTS: AnswerFacts = {
  now: at(10),
  head: oid('7'),
  epoch: at(1),
  reviews: [review()],
  owners: [ALICE, BOB],
  people: NOBODY,
};
const answered = (changes: Partial<AnswerFacts>) => isAnswered(ownersSay({ ...FACTS, ...changes }));

describe('owners', () => {
  it('stand behind a list by approving it', () => {
    expect(answered({})).toBe(true);
  });

  it.each<readonly [string, Partial<AnswerFacts>]>([
    ['nobody reviewed', { reviews: [] }],
    ['somebody else approved', { reviews: [review(CAROL)] }],
    ['somebody of the same login and another number', { reviews: [review({ ...BOB, id: 7 })] }],
    ['an app approved', { reviews: [review(BOB, { authorType: 'Bot' })] }],
    ['another version', { reviews: [review(BOB, { commit: oid('8') })] }],
    ['a version nobody knows', { reviews: [review(BOB, { commit: null })] }],
    ['before it was seen here', { reviews: [review(BOB, { submittedAt: at(1) })] }],
    ['nobody knows since when', { epoch: null }],
    ['in the future', { reviews: [review(BOB, { submittedAt: at(11) })] }],
    ['a dismissed approval', { reviews: [review(BOB, { state: 'dismissed' })] }],
    [
      'an objection after it',
      { reviews: [review(), review(BOB, { id: 9, state: 'changes_requested', submittedAt: at(6) })] },
    ],
    [
      'an objection of another owner',
      { reviews: [review(), review(ALICE, { state: 'changes_requested', commit: oid('1') })] },
    ],
    ['nobody is an owner any more', { owners: [] }],
    [
      'people know the login by another number',
      {
        people: new Map([['bob', { login: BOB.login, id: 7, identities: new Map(), attributes: new Map() }]]),
      },
    ],
  ])('do not: %s', (_, changes) => {
    expect(answered(changes)).toBe(false);
  });
});

describe('an answer', () => {
  const approval = (by = BOB) => ({ account: by, review: 1, at: at(5) });
  const kept = (back: ReviewList, by: readonly (typeof BOB)[], people: AnswerFacts['people'] = NOBODY) =>
    answersOf(
      back,
      by.map((one) => approval(one)),
      { people, holders: HOLDERS },
    ).map(({ keep, code }) => code ?? keep);

  it.each<readonly [string, ReviewList, readonly (typeof BOB)[], readonly unknown[]]>([
    ['yes', filled('yes'), [BOB], [true, true]],
    ['no', filled('no'), [BOB], [false, false]],
    ['yes without a word', filled('yes', ' \n'), [BOB], ['no_justification', 'no_justification']],
    ['yes by whoever has it alone', filled('yes'), [ALICE], ['no_other_owner', 'no_other_owner']],
    ['yes by whoever has it and another', filled('yes'), [ALICE, BOB], [true, true]],
    ['yes by nobody', filled('yes'), [], ['no_other_owner', 'no_other_owner']],
  ])('%s', (_, back, by, expected) => {
    expect(kept(back, by)).toEqual(expected);
  });

  it('is not theirs who have another login by now', () => {
    const renamed = account('alice-the-second', 1001);
    expect(kept(filled('yes'), [renamed])).toEqual(['no_other_owner', true]);
    const identities = new Map<string, string>();
    const people = new Map([['alice', { login: ALICE.login, id: 1001, identities, attributes: new Map() }]]);
    expect(kept(filled('yes'), [renamed], people)).toEqual(['no_other_owner', 'no_other_owner']);
  });

  it('is not theirs whom people still call by the login they had', () => {
    const identities = new Map([['orders-db', 'alice_ro']]);
    const people = new Map([['carol', { login: CAROL.login, id: 1003, identities, attributes: new Map() }]]);
    expect(kept(filled('yes'), [account('carol-the-second', 1003)], people)).toEqual([
      true,
      'no_other_owner',
    ]);
  });

  it('is not theirs whose name on the target is written otherwise', () => {
    const identities = new Map([['orders-db', 'Alice_RO']]);
    const people = new Map([['carol', { login: CAROL.login, id: 1003, identities, attributes: new Map() }]]);
    expect(kept(filled('yes'), [CAROL], people)).toEqual([true, 'no_other_owner']);
  });

  it('is not theirs who are meant by the name on the target', () => {
    const identities = new Map([['orders-db', 'alice_ro']]);
    const people = new Map([['carol', { login: CAROL.login, id: 1003, identities, attributes: new Map() }]]);
    expect(kept(filled('yes'), [CAROL], people)).toEqual([true, 'no_other_owner']);
  });
});
