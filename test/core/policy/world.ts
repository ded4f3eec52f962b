import type { Oid, Review, ReviewState } from '../../../src/core/approval.js';
import type { Catalog, Entitlement, Tier } from '../../../src/core/entitlement.js';
import type { Account, Group, Login } from '../../../src/core/identity.js';
import type { People } from '../../../src/core/people.js';
import type { Decision, Finding } from '../../../src/core/policy/decision.js';
import { evaluate } from '../../../src/core/policy/evaluate.js';
import type { Control, Evidence, LiveGrant } from '../../../src/core/policy/evidence.js';
import type {
  ApprovalGroup,
  Condition,
  ConditionFacts,
  Policy,
  Rule,
} from '../../../src/core/policy/policy.js';
import type { AccessRequest, RequestId } from '../../../src/core/request.js';
import { addSeconds, type Duration, type Instant } from '../../../src/core/time.js';

/** A small organisation. Everybody has a fixed number; teams are what the tests say they are. */
const IDS: Readonly<Record<string, number>> = {
  alice: 1001,
  bob: 1002,
  carol: 1003,
  dana: 1004,
  erin: 1005,
  frank: 1006,
  mallory: 1099,
};

export const NOW = '2026-11-22T12:00:00Z' as Instant;
export const HEAD = 'a'.repeat(40) as Oid;
export const OLD = 'b'.repeat(40) as Oid;

export function account(login: string, id = IDS[login.toLowerCase()] ?? 0): Account {
  return { login: login as Login, id };
}

export function group(...names: string[]): Group {
  const users = names.filter((name) => name.startsWith('@')).map((name) => name.slice(1) as Login);
  return { teams: names.filter((name) => !name.startsWith('@')), users };
}

export function approvalGroup(from: Group, overrides: Partial<ApprovalGroup> = {}): ApprovalGroup {
  return { from, count: 1, stage: 1, comment: 'optional', ...overrides };
}

export function rule(overrides: Partial<Rule> = {}): Rule {
  return {
    name: 'two-groups',
    entitlements: ['orders-db-*'],
    effect: { kind: 'approvals', groups: [approvalGroup(group('dba')), approvalGroup(group('security'))] },
    approvalTtl: '24h' as Duration,
    autoMerge: false,
    ...overrides,
  };
}

export function approvalsOf(...groups: ApprovalGroup[]): Pick<Rule, 'effect'> {
  return { effect: { kind: 'approvals', groups } };
}

export function condition(
  holds: (facts: ConditionFacts) => boolean,
  teams: readonly string[] = [],
): Condition {
  return { source: 'a condition', teams, readsTeams: teams.length > 0, holds };
}

const PRODUCTION: Tier = {
  id: 'production',
  minApprovals: 2,
  maxDuration: '4h' as Duration,
  nativeExpiry: 'optional',
};

export function entitlement(id: string, overrides: Partial<Entitlement> = {}): Entitlement {
  return {
    id,
    title: `Title of ${id}`,
    target: {
      id: 'orders-db',
      kind: 'postgres',
      abilities: { enumerates: true, nativeExpiry: 'login-only', endsSessions: true, identity: 'login' },
    },
    tier: PRODUCTION,
    grant: { role: 'app_readonly' },
    exclusive: false,
    ...overrides,
  };
}

export function tier(overrides: Partial<Tier> = {}): Tier {
  return { ...PRODUCTION, ...overrides };
}

export function catalog(...entitlements: Entitlement[]): Catalog {
  return {
    targets: new Map(entitlements.map(({ target }) => [target.id, target])),
    entitlements: new Map(entitlements.map((one) => [one.id, one])),
  };
}

export function people(...entries: readonly (readonly [string, number, Record<string, string>?])[]): People {
  return new Map(
    entries.map(([login, id, identities = {}]) => [
      login.toLowerCase(),
      { login: login as Login, id, identities: new Map(Object.entries(identities)), attributes: new Map() },
    ]),
  );
}

export function request(overrides: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: '2026/11/alice-orders-db' as RequestId,
    subject: 'alice' as Login,
    entitlements: ['orders-db-readonly'],
    duration: '2h' as Duration,
    justification: 'INC-1: look',
    ticket: 'INC-1',
    breakGlass: false,
    ...overrides,
  };
}

let reviewId = 0;

/** A review an hour old on the head by a person; ids grow in the order of calls. */
export function review(
  by: string | null,
  state: ReviewState = 'approved',
  overrides: Partial<Review> = {},
): Review {
  reviewId += 1;
  return {
    id: reviewId,
    author: by === null ? null : account(by),
    authorType: 'User',
    state,
    commit: HEAD,
    submittedAt: ago(3_600),
    commented: false,
    ...overrides,
  };
}

export function ago(seconds: number): Instant {
  return addSeconds(NOW, -seconds);
}

export function live(overrides: Partial<LiveGrant> = {}): LiveGrant {
  return {
    id: '2026/11/live' as RequestId,
    subject: 'alice' as Login,
    entitlements: ['orders-db-readonly'],
    from: ago(3_600),
    until: addSeconds(NOW, 3_600),
    chainFrom: ago(3_600),
    ...overrides,
  };
}

export function team(name: string, ...logins: string[]): Evidence['teams'][number] {
  return { team: name, id: 100 + name.length, members: logins.map((login) => account(login)) };
}

export function evidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    now: NOW,
    pullRequest: { number: 7, openedAt: ago(7_200) },
    requester: account('alice'),
    requesterType: 'User',
    subject: account('alice'),
    head: HEAD,
    epoch: ago(7_000),
    reviews: [],
    contributors: [account('alice')],
    pushers: [account('alice')],
    teams: [
      team('dba', 'bob', 'erin'),
      team('security', 'carol', 'erin'),
      team('engineering', 'alice', 'bob'),
    ],
    live: [],
    openRequests: null,
    held: null,
    owedReviews: [],
    ...overrides,
  };
}

/** What one test changes in the ordinary world, where bob and carol can let alice read the orders database. */
export interface World {
  readonly rules?: readonly Rule[];
  readonly conflicts?: Policy['conflicts'];
  readonly entitlements?: readonly Entitlement[];
  readonly people?: People;
  readonly request?: Partial<AccessRequest>;
  readonly evidence?: Partial<Evidence>;
}

export function controlOf(world: World): Control {
  return {
    policy: { rules: world.rules ?? [rule()], conflicts: world.conflicts ?? [] },
    catalog: catalog(
      ...(world.entitlements ?? [entitlement('orders-db-readonly'), entitlement('orders-db-admin')]),
    ),
    people: world.people ?? people(),
  };
}

export function decide(world: World): Decision {
  return evaluate(controlOf(world), request(world.request), evidence(world.evidence));
}

export function approvedBy(...logins: string[]): Pick<Evidence, 'reviews'> {
  return { reviews: logins.map((login) => review(login)) };
}

/** The findings of one check. */
export function findings(decision: Decision, code: string): readonly Finding[] {
  return decision.findings.filter((finding) => finding.code === code);
}

export function finding(decision: Decision, code: string): Finding | undefined {
  return findings(decision, code)[0];
}
