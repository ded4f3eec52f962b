import { describe, expect, it } from 'vitest';
import { needs } from '../../../src/core/policy/needs.js';
import type { Duration } from '../../../src/core/time.js';
import {
  approvalGroup,
  approvalsOf,
  condition,
  controlOf,
  entitlement,
  group,
  request,
  rule,
  type World,
} from './world.js';

const NOTHING = { teams: [], logins: ['alice'], reviews: false, openRequests: false, held: [] };
const self = (overrides: Parameters<typeof rule>[0] = {}) =>
  rule({ effect: { kind: 'auto_approve' }, ...overrides });

describe('needs', () => {
  it.each<[string, World, object]>([
    ['no rules', { rules: [] }, {}],
    [
      'rules about something else',
      { rules: [rule({ entitlements: ['x'], limits: { openRequests: 1 } })] },
      {},
    ],
    ['rules of the other kind', { rules: [rule()], request: { breakGlass: true } }, {}],
    ['approval groups', { rules: [rule()] }, { teams: ['dba', 'security'], reviews: true }],
    [
      'users in approval groups, without case and once',
      { rules: [rule(approvalsOf(approvalGroup(group('@Dana', '@ALICE')), approvalGroup(group('@dana'))))] },
      { logins: ['ALICE', 'dana'], reviews: true },
    ],
    [
      'requesters and those they act for',
      { rules: [self({ requesters: group('b', '@bob'), onBehalfOf: group('a') })] },
      { teams: ['a', 'b'] },
    ],
    ['who may veto', { rules: [self({ veto: group('security') })] }, { teams: ['security'], reviews: true }],
    [
      'teams a condition asks about',
      { rules: [self({ when: condition(() => true, ['ops', 'dba']) })] },
      { teams: ['dba', 'ops'] },
    ],
    ['open requests', { rules: [self({ limits: { openRequests: 1 } })] }, { openRequests: true }],
    [
      'time held, of the entitlements concerned only',
      {
        rules: [
          self({ entitlements: ['orders-db-admin'], limits: { heldPerWeek: '1h' as Duration } }),
          self(),
        ],
        request: { entitlements: ['orders-db-readonly', 'orders-db-admin'] },
      },
      { held: ['orders-db-admin'] },
    ],
    [
      'a rule about one of several entitlements',
      {
        rules: [self({ entitlements: ['orders-db-admin'], requesters: group('ops') })],
        request: { entitlements: ['orders-db-readonly', 'orders-db-admin'] },
      },
      { teams: ['ops'] },
    ],
    [
      'an entitlement nobody knows',
      { rules: [rule({ entitlements: ['*'] })], entitlements: [entitlement('x')] },
      { teams: ['dba', 'security'], reviews: true },
    ],
  ])('asks about %s', (_, world, expected) => {
    expect(needs(controlOf(world), request(world.request))).toEqual({ ...NOTHING, ...expected });
  });
});
