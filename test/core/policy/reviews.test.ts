import { describe, expect, it } from 'vitest';
import type { Oid, ReviewState } from '../../../src/core/approval.js';
import { addSeconds, type Duration, type Instant } from '../../../src/core/time.js';
import {
  account,
  ago,
  approvalGroup,
  approvalsOf,
  decide,
  entitlement,
  finding,
  group,
  HEAD,
  live,
  NOW,
  OLD,
  people,
  review,
  rule,
  team,
  tier,
  type World,
} from './world.js';

/** One approver of the group `dba` is enough. */
const ONE = {
  rules: [rule({ name: 'one', ...approvalsOf(approvalGroup(group('dba', '@dana'))) })],
  entitlements: [entitlement('orders-db-readonly', { tier: tier({ minApprovals: 1 }) })],
} satisfies World;

function reasonFor(evidence: World['evidence'], more: World = {}): string {
  const decision = decide({ ...ONE, ...more, evidence: { reviews: [review('bob')], ...evidence } });
  return decision.outcome === 'approved'
    ? 'counts'
    : (decision.dismissals[0]?.reason ?? `no reason, ${decision.outcome}`);
}

describe('why an approval does not count', () => {
  it('counts when nothing speaks against it', () => {
    expect(reasonFor({})).toBe('counts');
  });

  it.each<[string, string, World['evidence'], World?]>([
    ['a deleted account', 'no_account', { reviews: [review(null)] }],
    ['a bot', 'not_a_user', { reviews: [review('bob', 'approved', { authorType: 'Bot' })] }],
    ['a mannequin', 'not_a_user', { reviews: [review('bob', 'approved', { authorType: 'Mannequin' })] }],
    ['a login that people knows with another id', 'login_reused', {}, { people: people(['bob', 7]) }],
    [
      'a login in another case that people knows with another id',
      'login_reused',
      {},
      { people: people(['BoB', 7]) },
    ],
    [
      'two accounts of one login',
      'login_reused',
      { reviews: [review('bob'), review('bob', 'commented', { author: account('bob', 7) })] },
    ],
    ['the requester', 'requester', { requester: account('bob') }],
    ['the requester by another spelling', 'requester', { requester: account('BOB', 1002) }],
    ['the requester after a rename', 'requester', { requester: account('robert', 1002) }],
    ['the subject', 'subject', { subject: account('bob') }, { request: { subject: account('Bob').login } }],
    ['the subject after a rename', 'subject', { subject: account('robert', 1002) }],
    [
      'the subject whose account is gone',
      'subject',
      { subject: null },
      { request: { subject: account('bob').login } },
    ],
    ['a contributor', 'contributor', { contributors: [account('alice'), account('bob')] }],
    ['a contributor by id', 'contributor', { contributors: [account('robert', 1002)] }],
    ['a pusher', 'pusher', { pushers: [account('bob')] }],
    ['contributors unknown', 'contributors_unknown', { contributors: null }],
    ['pushers unknown', 'pushers_unknown', { pushers: null }],
    ['an earlier head', 'stale_commit', { reviews: [review('bob', 'approved', { commit: OLD })] }],
    ['a collected commit', 'stale_commit', { reviews: [review('bob', 'approved', { commit: null })] }],
    [
      'an empty head that matches an empty commit',
      'stale_commit',
      { reviews: [review('bob', 'approved', { commit: null })], head: null as unknown as Oid },
    ],
    ['epoch unknown', 'epoch_unknown', { epoch: null }],
    ['at the epoch', 'before_epoch', { epoch: ago(3_600) }],
    ['bound to the head later (T033)', 'before_epoch', { epoch: ago(3_599) }],
    [
      'a time that has not come',
      'in_the_future',
      { reviews: [review('bob', 'approved', { submittedAt: addSeconds(NOW, 1) })] },
    ],
    [
      'an hour and a second with an hour to live',
      'too_old',
      { reviews: [review('bob', 'approved', { submittedAt: ago(3_601) })] },
      { rules: [rule({ ...ONE.rules[0], approvalTtl: '1h' as Duration })] },
    ],
    ['somebody of another team', 'not_in_group', { reviews: [review('carol')] }],
    ['a member no more (T039)', 'not_in_group', { teams: [team('dba', 'erin')] }],
    [
      'another account with the login of a member',
      'not_in_group',
      { teams: [{ team: 'dba', id: 1, members: [account('bob', 7)] }] },
    ],
    [
      'a team that does not exist',
      'not_in_group',
      { teams: [{ team: 'dba', id: null, members: [account('bob')] }] },
    ],
    ['teams nobody asked about', 'not_in_group', { teams: [] }],
    [
      'a comment is asked for',
      'comment_missing',
      {},
      { rules: [rule(approvalsOf(approvalGroup(group('dba'), { comment: 'required' })))] },
    ],
    [
      'a later dismissal',
      'superseded',
      { reviews: [review('bob'), review('bob', 'dismissed', { submittedAt: ago(60) })] },
    ],
    ['a dismissal of itself', 'dismissed', { reviews: [review('bob', 'dismissed')] }],
  ])('%s: %s', (_, reason, evidence, more) => {
    expect(reasonFor(evidence, more)).toBe(reason);
  });

  it.each<[string, World['evidence'], World?]>([
    ['a second after the epoch', { epoch: ago(3_601) }],
    ['now', { reviews: [review('bob', 'approved', { submittedAt: NOW })] }],
    ['exactly as old as allowed', {}, { rules: [rule({ ...ONE.rules[0], approvalTtl: '1h' as Duration })] }],
    ['somebody named himself', { reviews: [review('dana')] }],
    [
      'somebody named himself in another case',
      { reviews: [review('x', 'approved', { author: account('DANA', 1004) })] },
    ],
    ['people agreeing about the id', {}, { people: people(['bob', 1002]) }],
    [
      'a comment given',
      { reviews: [review('bob', 'approved', { commented: true })] },
      { rules: [rule(approvalsOf(approvalGroup(group('dba'), { comment: 'required' })))] },
    ],
    [
      'comments before and after',
      { reviews: [review('bob', 'commented'), review('bob'), review('bob', 'commented')] },
    ],
    [
      'approving again after a dismissal',
      { reviews: [review('bob', 'dismissed'), review('bob', 'approved', { submittedAt: ago(60) })] },
    ],
    ['no contributors at all', { contributors: [], pushers: [] }],
  ])('counts: %s', (_, evidence, more) => {
    expect(reasonFor(evidence, more)).toBe('counts');
  });

  it('says it in a sentence with a name', () => {
    const { dismissals } = decide({
      ...ONE,
      evidence: { reviews: [review('bob')], pushers: [account('bob')] },
    });
    expect(dismissals).toMatchObject([
      { reason: 'pusher', message: 'bob pushed to the branch of this pull request.' },
    ]);
  });

  it('says so also when another rule asks for nobody', () => {
    const rules = [...ONE.rules, rule({ name: 'self', effect: { kind: 'auto_approve' } })];
    expect(finding(decide({ rules, evidence: { epoch: null } }), 'review_facts')?.status).toBe('unsatisfied');
    expect(
      finding(decide({ rules: rules.slice(1), evidence: { epoch: null } }), 'review_facts'),
    ).toBeUndefined();
  });

  it('says what would mend facts that are missing', () => {
    const decision = decide({
      ...ONE,
      evidence: {
        reviews: [review('bob')],
        epoch: null,
        pushers: null,
        contributors: null,
        contributorsProblem: 'Commit 12ab has no account. Make it again.',
      },
    });
    expect(decision.outcome).toBe('pending');
    expect(finding(decision, 'review_facts')).toMatchObject({
      status: 'unsatisfied',
      message:
        'No approval counts while it is not known who wrote the commits (Commit 12ab has no account. Make it again), who pushed the branch and since when this head can be reviewed.',
      unblock: expect.stringContaining('Open a new pull request'),
    });
  });
});

