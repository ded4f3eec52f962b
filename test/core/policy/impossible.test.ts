import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Login } from '../../../src/core/identity.js';
import { evaluate } from '../../../src/core/policy/evaluate.js';
import { impossibleFindings } from '../../../src/core/policy/impossible.js';
import type { Rule } from '../../../src/core/policy/policy.js';
import type { Duration } from '../../../src/core/time.js';
import {
  approvalGroup,
  approvalsOf,
  approvedBy,
  condition,
  controlOf,
  entitlement,
  evidence,
  group,
  request,
  rule,
  tier,
  type World,
} from './world.js';

function codes(world: World): string[] {
  return impossibleFindings(controlOf(world), request(world.request)).map(({ code }) => code);
}

const hours = (count: number) => `${count}h` as Duration;
const inc = { source: 'INC-[0-9]+', matches: (text: string) => /^INC-[0-9]+$/.test(text) };
const denying: Rule = rule({
  name: 'freeze',
  entitlements: ['*'],
  effect: { kind: 'deny', message: 'Frozen.' },
});
const maybe = { when: condition(() => true) };
const engineering = { requesters: group('engineering') };

describe('possible', () => {
  test.each<[string, World]>([
    ['what a rule allows', {}],
    ['what a rule allows to somebody in a team', { rules: [rule(engineering)] }],
    ['what a rule allows the subject by name', { rules: [rule({ requesters: group('@ALICE') })] }],
    [
      'what a rule allows on behalf of the subject',
      { rules: [rule({ requesters: group('@dana'), onBehalfOf: group('@alice') })] },
    ],
    ['what is forbidden sometimes', { rules: [rule(), { ...denying, ...maybe }] }],
    ['what is forbidden to some', { rules: [rule(), { ...denying, ...engineering }] }],
    [
      'what one of two rules can allow',
      { rules: [rule({ ...maybe, maxDuration: hours(1) }), rule({ ...maybe, name: 'longer' })] },
    ],
    ['what the longest tier allows', { request: { duration: hours(4) } }],
    [
      'what approves itself',
      {
        rules: [rule({ effect: { kind: 'auto_approve' } })],
        entitlements: [entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0 }) })],
      },
    ],
  ])('%s', (_, world) => expect(codes(world)).toEqual([]));
});

