import type { Oid } from '../../src/core/approval.js';
import type { Entry, GrantEvent } from '../../src/core/grant.js';
import type { Account } from '../../src/core/identity.js';
import { applyEvent } from '../../src/core/lifecycle/grant.js';
import type { RequestId } from '../../src/core/request.js';
import { addSeconds, type Instant } from '../../src/core/time.js';

export const NOON = '2026-11-22T12:00:00Z' as Instant;

export function at(minutes: number): Instant {
  return addSeconds(NOON, minutes * 60);
}

export function oid(digit: string): Oid {
  return digit.repeat(40) as Oid;
}

export function account(login: string, id: number): Account {
  return { login: login as Account['login'], id };
}

const ALICE = account('alice', 1001);
const BOB = account('bob', 1002);

const CONTENT = `version: 1
subject: alice
entitlements: [orders-db-readonly]
duration: 2h
justification: "INC-1: look"
`;

/** A grant of alice's from noon for two hours, approved by bob, after some events. */
export function entry(events: readonly GrantEvent[], changes: Partial<Entry> = {}): Entry {
  const blank: Entry = {
    version: 1,
    id: '2026/11/alice-orders-db' as RequestId,
    request: { blob: oid('1'), content: CONTENT },
    landing: { commit: oid('2'), parent: oid('3'), pullRequest: 7, mergedAt: NOON },
    requester: ALICE,
    subject: ALICE,
    decision: {
      outcome: 'approved',
      findings: [],
      rules: ['production-data'],
      unsatisfied: [],
      approvals: [{ account: BOB, review: 11, at: at(-2), rule: 'production-data', group: 0 }],
      dismissals: [],
      groups: [],
      vetoes: [],
      autoMerge: false,
      at: NOON,
      control: { policy: oid('4'), catalog: oid('5'), people: oid('6') },
      evidence: {
        now: NOON,
        pullRequest: { number: 7, openedAt: at(-10) },
        requester: ALICE,
        requesterType: 'User',
        subject: ALICE,
        head: oid('7'),
        epoch: at(-5),
        reviews: [],
        contributors: [ALICE],
        pushers: [ALICE],
        teams: [],
        live: [],
        openRequests: null,
        held: null,
        owedReviews: [],
      },
    },
    window: { startsAt: NOON, expiresAt: at(120) },
    breakGlass: false,
    holdings: [
      {
        entitlement: 'orders-db-readonly',
        holding: { target: 'orders-db', subject: 'alice_ro', grant: { role: 'app_readonly' } },
        state: 'intended',
      },
    ],
    events: [],
    ...changes,
  };
  return events.reduce((grown, event) => applyEvent(grown, event), blank);
}

const ABOUT = { entitlement: 'orders-db-readonly' };

/** The life of a grant, event by event. */
export const LIFE: readonly GrantEvent[] = [
  { event: 'landed', at: at(0) },
  { event: 'intended', at: at(0), ...ABOUT },
  { event: 'granted', at: at(1), ...ABOUT },
  { event: 'ended', at: at(121), ...ABOUT, reason: 'expired' },
];
