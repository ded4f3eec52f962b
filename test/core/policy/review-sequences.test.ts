import { describe, expect, it } from 'vitest';
import type { Review, ReviewState } from '../../../src/core/approval.js';
import { evaluate } from '../../../src/core/policy/evaluate.js';
import { exclusionOf, standingsOf } from '../../../src/core/policy/reviews.js';
import {
  account,
  ago,
  approvalGroup,
  approvalsOf,
  controlOf,
  entitlement,
  evidence,
  group,
  HEAD,
  OLD,
  request,
  rule,
  team,
  tier,
} from './world.js';

/**
 * Every sequence of reviews by two people over {approved, changes requested, dismissed, commented} x {fresh, stale}: whole decisions
 * up to four reviews and a fixed sample of those with five, and the state machine alone for all of them.
 */
const PEOPLE = ['bob', 'erin'] as const;
const STATES: readonly ReviewState[] = ['approved', 'changes_requested', 'dismissed', 'commented'];

interface Step {
  readonly who: number;
  readonly state: ReviewState;
  readonly fresh: boolean;
}
const STEPS: readonly Step[] = [0, 1].flatMap((who) =>
  STATES.flatMap((state) => [true, false].map((fresh) => ({ who, state, fresh }))),
);

/** What the words of the design say, written down a second time and in another way. */
function oracle(steps: readonly Step[]): {
  readonly approving: readonly number[];
  readonly vetoing: readonly number[];
} {
  const approving: number[] = [];
  const vetoing: number[] = [];
  for (const who of [0, 1]) {
    let approves = false;
    let objects = false;
    for (const step of steps) {
      if (step.who !== who || step.state === 'commented') continue;
      approves = step.state === 'approved' && step.fresh;
      objects = step.state === 'changes_requested';
    }
    if (approves) approving.push(who);
    if (objects) vetoing.push(who);
  }
  return { approving, vetoing };
}

/** The reviews that can stand at each place of a sequence, made once. */
const REVIEWS: readonly (readonly Review[])[] = [0, 1, 2, 3, 4].map((place) =>
  STEPS.map(({ who, state, fresh }) => ({
    id: place + 1,
    author: account(PEOPLE[who] ?? ''),
    authorType: 'User',
    state,
    commit: fresh ? HEAD : OLD,
    // Every second pair shares a second, so that ids decide as well.
    submittedAt: ago(600 - Math.floor(place / 2)),
    commented: false,
  })),
);

function sequence(number: number, length: number): { readonly steps: Step[]; readonly reviews: Review[] } {
  const steps: Step[] = [];
  const reviews: Review[] = [];
  for (let place = 0, rest = number; place < length; place += 1, rest = Math.floor(rest / STEPS.length)) {
    const index = rest % STEPS.length;
    steps.push(STEPS[index]!);
    reviews.push(REVIEWS[place]![index]!);
  }
  return { steps, reviews };
}

const CONTROL = controlOf({
  rules: [rule(approvalsOf(approvalGroup(group('dba'), { count: 2 })))],
  entitlements: [entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0 }) })],
});
const REQUEST = request();
const EVIDENCE = evidence({ teams: [team('dba', ...PEOPLE)] });

/** The index of the person with an id. */
function indexOf(id: number): number {
  return PEOPLE.findIndex((login) => account(login).id === id);
}

function told(who: readonly number[]): string {
  return who.toSorted().join();
}

/** Comparing texts and only then asserting keeps a million comparisons quick. */
function checkDecision(number: number, length: number): void {
  const { steps, reviews } = sequence(number, length);
  const { approving, vetoing } = oracle(steps);
  const decision = evaluate(CONTROL, REQUEST, { ...EVIDENCE, reviews });
  const outcome = approving.length === 2 && vetoing.length === 0 ? 'approved' : 'pending';
  const expected = `${outcome}; ${told(approving)}; ${told(vetoing)}`;
  const approvers = decision.approvals.map(({ account: { id } }) => indexOf(id));
  const found = `${decision.outcome}; ${told(approvers)}; ${told(decision.vetoes.map(({ id }) => indexOf(id)))}`;
  if (found !== expected) expect([steps, found]).toEqual([steps, expected]);
}

describe('all sequences of reviews agree with the oracle', { timeout: 180_000 }, () => {
  it.each([0, 1, 2, 3, 4])('as decisions, of length %i', (length) => {
    for (let number = 0; number < STEPS.length ** length; number += 1) checkDecision(number, length);
  });

  it('as decisions, a sample of length 5', () => {
    for (let number = 0; number < STEPS.length ** 5; number += 101) checkDecision(number, 5);
  });

  it('as a state machine, all of length 5', () => {
    const facts = { control: CONTROL, request: REQUEST, evidence: EVIDENCE };
    for (let number = 0; number < STEPS.length ** 5; number += 1) {
      const { steps, reviews } = sequence(number, 5);
      const { approving, vetoing } = oracle(steps);
      const { people } = standingsOf(reviews);
      const approves = people.filter(
        (one) => one.state === 'approved' && exclusionOf(one, facts) === undefined,
      );
      const objects = people.filter(({ state }) => state === 'changes_requested');
      const found = [approves, objects]
        .map((some) => told(some.map(({ account: { id } }) => indexOf(id))))
        .join('; ');
      const expected = `${told(approving)}; ${told(vetoing)}`;
      if (found !== expected) expect([steps, found]).toEqual([steps, expected]);
    }
  });
});
