import { describe, expect, it } from 'vitest';
import type { Login } from '../../../src/core/identity.js';
import type { ConditionFacts } from '../../../src/core/policy/policy.js';
import type { Instant } from '../../../src/core/time.js';
import {
  account,
  approvedBy,
  condition,
  decide,
  entitlement,
  finding,
  group,
  people,
  rule,
  team,
  tier,
  type World,
} from './world.js';

const FREE = [entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0 }) })];
const self = (overrides: Parameters<typeof rule>[0] = {}) =>
  rule({ name: 'self', effect: { kind: 'auto_approve' }, ...overrides });
const deny = (overrides: Parameters<typeof rule>[0] = {}) =>
  rule({ name: 'freeze', effect: { kind: 'deny', message: 'Change freeze until 2 January.' }, ...overrides });

/** bob opens a request for alice. */
const FOR_ALICE = { requester: account('bob') };

describe('an allowing rule', () => {
  it.each<[string, World, boolean]>([
    ['everybody', { rules: [self()] }, true],
    ['its exact entitlement', { rules: [self({ entitlements: ['x', 'orders-db-readonly'] })] }, true],
    ['any entitlement', { rules: [self({ entitlements: ['*'] })] }, true],
    ['another entitlement', { rules: [self({ entitlements: ['orders-db', 'orders-db-readonly2'] })] }, false],
    ['no entitlement', { rules: [self({ entitlements: [] })] }, false],
    [
      'a team that holds the requester and subject',
      { rules: [self({ requesters: group('engineering') })] },
      true,
    ],
    ['a user in another case', { rules: [self({ requesters: group('@ALICE') })] }, true],
    ['a team that holds neither', { rules: [self({ requesters: group('dba') })] }, false],
    ['a group of nobody', { rules: [self({ requesters: group() })] }, false],
    [
      'both of two people in the team',
      { rules: [self({ requesters: group('engineering') })], evidence: FOR_ALICE },
      true,
    ],
    ['the opener alone', { rules: [self({ requesters: group('dba') })], evidence: FOR_ALICE }, false],
    ['the subject alone', { rules: [self({ requesters: group('@alice') })], evidence: FOR_ALICE }, false],
    [
      'on behalf of the subject',
      { rules: [self({ requesters: group('dba'), onBehalfOf: group('@alice') })], evidence: FOR_ALICE },
      true,
    ],
    [
      'on behalf of others, for oneself',
      { rules: [self({ requesters: group('@alice'), onBehalfOf: group('@bob') })] },
      false,
    ],
    [
      'on behalf of others, the opener not allowed',
      { rules: [self({ requesters: group('security'), onBehalfOf: group('@alice') })], evidence: FOR_ALICE },
      false,
    ],
    [
      'anybody on behalf of the subject',
      { rules: [self({ onBehalfOf: group('engineering') })], evidence: { requester: account('frank') } },
      true,
    ],
    ['a condition that holds', { rules: [self({ when: condition(() => true) })] }, true],
    ['a condition that does not', { rules: [self({ when: condition(() => false) })] }, false],
    ['a team that is gone', { rules: [self({ requesters: group('gone') })] }, false],
  ])('is for %s', (_, world, applies) => {
    const decision = decide({ entitlements: FREE, ...world });
    expect(decision.rules).toEqual(applies ? ['self'] : []);
    expect(decision.outcome).toBe(applies ? 'approved' : 'denied');
  });

  it.each<[string, World, string]>([
    [
      'a team',
      { rules: [self({ requesters: group('dba') })] },
      'Rule self would apply if alice were in team dba.',
    ],
    [
      'opener and subject',
      {
        rules: [self({ requesters: group('security'), onBehalfOf: group('dba', '@dana') })],
        evidence: FOR_ALICE,
      },
      'Rule self would apply if bob were in team security and alice were in team dba or dana.',
    ],
    [
      'a condition',
      { rules: [self({ when: condition(() => false) })] },
      'Rule self would apply if its condition held: a condition.',
    ],
    [
      'a missing team',
      { rules: [self({ requesters: group('gone') })] },
      'Rule self would apply if alice were in team gone (team gone could not be found).',
    ],
    ['nothing near', { rules: [] }, 'Add a rule for orders-db-readonly to the policy.'],
    [
      'a freeze that does not matter',
      { rules: [deny({ when: condition(() => false) })] },
      'Add a rule for orders-db-readonly to the policy.',
    ],
  ])('says what it would take: %s', (_, world, unblock) => {
    const found = finding(decide({ entitlements: FREE, ...world }), 'rule');
    expect(found).toMatchObject({
      status: 'unsatisfied',
      otherwise: 'denied',
      message: 'No rule applies to orders-db-readonly here.',
      unblock,
    });
  });
});

