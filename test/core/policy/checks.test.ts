import { describe, expect, it } from 'vitest';
import type { Login } from '../../../src/core/identity.js';
import type { Outcome } from '../../../src/core/policy/decision.js';
import { FINDING_CODES } from '../../../src/core/policy/findings.js';
import { CHECKS } from '../../../src/core/policy/rules/table.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, type Duration, type Instant } from '../../../src/core/time.js';
import {
  account,
  ago,
  approvedBy,
  decide,
  entitlement,
  finding,
  findings,
  group,
  live,
  NOW,
  people,
  rule,
  tier,
  type World,
} from './world.js';

const FREE = [entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0 }) })];
const self = (overrides: Parameters<typeof rule>[0] = {}) =>
  rule({ name: 'self', effect: { kind: 'auto_approve' }, ...overrides });
const hours = (count: number): Duration => `${count}h` as Duration;
const inHours = (count: number): Instant => addSeconds(NOW, count * 3_600);

type Row = readonly [label: string, world: World, outcome: Outcome];

/** The named check decides alone: without it everything would be approved. */
function table(code: string, rows: readonly Row[]): void {
  describe(code, () => {
    it.each(rows)('%s', (_, world, outcome) => {
      const decision = decide({ rules: [self()], entitlements: FREE, ...world });
      expect(decision.outcome).toBe(outcome);
      const unmet = decision.findings.filter(({ status }) => status !== 'satisfied');
      expect([...new Set(unmet.map((one) => one.code))]).toEqual(outcome === 'approved' ? [] : [code]);
      for (const { message, unblock } of unmet) {
        expect(message).toMatch(/[.!]$/);
        expect(unblock).toMatch(/[.!]$/);
      }
    });
  });
}

table('duration', [
  ['as long as the rule allows', { rules: [self({ maxDuration: hours(2) })] }, 'approved'],
  ['a minute longer', { rules: [self({ maxDuration: '119m' as Duration })] }, 'denied'],
  ['units do not matter', { rules: [self({ maxDuration: '120m' as Duration })] }, 'approved'],
]);

table('tier_duration', [
  [
    'as long as the tier allows',
    {
      entitlements: [
        entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0, maxDuration: hours(2) }) }),
      ],
    },
    'approved',
  ],
  [
    'longer',
    {
      entitlements: [
        entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0, maxDuration: hours(1) }) }),
      ],
    },
    'denied',
  ],
]);

table('start', [
  ['72 hours ahead', { request: { start: inHours(72) } }, 'approved'],
  ['a second more', { request: { start: addSeconds(inHours(72), 1) } }, 'invalid'],
  ['a start that has passed', { request: { start: inHours(-1_000) } }, 'approved'],
]);

table('ticket', [
  ['any ticket', { rules: [self({ ticket: {} })] }, 'approved'],
  [
    'one that matches',
    { rules: [self({ ticket: { pattern: { source: 'I.*', matches: (text) => text === 'INC-1' } } })] },
    'approved',
  ],
  [
    'one that does not',
    { rules: [self({ ticket: { pattern: { source: 'X', matches: () => false } } })] },
    'denied',
  ],
]);

table('justification', [
  [
    'one that matches',
    {
      rules: [
        self({ justification: { pattern: { source: 'I', matches: (text) => text === 'INC-1: look' } } }),
      ],
    },
    'approved',
  ],
  [
    'one that does not',
    { rules: [self({ justification: { pattern: { source: 'I', matches: () => false } } })] },
    'denied',
  ],
]);

it('asks for a ticket where there is none, and says of what form', () => {
  const { ticket: _, ...plain } = { ...{ ticket: 'x' } };
  const decision = decide({
    rules: [self({ ticket: { pattern: { source: 'INC-[0-9]+', matches: () => true } } })],
    entitlements: FREE,
    request: { ...plain, ticket: undefined as unknown as string },
  });
  expect(decision.outcome).toBe('denied');
  expect(finding(decision, 'ticket')?.unblock).toBe('Name a ticket of the form INC-[0-9]+ in a new request.');
});

