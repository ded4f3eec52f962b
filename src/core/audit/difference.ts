import type { CountedApproval, Decision } from '../policy/decision.js';

/** What two decisions about the same request do not have in common. */
export interface Difference {
  readonly of: 'outcome' | 'rules' | 'unsatisfied' | 'approvals';
  readonly recorded: readonly string[];
  readonly again: readonly string[];
}

const ASPECTS: Readonly<Record<Difference['of'], (decision: Decision) => readonly string[]>> = {
  outcome: ({ outcome }) => [outcome],
  rules: ({ rules }) => rules,
  unsatisfied: ({ unsatisfied }) => unsatisfied.toSorted(),
  approvals: ({ approvals }) => approvals.map(approvalText),
};

/**
 * Holds a decision made again against the recorded one. Sentences may be written better one day; what was decided, by which rules
 * and by whose approval may not change. None: they agree.
 */
export function differencesBetween(recorded: Decision, again: Decision): readonly Difference[] {
  return (Object.keys(ASPECTS) as Difference['of'][]).flatMap((of) => {
    const [was, is] = [ASPECTS[of](recorded), ASPECTS[of](again)];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ of, recorded: was, again: is }];
  });
}

/** Whose, which, and for what. The account is told by its number: a login may change hands. */
function approvalText({ account, review, rule, group }: CountedApproval): string {
  const part = group === null ? 'the floor' : `group ${group + 1}`;
  return `account ${account.id}, review ${review}, for ${part} of ${rule}`;
}