describe('every rule that applies has to be satisfied', () => {
  it.each<[string, World, string, string[]]>([
    ['a freeze beside an approval', { rules: [self(), deny()] }, 'denied', ['freeze']],
    ['approvals beside what approves itself', { rules: [self(), rule()] }, 'pending', ['two-groups']],
    [
      'one of two entitlements without a rule',
      {
        rules: [self({ entitlements: ['orders-db-readonly'] })],
        request: { entitlements: ['orders-db-readonly', 'b'] },
        entitlements: [...FREE, entitlement('b')],
      },
      'denied',
      [],
    ],
    [
      'an entitlement nobody knows',
      {
        rules: [self({ entitlements: ['*'] })],
        request: { entitlements: ['orders-db-readonly', 'constructor'] },
      },
      'invalid',
      [],
    ],
    [
      'worse than that',
      {
        rules: [deny({ entitlements: ['*'] })],
        request: { entitlements: ['orders-db-readonly', '__proto__'] },
      },
      'invalid',
      ['freeze'],
    ],
  ])('%s', (_, world, outcome, unsatisfied) => {
    expect(decide({ entitlements: FREE, ...world })).toMatchObject({ outcome, unsatisfied });
  });

  it('says why it is denied in the words of the policy', () => {
    expect(finding(decide({ rules: [self(), deny()], entitlements: FREE }), 'deny')?.message).toBe(
      'Change freeze until 2 January.',
    );
  });

  it('lets nothing through when nothing is asked for', () => {
    expect(decide({ rules: [self()], entitlements: FREE, request: { entitlements: [] } }).outcome).toBe(
      'invalid',
    );
  });
});

describe('a denying rule', () => {
  const world = (overrides: Parameters<typeof rule>[0]): World => ({
    rules: [self(), deny(overrides)],
    entitlements: FREE,
  });
  it.each<[string, World, boolean]>([
    ['everybody', world({}), true],
    ['the opener', { ...world({ requesters: group('@bob') }), evidence: FOR_ALICE }, true],
    ['the subject', { ...world({ requesters: group('@alice') }), evidence: FOR_ALICE }, true],
    ['neither', { ...world({ requesters: group('security') }), evidence: FOR_ALICE }, false],
    [
      'the subject under on_behalf_of',
      { ...world({ onBehalfOf: group('@alice') }), evidence: FOR_ALICE },
      true,
    ],
    [
      'the subject under on_behalf_of beside requesters',
      { ...world({ requesters: group('@carol'), onBehalfOf: group('@alice') }), evidence: FOR_ALICE },
      true,
    ],
    [
      'not the opener under on_behalf_of',
      { ...world({ onBehalfOf: group('@bob') }), evidence: FOR_ALICE },
      false,
    ],
    ['a condition that does not hold', world({ when: condition(() => false) }), false],
    [
      'a condition that fails',
      world({
        when: condition(() => {
          throw new Error('no such key');
        }),
      }),
      true,
    ],
    ['a team that is gone', world({ requesters: group('gone') }), true],
    [
      'a team that is gone beside one that holds neither',
      world({ requesters: group('gone', 'security') }),
      true,
    ],
  ])('denies %s: %s', (_, denied, denies) => {
    expect(decide(denied).outcome).toBe(denies ? 'denied' : 'approved');
  });
});

describe('a condition', () => {
  const failing = condition(() => {
    throw new Error('No such key: level\n\n> 1 | level');
  });

  it('that fails counts as applying and unsatisfied', () => {
    const decision = decide({
      rules: [self({ when: failing }), self({ name: 'other' })],
      entitlements: FREE,
    });
    expect(decision).toMatchObject({ outcome: 'denied', rules: ['self', 'other'], unsatisfied: ['self'] });
    expect(finding(decision, 'applicability')).toMatchObject({
      status: 'errored',
      otherwise: 'denied',
      message:
        'Whether rule self applies could not be told: its condition could not be evaluated: No such key: level.',
    });
  });

  it('is not asked about a rule for other people or entitlements', () => {
    const rules = [
      self(),
      self({ name: 'a', when: failing, requesters: group('dba') }),
      self({ name: 'b', when: failing, entitlements: ['x'] }),
    ];
    expect(decide({ rules, entitlements: FREE })).toMatchObject({ outcome: 'approved', rules: ['self'] });
  });

  it('is not asked about a team that is gone, or that nobody fetched', () => {
    for (const teams of [[], [{ ...team('contractors'), id: null }]]) {
      const decision = decide({
        rules: [self({ when: condition(() => true, ['contractors']) })],
        entitlements: FREE,
        evidence: { teams },
      });
      expect(decision.outcome).toBe('denied');
      expect(finding(decision, 'applicability')?.message).toContain('team contractors could not be found');
    }
  });

  it('is asked for each entitlement by itself', () => {
    const when = condition(({ entitlement: { id } }) => id === 'orders-db-admin');
    const decision = decide({
      rules: [self(), deny({ when })],
      entitlements: [...FREE, entitlement('orders-db-admin', { tier: tier({ minApprovals: 0 }) })],
      request: { entitlements: ['orders-db-readonly', 'orders-db-admin'] },
    });
    expect(decision.unsatisfied).toEqual(['freeze']);
  });

  it('sees the facts and nothing else', () => {
    const seen: ConditionFacts[] = [];
    const when = condition((facts) => seen.push(facts) > 0, ['engineering', 'dba']);
    const start = '2026-11-23T00:00:00Z' as Instant;
    decide({ rules: [self({ when })], entitlements: FREE, evidence: FOR_ALICE, request: { start } });
    expect(seen).toEqual([
      {
        now: '2026-11-22T12:00:00Z',
        request: {
          duration: '2h',
          start,
          ticket: 'INC-1',
          justification: 'INC-1: look',
          entitlements: ['orders-db-readonly'],
          break_glass: false,
        },
        entitlement: { id: 'orders-db-readonly', tier: 'production', target: 'orders-db' },
        requester: { login: 'bob', teams: ['dba', 'engineering'], attributes: new Map() },
        subject: { login: 'alice', teams: ['engineering'], attributes: new Map() },
      },
    ]);
  });

  it('is not asked about nobody', () => {
    const when = condition(() => true);
    for (const evidence of [{ requester: null }, { subject: null }]) {
      const decision = decide({ rules: [self({ when })], entitlements: FREE, evidence });
      expect(finding(decision, 'applicability')?.message).toContain('is not known');
    }
  });
});