describe('the latest review of a person says where he stands', () => {
  const at = (index: number): Instant => ago(3_000 - index * 60);
  const run = (states: readonly (ReviewState | 'stale')[]): string => {
    const reviews = states.map((state, index) =>
      review('bob', state === 'stale' ? 'approved' : state, {
        submittedAt: at(index),
        commit: state === 'stale' ? OLD : HEAD,
      }),
    );
    const decision = decide({ ...ONE, evidence: { reviews } });
    return decision.vetoes.length > 0 ? 'vetoed' : decision.outcome;
  };

  it.each([
    [['approved', 'changes_requested'], 'vetoed'],
    [['changes_requested', 'approved'], 'approved'],
    // T036: a dismissed objection is void, and does not bring back what was said before it.
    [['approved', 'changes_requested', 'dismissed'], 'pending'],
    [['approved', 'dismissed'], 'pending'],
    [['approved', 'dismissed', 'commented'], 'pending'],
    [['dismissed', 'approved'], 'approved'],
    [['approved', 'stale'], 'pending'],
    [['stale', 'approved'], 'approved'],
    [['changes_requested', 'stale'], 'pending'],
    [['changes_requested', 'commented'], 'vetoed'],
  ] as const)('%j: %s', (states, expected) => {
    expect(run(states)).toBe(expected);
  });

  it('orders by time, then by id, and takes the stricter of two that cannot be told apart', () => {
    const same = { submittedAt: ago(60) };
    const approving = review('bob', 'approved', same);
    const objecting = review('bob', 'changes_requested', same);
    const twin = { ...approving, state: 'changes_requested' as const };
    for (const reviews of [
      [approving, objecting],
      [objecting, approving],
      [approving, twin],
      [twin, approving],
    ]) {
      expect(decide({ ...ONE, evidence: { reviews } }).vetoes).toEqual([account('bob')]);
    }
  });

  it('sees a veto behind 150 comments', () => {
    const reviews = [
      ...Array.from({ length: 150 }, () => review('frank', 'commented')),
      review('bob'),
      review('erin', 'changes_requested'),
    ];
    expect(decide({ ...ONE, evidence: { reviews } })).toMatchObject({
      outcome: 'pending',
      vetoes: [{ login: 'erin' }],
    });
  });
});