const MAPPED = entitlement('orders-db-readonly', {
  tier: tier({ minApprovals: 0 }),
  target: {
    ...entitlement('x').target,
    abilities: { ...entitlement('x').target.abilities, identity: 'mapped' },
  },
});
table('identity', [
  ['a target that needs none', {}, 'approved'],
  [
    'an identity for the target',
    { entitlements: [MAPPED], people: people(['Alice', 1001, { 'orders-db': 'alice_ro' }]) },
    'approved',
  ],
  [
    'an identity for another target',
    { entitlements: [MAPPED], people: people(['alice', 1001, { aws: 'a' }]) },
    'denied',
  ],
  ['nobody in people', { entitlements: [MAPPED] }, 'denied'],
  [
    'a target called constructor',
    {
      entitlements: [{ ...MAPPED, target: { ...MAPPED.target, id: 'constructor' } }],
      people: people(['alice', 1001]),
    },
    'denied',
  ],
]);

const expiring = (nativeExpiry: 'enforced' | 'login-only' | 'none', wanted: 'required' | 'optional') =>
  entitlement('orders-db-readonly', {
    tier: tier({ minApprovals: 0, nativeExpiry: wanted }),
    target: { ...entitlement('x').target, abilities: { ...entitlement('x').target.abilities, nativeExpiry } },
  });
table('native_expiry', [
  ['required and enforced', { entitlements: [expiring('enforced', 'required')] }, 'approved'],
  ['required and only for new logins', { entitlements: [expiring('login-only', 'required')] }, 'denied'],
  ['required and not there', { entitlements: [expiring('none', 'required')] }, 'denied'],
  ['optional and not there', { entitlements: [expiring('none', 'optional')] }, 'approved'],
]);

table('auto_approve', [['where nobody is wanted', {}, 'approved']]);

it('denies what approves itself where somebody is wanted, whatever else approves it', () => {
  const decision = decide({ rules: [self(), rule()], evidence: approvedBy('bob', 'carol') });
  expect(decision).toMatchObject({ outcome: 'denied', unsatisfied: ['self'] });
  expect(finding(decision, 'auto_approve')).toMatchObject({ status: 'unsatisfied', rule: 'self' });
  expect(finding(decision, 'floor')).toMatchObject({ status: 'satisfied' });
});

table('conflicts', [
  ['no conflict', { conflicts: [['a', 'b']] }, 'approved'],
  ['one of two', { conflicts: [['orders-db-readonly', 'b']] }, 'approved'],
  [
    'both asked for',
    {
      conflicts: [['orders-db-readonly', 'orders-db-admin']],
      entitlements: [...FREE, entitlement('orders-db-admin', { tier: tier({ minApprovals: 0 }) })],
      request: { entitlements: ['orders-db-readonly', 'orders-db-admin'] },
    },
    'denied',
  ],
  [
    'the other held already',
    {
      conflicts: [['b', 'orders-db-readonly']],
      evidence: { live: [live({ subject: 'ALICE' as Login, entitlements: ['b'] })] },
    },
    'denied',
  ],
  [
    'the other held by somebody else',
    {
      conflicts: [['b', 'orders-db-readonly']],
      evidence: { live: [live({ subject: 'bob' as Login, entitlements: ['b'] })] },
    },
    'approved',
  ],
  [
    'the same held already',
    { conflicts: [['b', 'orders-db-readonly']], evidence: { live: [live()] } },
    'approved',
  ],
  [
    'two others held already',
    { conflicts: [['b', 'c']], evidence: { live: [live({ entitlements: ['b', 'c'] })] } },
    'approved',
  ],
  ['one id named twice', { conflicts: [['orders-db-readonly', 'orders-db-readonly']] }, 'approved'],
]);

it('says which conflict it is, and what to wait for', () => {
  const conflicting = { rules: [self()], entitlements: FREE, conflicts: [['orders-db-readonly', 'b']] };
  const held = decide({ ...conflicting, evidence: { live: [live({ entitlements: ['b'] })] } });
  expect(finding(held, 'conflicts')).toMatchObject({
    message: 'orders-db-readonly and b must not be held by one person at once.',
    unblock: 'Wait until b has ended for alice.',
  });
  const together = decide({ ...conflicting, request: { entitlements: ['orders-db-readonly', 'b'] } });
  expect(finding(together, 'conflicts')?.unblock).toBe('Ask for one of them only.');
  expect(finding(decide({ ...conflicting, conflicts: [['a', 'b']] }), 'conflicts')).toBeUndefined();
});

