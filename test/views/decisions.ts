import type { Oid, Review } from '../../src/core/approval.js';
import type { Abilities, Entitlement } from '../../src/core/entitlement.js';
import type { Account, Login } from '../../src/core/identity.js';
import type { Decision, Finding } from '../../src/core/policy/decision.js';
import type { AccessRequest, RequestId } from '../../src/core/request.js';
import type { Duration, Instant } from '../../src/core/time.js';
import type { DecisionView, RequestView } from '../../src/views/decision-view.js';

export const HEAD = 'a'.repeat(40) as Oid;
export const ID = '2026/11/alice-orders-db' as RequestId;

export function account(login: string, id = 1): Account {
  return { login: login as Login, id };
}

export function instant(text: string): Instant {
  return text as Instant;
}

export function request(changes: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: ID,
    subject: 'alice' as Login,
    entitlements: ['orders-db-readonly'],
    duration: '2h' as Duration,
    justification: 'INC-4242: checkout is slow, need to read query plans',
    ticket: 'INC-4242',
    breakGlass: false,
    ...changes,
  };
}

const ABILITIES: Abilities = {
  enumerates: true,
  nativeExpiry: 'none',
  endsSessions: true,
  identity: 'mapped',
};

export function entitlement(
  changes: Partial<Entitlement> = {},
  abilities: Partial<Abilities> = {},
): Entitlement {
  return {
    id: 'orders-db-readonly',
    title: 'Read the orders database',
    target: { id: 'orders-db', kind: 'postgres', abilities: { ...ABILITIES, ...abilities } },
    tier: { id: 'production', minApprovals: 2, maxDuration: '4h' as Duration, nativeExpiry: 'optional' },
    grant: { role: 'app_readonly' },
    exclusive: false,
    ...changes,
  };
}

const RULE = 'production-data';
const WITHIN: Finding = {
  code: 'duration',
  status: 'satisfied',
  otherwise: 'denied',
  entitlement: 'orders-db-readonly',
  rule: RULE,
  message: '2h is within the 2h this rule allows.',
};
const TICKET: Finding = {
  code: 'ticket',
  status: 'satisfied',
  otherwise: 'denied',
  rule: RULE,
  message: 'The ticket INC-4242 matches.',
};

export const BY_BOB: Review = {
  id: 11,
  author: account('bob', 1002),
  authorType: 'User',
  state: 'approved',
  commit: HEAD,
  submittedAt: instant('2026-11-22T11:58:00Z'),
  commented: false,
};

/** Two people from two groups have approved. */
export const APPROVED: Decision = {
  outcome: 'approved',
  findings: [WITHIN, TICKET],
  rules: [RULE],
  unsatisfied: [],
  approvals: [
    { account: account('bob', 1002), review: 11, at: instant('2026-11-22T11:58:00Z'), rule: RULE, group: 0 },
    {
      account: account('carol', 1003),
      review: 12,
      at: instant('2026-11-22T11:59:00Z'),
      rule: RULE,
      group: 1,
    },
  ],
  dismissals: [],
  groups: [
    {
      rule: RULE,
      group: 0,
      from: { teams: ['dba'], users: [] },
      stage: 1,
      reached: true,
      count: 1,
      filledBy: [account('bob', 1002)],
      candidates: [],
    },
    {
      rule: RULE,
      group: 1,
      from: { teams: ['security'], users: ['dana' as Login] },
      stage: 1,
      reached: true,
      count: 1,
      filledBy: [account('carol', 1003)],
      candidates: [],
    },
  ],
  vetoes: [],
  autoMerge: true,
};

/** Bob has approved, carol's approval is stale, and erin has asked for changes. */
export const PENDING: Decision = {
  ...APPROVED,
  outcome: 'pending',
  findings: [
    WITHIN,
    TICKET,
    {
      code: 'approvals',
      status: 'unsatisfied',
      otherwise: 'pending',
      rule: RULE,
      message: '1 of 2 approvals for rule production-data; missing: 1 from team security or dana.',
      unblock: 'carol or dana can approve.',
    },
    {
      code: 'floor',
      status: 'unsatisfied',
      otherwise: 'pending',
      entitlement: 'orders-db-readonly',
      message: '1 of at least 2 people approved orders-db-readonly, which is of tier production.',
      unblock: '1 more person from the approval groups can approve.',
    },
    {
      code: 'veto',
      status: 'unsatisfied',
      otherwise: 'pending',
      rule: RULE,
      message: 'erin asked for changes, and has a say under rule production-data.',
      unblock: 'erin can approve instead, or the review can be dismissed.',
    },
  ],
  unsatisfied: [RULE],
  approvals: APPROVED.approvals.slice(0, 1),
  groups: APPROVED.groups.map((group) =>
    group.group === 0
      ? group
      : { ...group, filledBy: [], candidates: [account('carol', 1003), account('dana', 1004)] },
  ),
  dismissals: [
    {
      review: { ...BY_BOB, id: 12, author: account('carol', 1003), commit: 'b'.repeat(40) as Oid },
      reason: 'stale_commit',
      message: 'carol approved an earlier version; the head has changed since.',
    },
  ],
  vetoes: [account('erin', 1005)],
};

export const DENIED: Decision = {
  ...APPROVED,
  outcome: 'denied',
  findings: [
    {
      ...WITHIN,
      code: 'duration_over_rule',
      status: 'unsatisfied',
      message: '8h is longer than the 2h this rule allows.',
      unblock: 'Ask for 2h or less.',
    },
    { ...TICKET, status: 'errored', message: 'The ticket could not be checked.', unblock: 'Mend the rule.' },
  ],
  unsatisfied: [RULE],
  approvals: [],
  groups: [],
};

export function requestView(decision: Decision, changes: Partial<RequestView> = {}): RequestView {
  return {
    request: request(),
    requester: 'alice',
    decision,
    entitlements: [entitlement()],
    window: { startsAt: instant('2026-11-22T12:00:00Z'), expiresAt: instant('2026-11-22T14:00:00Z') },
    ...changes,
  };
}

export function view(changes: Partial<DecisionView> = {}): DecisionView {
  return {
    pullRequest: 'request',
    requests: [],
    removals: [],
    issues: [],
    broken: [],
    asked: [],
    ...changes,
  };
}