describe('veto', () => {
  const objection = (by: string, overrides = {}): NonNullable<World['evidence']> => ({
    reviews: [review('bob'), review(by, 'changes_requested', overrides)],
  });

  it.each<[string, NonNullable<World['evidence']>, World, string]>([
    ['an approver of the group', objection('erin'), {}, 'erin'],
    [
      'somebody under veto',
      objection('carol'),
      { rules: [rule({ ...ONE.rules[0], veto: group('security') })] },
      'carol',
    ],
    [
      'a named user under veto',
      objection('frank'),
      { rules: [rule({ ...ONE.rules[0], veto: group('@FRANK') })] },
      'frank',
    ],
    ['a stale objection', objection('erin', { commit: OLD, submittedAt: ago(9_000_000) }), {}, 'erin'],
    ['an objector who contributed', { ...objection('erin'), contributors: [account('erin')] }, {}, 'erin'],
    [
      'an objector who is the requester',
      { ...objection('erin'), requester: account('erin'), subject: account('alice') },
      {},
      'erin',
    ],
    ['an objector whose id people has wrong', objection('erin'), { people: people(['erin', 7]) }, 'erin'],
    [
      'an objection while facts are missing',
      { ...objection('erin'), epoch: null, pushers: null },
      {},
      'erin',
    ],
    [
      'an objector who holds a granted membership',
      { ...objection('erin'), live: [live({ subject: account('erin').login, entitlements: ['gone'] })] },
      {},
      'erin',
    ],
  ])('%s', (_, evidence, more, who) => {
    const decision = decide({ ...ONE, ...more, evidence });
    expect(decision.outcome).not.toBe('approved');
    expect(decision.vetoes.map(({ login }) => login)).toEqual([who]);
    expect(finding(decision, 'veto')).toMatchObject({ status: 'unsatisfied', otherwise: 'pending' });
  });

  it.each<[string, NonNullable<World['evidence']>]>([
    ['somebody without a say', objection('carol')],
    ['somebody whose objection was dismissed', { reviews: [review('bob'), review('erin', 'dismissed')] }],
  ])('is not in the hands of %s', (_, evidence) => {
    expect(decide({ ...ONE, evidence })).toMatchObject({ outcome: 'approved', vetoes: [] });
  });

  it('stops what approves itself as well', () => {
    const rules = [rule({ name: 'self', effect: { kind: 'auto_approve' }, veto: group('security') })];
    const entitlements = [entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0 }) })];
    expect(decide({ rules, entitlements })).toMatchObject({ outcome: 'approved' });
    expect(decide({ rules, entitlements, evidence: objection('carol') })).toMatchObject({
      outcome: 'pending',
      unsatisfied: ['self'],
    });
  });

  it('does not fall silent when the team that could object is gone', () => {
    const decision = decide({
      ...ONE,
      rules: [rule({ ...ONE.rules[0], veto: group('gone') })],
      evidence: { reviews: [review('bob')] },
    });
    expect(decision.outcome).toBe('denied');
    expect(finding(decision, 'veto')).toMatchObject({
      status: 'errored',
      message: expect.stringContaining('team gone could not be found'),
    });
  });
});
