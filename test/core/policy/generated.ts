import fc from 'fast-check';
import type { Review, ReviewState } from '../../../src/core/approval.js';
import type { Entitlement } from '../../../src/core/entitlement.js';
import type { Account, Group } from '../../../src/core/identity.js';
import type { Evidence } from '../../../src/core/policy/evidence.js';
import type { ApprovalGroup, Rule } from '../../../src/core/policy/policy.js';
import type { Duration, Instant } from '../../../src/core/time.js';
import {
  account,
  ago,
  approvalGroup,
  condition,
  entitlement,
  group,
  HEAD,
  OLD,
  rule,
  team,
  tier,
  type World,
} from './world.js';

/** Worlds small enough that many of them are approved, and large enough that every check has something to say. */

const PEOPLE = ['alice', 'bob', 'carol', 'dana', 'erin', 'frank'];
const TEAMS = ['dba', 'security', 'engineering'];
const person = fc.constantFrom(...PEOPLE);

export const groups: fc.Arbitrary<Group> = fc
  .uniqueArray(fc.constantFrom(...TEAMS, '@dana', '@BOB'), { minLength: 1, maxLength: 3 })
  .map((names) => group(...names));

const approvalGroups: fc.Arbitrary<ApprovalGroup> = fc
  .tuple(
    groups,
    fc.integer({ min: 1, max: 2 }),
    fc.constantFrom(1, 1, 1, 2),
    fc.constantFrom('optional' as const, 'optional' as const, 'required' as const),
  )
  .map(([from, count, stage, comment]) => approvalGroup(from, { count, stage, comment }));

const effects: fc.Arbitrary<Rule['effect']> = fc.oneof(
  {
    weight: 16,
    arbitrary: fc
      .array(approvalGroups, { minLength: 1, maxLength: 3 })
      .map((list) => ({ kind: 'approvals' as const, groups: list })),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'auto_approve' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'deny' as const, message: 'No.' }) },
);

export const rules: fc.Arbitrary<Rule> = fc
  .record({
    name: fc.stringMatching(/^[a-z]{6}$/),
    entitlements: fc.constantFrom(['orders-db-*'], ['*'], ['orders-db-readonly']),
    effect: effects,
    approvalTtl: fc.constantFrom('24h', '24h', '30m') as fc.Arbitrary<Duration>,
    extra: fc.constantFrom<Partial<Rule>>(
      {},
      {},
      {},
      {},
      {},
      { requesters: group('engineering') },
      { veto: group('security') },
      { maxDuration: '1h' as Duration },
      { maxDuration: '3h' as Duration },
      { when: condition(({ subject }) => subject.login !== 'alice') },
      { ticket: { pattern: { source: 'INC-1', matches: (text) => text === 'INC-1' } } },
    ),
  })
  .map(({ extra, ...plain }) => rule({ ...plain, ...extra }));

/** Distinct by name, as parsing makes sure. */
export function ruleLists(minLength = 1): fc.Arbitrary<readonly Rule[]> {
  return fc.uniqueArray(rules, { minLength, maxLength: 2, selector: ({ name }) => name });
}

const states = fc.constantFrom<ReviewState>(
  'approved',
  'approved',
  'changes_requested',
  'dismissed',
  'commented',
);
const minutes = fc.integer({ min: 1, max: 100 });

const rawReviews = fc.record({
  by: person,
  state: states,
  fresh: fc.constantFrom(true, true, false),
  minutes,
  commented: fc.boolean(),
});

/** Everybody who could approve does, at some time, and says something. */
const goodWill = fc.tuple(...['bob', 'carol', 'dana', 'erin', 'frank'].map(() => minutes)).map((times) =>
  times.map((at, index) => ({
    by: ['bob', 'carol', 'dana', 'erin', 'frank'][index] ?? '',
    state: 'approved' as const,
    fresh: true,
    minutes: at,
    commented: true,
  })),
);

const mixed = fc.oneof(
  fc.array(rawReviews, { maxLength: 10, size: 'max' }),
  goodWill,
  fc.tuple(goodWill, fc.array(rawReviews, { maxLength: 2 })).map((parts) => parts.flat()),
);

/** Reviews with ids in the order of time, as GitHub gives them. */
export const reviews: fc.Arbitrary<readonly Review[]> = mixed.map((raw) =>
  raw
    .toSorted((a, b) => b.minutes - a.minutes)
    .map(({ by, state, fresh, minutes: age, commented }, index) => ({
      id: index + 1,
      author: account(by),
      authorType: 'User',
      state,
      commit: fresh ? HEAD : OLD,
      submittedAt: ago(age * 60),
      commented,
    })),
);

/** Mostly the first, sometimes one of the others. */
function mostly<T>(first: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 10, arbitrary: fc.constant(first) },
    { weight: 2, arbitrary: fc.constantFrom(first, ...others) },
  );
}

const evidences = fc.record({
  requester: mostly('alice', 'bob').map((login) => account(login)),
  epoch: mostly(ago(10_000), ago(2_000), null),
  reviews,
  contributors: mostly([account('alice')], [account('alice'), account('erin')], null),
  pushers: mostly([account('alice')], [account('carol')], null),
  teams: fc.constantFrom(
    [team('dba', 'bob', 'erin'), team('security', 'carol', 'erin'), team('engineering', 'alice', 'bob')],
    [
      team('dba', 'bob', 'erin', 'frank'),
      team('security', 'carol', 'dana'),
      team('engineering', 'alice', 'bob', 'carol'),
    ],
    [team('dba', 'bob', 'carol'), { ...team('security'), id: null }, team('engineering', 'alice', 'erin')],
  ),
});

/** A world with everything the properties change spelled out. */
export interface GeneratedWorld extends World {
  readonly rules: readonly Rule[];
  readonly entitlements: readonly Entitlement[];
  readonly evidence: {
    readonly requester: Account;
    readonly epoch: Instant | null;
    readonly reviews: readonly Review[];
    readonly contributors: readonly Account[] | null;
    readonly pushers: readonly Account[] | null;
    readonly teams: Evidence['teams'];
  };
}

export const worlds: fc.Arbitrary<GeneratedWorld> = fc.record({
  rules: ruleLists(),
  entitlements: fc
    .constantFrom(0, 0, 1, 2)
    .map((floor) =>
      ['orders-db-readonly', 'orders-db-admin', 'wiki'].map((id) =>
        entitlement(id, { tier: tier({ minApprovals: floor }) }),
      ),
    ),
  request: fc
    .constantFrom(['orders-db-readonly'], ['orders-db-readonly'], ['orders-db-admin', 'orders-db-readonly'])
    .map((entitlements) => ({ entitlements })),
  evidence: evidences,
});