const EXTENDING = { extends: '2026/11/live' as RequestId } satisfies World['request'];
table('extends', [
  ['a live grant', { request: EXTENDING, evidence: { live: [live()] } }, 'approved'],
  ['nothing', { request: EXTENDING }, 'invalid'],
  [
    'another grant',
    { request: EXTENDING, evidence: { live: [live({ id: '2026/11/other' as RequestId })] } },
    'invalid',
  ],
  ['a grant that ends now', { request: EXTENDING, evidence: { live: [live({ until: NOW })] } }, 'invalid'],
  [
    'a grant of somebody else',
    { request: EXTENDING, evidence: { live: [live({ subject: 'bob' as Login })] } },
    'invalid',
  ],
  [
    'a grant in another spelling of the login',
    { request: EXTENDING, evidence: { live: [live({ subject: 'ALICE' as Login })] } },
    'approved',
  ],
  [
    'a grant of something else',
    { request: EXTENDING, evidence: { live: [live({ entitlements: ['b'] })] } },
    'invalid',
  ],
  [
    'a grant of more',
    { request: EXTENDING, evidence: { live: [live({ entitlements: ['b', 'orders-db-readonly'] })] } },
    'approved',
  ],
]);

/** The live grant began an hour ago and ends in an hour; the extension adds two, which makes four in all. */
const prolonging = (limits: Parameters<typeof rule>[0], more: World = {}): World => ({
  rules: [self(limits)],
  request: EXTENDING,
  evidence: { live: [live()] },
  ...more,
});
const plainTier = (maxDuration?: Duration) => {
  const { maxDuration: _, ...plain } = tier({ minApprovals: 0 });
  return [
    entitlement('orders-db-readonly', {
      tier: maxDuration === undefined ? plain : { ...plain, maxDuration },
    }),
  ];
};
table('total', [
  ['twice the duration where the rule says nothing else', prolonging({ maxDuration: hours(2) }), 'approved'],
  ['more than the total the rule gives', prolonging({ maxDuration: hours(2), maxTotal: hours(3) }), 'denied'],
  ['as much as the total the rule gives', prolonging({ maxTotal: hours(4) }), 'approved'],
  [
    'a chain that began earlier',
    prolonging({ maxDuration: hours(2) }, { evidence: { live: [live({ chainFrom: ago(3_601) })] } }),
    'denied',
  ],
  [
    'twice the tier where the rule has no duration',
    prolonging({}, { entitlements: plainTier(hours(2)) }),
    'approved',
  ],
  [
    'more than twice the tier',
    prolonging(
      {},
      {
        entitlements: plainTier('119m' as Duration),
        request: { ...EXTENDING, duration: '119m' as Duration },
      },
    ),
    'denied',
  ],
  [
    'no limit anywhere',
    prolonging({}, { entitlements: plainTier(), evidence: { live: [live({ chainFrom: ago(9_000_000) })] } }),
    'approved',
  ],
  [
    'the first request of a chain',
    { rules: [self({ maxDuration: hours(2), maxTotal: hours(2) })] },
    'approved',
  ],
]);

it('limits the total of break-glass by its block', () => {
  const glass = rule({
    name: 'glass',
    effect: {
      kind: 'break_glass',
      maxDuration: hours(1),
      reviewWithin: hours(24),
      reviewers: group('security'),
    },
  });
  const breaking = {
    rules: [glass],
    request: { ...EXTENDING, breakGlass: true, duration: '30m' as Duration },
  };
  expect(
    decide({
      ...breaking,
      evidence: { live: [live({ from: ago(600), chainFrom: ago(1_800), until: addSeconds(NOW, 3_600) })] },
    }).outcome,
  ).toBe('approved');
  expect(decide({ ...breaking, evidence: { live: [live({ chainFrom: ago(1_801) })] } }).outcome).toBe(
    'denied',
  );
});

table('owed_review', [
  [
    'one that is due later',
    {
      evidence: {
        owedReviews: [{ id: EXTENDING.extends, subject: account('alice').login, due: addSeconds(NOW, 1) }],
      },
    },
    'approved',
  ],
  [
    'one that is due now',
    { evidence: { owedReviews: [{ id: EXTENDING.extends, subject: account('ALICE').login, due: NOW }] } },
    'denied',
  ],
  [
    'one of the requester',
    {
      evidence: {
        requester: account('bob'),
        owedReviews: [{ id: EXTENDING.extends, subject: account('bob').login, due: NOW }],
      },
    },
    'denied',
  ],
  [
    'one of somebody else',
    { evidence: { owedReviews: [{ id: EXTENDING.extends, subject: account('bob').login, due: NOW }] } },
    'approved',
  ],
  [
    'one that is due at no time',
    {
      evidence: {
        owedReviews: [
          { id: EXTENDING.extends, subject: account('alice').login, due: undefined as unknown as Instant },
        ],
      },
    },
    'denied',
  ],
]);