describe('who asks and who would hold it', () => {
  it.each<[string, World, string, string]>([
    ['a deleted requester', { evidence: { requester: null } }, 'requester', 'is gone'],
    ['a bot', { evidence: { requesterType: 'Bot' } }, 'requester', 'alice is not a person.'],
    [
      'a requester with another id',
      { people: people(['alice', 7]) },
      'requester',
      'people.yaml lists alice with id 7, and this account has id 1001.',
    ],
    [
      'a subject without an account',
      { evidence: { subject: null } },
      'subject',
      'GitHub has no account alice.',
    ],
    [
      'a subject with another id',
      { people: people(['alice', 7]) },
      'subject',
      'people.yaml lists alice with id 7',
    ],
    [
      'the account of somebody else',
      { evidence: { subject: account('bob') } },
      'subject',
      'The account found for alice is bob.',
    ],
  ])('%s', (_, world, code, message) => {
    const decision = decide({ rules: [self()], entitlements: FREE, ...world });
    expect(decision.outcome).toBe('denied');
    expect(finding(decision, code)).toMatchObject({
      otherwise: 'denied',
      message: expect.stringContaining(message),
      unblock: expect.any(String),
    });
  });

  it('takes no offence at a login in another case, or at people it does not list', () => {
    expect(
      decide({
        rules: [self()],
        entitlements: FREE,
        people: people(['ALICE', 1001]),
        request: { subject: 'aLiCe' as Login },
      }).outcome,
    ).toBe('approved');
  });
});

describe('break-glass', () => {
  const glass = rule({
    name: 'glass',
    requesters: group('engineering'),
    effect: {
      kind: 'break_glass',
      maxDuration: '1h',
      reviewWithin: '24h',
      reviewers: group('security'),
    } as never,
  });
  const breaking = { request: { breakGlass: true, duration: '1h' as never } } satisfies World;

  it('needs nobody and no floor, and lets the app merge', () => {
    expect(decide({ rules: [glass, rule(), deny()], ...breaking })).toMatchObject({
      outcome: 'approved',
      rules: ['glass'],
      autoMerge: true,
    });
  });

  it.each<[string, World, string]>([
    ['an ordinary request', { rules: [glass] }, 'denied'],
    [
      'an ordinary request with approvals',
      { rules: [glass, rule()], evidence: approvedBy('bob', 'carol') },
      'approved',
    ],
    [
      'a rule of another kind',
      { rules: [rule()], ...breaking, evidence: approvedBy('bob', 'carol') },
      'denied',
    ],
    [
      'somebody who may not',
      { rules: [glass], ...breaking, evidence: { teams: [team('engineering', 'bob')] } },
      'denied',
    ],
    [
      'longer than the block',
      { rules: [glass], request: { breakGlass: true, duration: '61m' as never } },
      'denied',
    ],
    [
      'longer than the tier',
      {
        rules: [glass],
        ...breaking,
        entitlements: [entitlement('orders-db-readonly', { tier: tier({ maxDuration: '30m' as never }) })],
      },
      'denied',
    ],
    ['longer than the rule', { rules: [{ ...glass, maxDuration: '30m' as never }], ...breaking }, 'denied'],
    [
      'what else the rule asks for',
      { rules: [{ ...glass, ticket: { pattern: { source: 'X', matches: () => false } } }], ...breaking },
      'denied',
    ],
  ])('and %s: %s', (_, world, outcome) => {
    expect(decide(world).outcome).toBe(outcome);
  });

  it('says so when nothing allows it', () => {
    expect(finding(decide({ rules: [rule()], ...breaking }), 'rule')).toMatchObject({
      message: 'No rule allows break-glass for orders-db-readonly here.',
      unblock: 'Ask without break_glass, and let people approve it.',
    });
  });
});