describe('impossible', () => {
  test.each<[string, World, string[]]>([
    ['an id the catalog does not have', { request: { entitlements: ['constructor'] } }, ['entitlement']],
    ['without any rule', { rules: [] }, ['rule']],
    ['what no rule names', { rules: [rule({ entitlements: ['other-*'] })] }, ['rule']],
    ['what is only forbidden', { rules: [{ ...denying, ...maybe }] }, ['rule']],
    ['what is allowed to others by name', { rules: [rule({ requesters: group('@dana') })] }, ['rule']],
    [
      'what is allowed on behalf of others',
      { rules: [rule({ requesters: group('@alice'), onBehalfOf: group('@dana') })] },
      ['rule'],
    ],
    ['break-glass without a rule for it', { request: { breakGlass: true } }, ['rule']],
    ['what is always forbidden', { rules: [rule(), denying] }, ['deny']],
    ['longer than the tier', { request: { duration: hours(5) } }, ['tier_duration']],
    [
      'longer than the only rule, whomever it is for',
      { rules: [rule({ ...engineering, maxDuration: hours(1) })] },
      ['duration'],
    ],
    [
      'longer than a rule that always applies',
      { rules: [rule({ maxDuration: hours(1) }), rule({ ...maybe, name: 'longer' })] },
      ['duration'],
    ],
    [
      'longer than every rule',
      {
        rules: [
          rule({ ...maybe, maxDuration: hours(1) }),
          rule({ ...engineering, name: 'b', maxDuration: hours(1) }),
        ],
      },
      ['duration', 'duration'],
    ],
    [
      'a ticket of another form',
      { rules: [rule({ ticket: { pattern: inc } })], request: { ticket: 'INC-1 foo' } },
      ['ticket'],
    ],
    [
      'a justification of another form',
      { rules: [rule({ justification: { pattern: inc } })] },
      ['justification'],
    ],
    [
      'two that conflict',
      {
        conflicts: [['orders-db-readonly', 'orders-db-admin']],
        request: { entitlements: ['orders-db-readonly', 'orders-db-admin'] },
      },
      ['conflicts'],
    ],
    [
      'longer than break-glass',
      {
        rules: [
          rule({
            effect: {
              kind: 'break_glass',
              maxDuration: hours(1),
              reviewWithin: hours(24),
              reviewers: group('security'),
            },
          }),
        ],
        request: { breakGlass: true },
      },
      ['break_glass'],
    ],
    [
      'what approves itself under a floor',
      { rules: [rule({ effect: { kind: 'auto_approve' } })] },
      ['auto_approve'],
    ],
  ])('%s', (_, world, expected) => expect(codes(world)).toEqual(expected));

  test('no ticket where one is asked for', () => {
    const { ticket: _, ...without } = request();
    const control = controlOf({ rules: [rule({ ticket: {} })] });
    expect(impossibleFindings(control, without).map(({ code }) => code)).toEqual(['ticket']);
  });

  test('every finding says what would change it', () => {
    const found = impossibleFindings(
      controlOf({ rules: [] }),
      request({ entitlements: ['x', 'orders-db-readonly'], duration: hours(9) }),
    );
    expect(found.map(({ unblock }) => unblock).filter((text) => text === undefined || text === '')).toEqual(
      [],
    );
    expect(found.map(({ entitlement: id }) => id)).toEqual(['x', 'orders-db-readonly', 'orders-db-readonly']);
  });
});

test('whatever is called impossible is refused, whoever asks and approves', () => {
  const rules = fc.array(
    fc.record({
      effect: fc.constantFrom<Rule['effect']>(
        { kind: 'auto_approve' },
        { kind: 'deny', message: 'No.' },
        approvalsOf(approvalGroup(group('dba'))).effect,
        { kind: 'break_glass', maxDuration: hours(1), reviewWithin: hours(9), reviewers: group('security') },
      ),
      entitlements: fc.constantFrom(['*'], ['orders-db-*'], ['orders-db-readonly'], ['other']),
      limits: fc.constantFrom<Partial<Rule>>(
        {},
        { maxDuration: hours(1) },
        { ticket: { pattern: inc } },
        { ticket: {} },
      ),
      who: fc.constantFrom<Partial<Rule>>(
        {},
        engineering,
        { requesters: group('@alice') },
        { requesters: group('@bob') },
      ),
      when: fc.constantFrom<Partial<Rule>>({}, maybe, { when: condition(() => false) }),
    }),
    { maxLength: 4 },
  );
  let impossible = 0;
  fc.assert(
    fc.property(
      rules,
      fc.record({
        subject: fc.constantFrom('alice', 'bob'),
        duration: fc.constantFrom(hours(1), hours(2), hours(9)),
        ticket: fc.constantFrom('INC-1', 'x'),
        breakGlass: fc.boolean(),
      }),
      fc.constantFrom(0, 1),
      (specs, wanted, minApprovals) => {
        const control = controlOf({
          rules: specs.map(({ limits, who, when, ...rest }, index) =>
            rule({ name: `r${index}`, ...rest, ...limits, ...who, ...when }),
          ),
          entitlements: [entitlement('orders-db-readonly', { tier: tier({ minApprovals }) })],
        });
        const asked = request({ ...wanted, subject: wanted.subject as Login });
        if (impossibleFindings(control, asked).length === 0) return;
        impossible += 1;
        expect(['denied', 'invalid']).toContain(
          evaluate(control, asked, evidence(approvedBy('erin'))).outcome,
        );
      },
    ),
    { numRuns: 500 },
  );
  expect(impossible).toBeGreaterThan(50);
});