table('lapsed', [
  ['in time', { rules: [self({ lapsesAfter: hours(2) })] }, 'approved'],
  [
    'a second late',
    {
      rules: [self({ lapsesAfter: hours(2) })],
      evidence: { pullRequest: { number: 7, openedAt: ago(7_201) } },
    },
    'denied',
  ],
]);

const OPEN = { rules: [self({ limits: { openRequests: 2 } })] };
table('open_requests', [
  ['as many as allowed', { ...OPEN, evidence: { openRequests: 2 } }, 'approved'],
  ['one more', { ...OPEN, evidence: { openRequests: 3 } }, 'denied'],
  ['not known', { ...OPEN, evidence: { openRequests: null } }, 'denied'],
  ['no number', { ...OPEN, evidence: { openRequests: Number.NaN } }, 'denied'],
  ['nobody asks', { evidence: { openRequests: 99 } }, 'approved'],
]);

const HELD = { rules: [self({ limits: { heldPerWeek: hours(8) } })] };
const held = (seconds: number, id = 'orders-db-readonly'): World['evidence'] => ({
  held: [{ entitlement: id, seconds }],
});
table('held_per_week', [
  ['as long as allowed with this request', { ...HELD, evidence: { ...held(6 * 3_600) } }, 'approved'],
  ['a second more', { ...HELD, evidence: { ...held(6 * 3_600 + 1) } }, 'denied'],
  [
    'what a live grant still gives counts',
    { ...HELD, evidence: { ...held(5 * 3_600), live: [live()] } },
    'approved',
  ],
  ['and can be too much', { ...HELD, evidence: { ...held(5 * 3_600 + 1), live: [live()] } }, 'denied'],
  [
    'one that begins later counts in full',
    { ...HELD, evidence: { ...held(3 * 3_600), live: [live({ from: inHours(1), until: inHours(5) })] } },
    'denied',
  ],
  [
    'one of somebody else does not',
    { ...HELD, evidence: { ...held(6 * 3_600), live: [live({ subject: 'bob' as Login })] } },
    'approved',
  ],
  [
    'one of something else does not',
    { ...HELD, evidence: { ...held(6 * 3_600), live: [live({ entitlements: ['b'] })] } },
    'approved',
  ],
  ['not known', { ...HELD, evidence: { held: null } }, 'denied'],
  ['known of something else', { ...HELD, evidence: { ...held(0, 'b') } }, 'denied'],
  ['no number', { ...HELD, evidence: { ...held(Number.NaN) } }, 'denied'],
]);

describe('the table of checks', () => {
  it('gives every check a code of its own, and findings no other', () => {
    expect(new Set(FINDING_CODES).size).toBe(FINDING_CODES.length);
    expect(FINDING_CODES.length).toBe(CHECKS.length + 1);
    const everything = decide({
      rules: [
        self({ limits: { openRequests: 1, heldPerWeek: hours(8) }, ticket: {}, maxDuration: hours(1) }),
        rule(),
      ],
      request: { ...EXTENDING, start: NOW, entitlements: ['orders-db-readonly', 'nothing'] },
      conflicts: [['orders-db-readonly', 'nothing']],
    });
    for (const { code } of everything.findings) expect(FINDING_CODES).toContain(code);
  });

  it('says of every finding what it is about', () => {
    const decision = decide({
      rules: [rule({ maxDuration: hours(1) })],
      request: { entitlements: ['orders-db-readonly', 'orders-db-admin'] },
    });
    expect(findings(decision, 'floor').map((one) => one.entitlement)).toEqual([
      'orders-db-readonly',
      'orders-db-admin',
    ]);
    expect(findings(decision, 'duration')).toMatchObject([
      { rule: 'two-groups', message: 'The request asks for 2h; rule two-groups allows 1h at most.' },
    ]);
  });

  it.each<[string, Parameters<typeof rule>[0][], boolean]>([
    [
      'every rule says so',
      [
        { name: 'a', autoMerge: true },
        { name: 'b', autoMerge: true },
      ],
      true,
    ],
    ['one does not', [{ name: 'a', autoMerge: true }, { name: 'b' }], false],
    ['no rule applies', [{ name: 'a', autoMerge: true, entitlements: ['x'] }], false],
  ])('lets the app merge when %s', (_, rules, autoMerge) => {
    expect(decide({ rules: rules.map((one) => rule(one)) }).autoMerge).toBe(autoMerge);
  });
});
