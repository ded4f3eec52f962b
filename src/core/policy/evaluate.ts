import type { AccessRequest } from '../request.js';
import type { Decision, Finding } from './decision.js';
import type { Control, Evidence } from './evidence.js';
import { explain } from './explanation.js';
import { type Expected, fold, worse } from './fold.js';
import { type CheckSet, errored, type Judgement } from './rules/check.js';
import { CHECKS } from './rules/table.js';
import { type Situation, situationOf } from './situation.js';
import { problemOf } from './wording.js';

/**
 * Decides one request from frozen facts. Synchronous and total: whatever throws on the way becomes an errored finding, and an
 * errored finding denies.
 */
export function evaluate(control: Control, request: AccessRequest, evidence: Evidence): Decision {
  try {
    const situation = situationOf({ control, request, evidence });
    const owed = CHECKS.flatMap((check) => assignmentsOf(check, situation)).filter(isOwed);
    const findings = owed.map(findingOf);
    const expected = owed.map(({ about }) => about);
    return explain(situation, findings, fold(expected, findings));
  } catch (error) {
    return undecidable(problemOf(error));
  }
}

/** One check and one thing it could be made of. */
interface Assignment {
  readonly about: Expected;
  readonly check: CheckSet;
  readonly concerns: () => boolean;
  readonly judge: () => Judgement;
}

function assignmentsOf(check: CheckSet, situation: Situation): readonly Assignment[] {
  const { code } = check;
  switch (check.about) {
    case 'request': {
      const concerns = (): boolean => check.concerns(situation);
      return [{ about: { code }, check, concerns, judge: () => check.judge(situation) }];
    }
    case 'entitlement':
      return situation.asked.map((asked) => ({
        about: { code, entitlement: asked.id },
        check,
        concerns: () => check.concerns(asked, situation),
        judge: () => check.judge(asked, situation),
      }));
    case 'rule':
      return situation.applied.map((applied) => ({
        about: { code, rule: applied.rule.name },
        check,
        concerns: () => check.concerns(applied, situation),
        judge: () => check.judge(applied, situation),
      }));
  }
}

/** A check that cannot tell whether it is concerned owes a finding, and will fail to give one. */
function isOwed({ concerns }: Assignment): boolean {
  try {
    return concerns();
  } catch {
    return true;
  }
}

function findingOf({ about, check, concerns, judge }: Assignment): Finding {
  const judgement = attempt(() => {
    concerns();
    return judge();
  });
  const otherwise = judgement.status === 'errored' ? worse(check.otherwise, 'denied') : check.otherwise;
  return { ...about, otherwise: otherwise === 'approved' ? 'denied' : otherwise, ...judgement };
}

function attempt(judge: () => Judgement): Judgement {
  try {
    return judge();
  } catch (error) {
    return errored(`This could not be judged: ${problemOf(error)}.`, TELL_THE_OPERATORS);
  }
}

const TELL_THE_OPERATORS = 'Tell the people who run Hallpass: this is a fault in it, not in the request.';

/** What is decided when not even the situation could be made out. */
function undecidable(problem: string): Decision {
  const finding: Finding = {
    code: 'evaluation',
    status: 'errored',
    otherwise: 'denied',
    message: `The request could not be judged: ${problem}.`,
    unblock: TELL_THE_OPERATORS,
  };
  return {
    outcome: 'denied',
    findings: [finding],
    rules: [],
    unsatisfied: [],
    approvals: [],
    dismissals: [],
    groups: [],
    vetoes: [],
    autoMerge: false,
  };
}
