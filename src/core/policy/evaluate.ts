import type { AccessRequest } from '../request.js';
import type { Decision, Finding } from './decision.js';
import type { Control, Evidence } from './evidence.js';
import { explain } from './explanation.js';
import { type Expected, fold, worse } from './fold.js';
import { type Check, type CheckSet, errored, type Judgement } from './rules/check.js';
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
    const made = CHECKS.flatMap((check) => madeOf(check, situation));
    const findings = made.map(({ finding }) => finding);
    const expected = made.map(({ about }) => about);
    return explain(situation, findings, fold(expected, findings));
  } catch (error) {
    return undecidable(problemOf(error));
  }
}

/** What came of one check of one thing. */
interface Made {
  readonly about: Expected;
  readonly finding: Finding;
}

function madeOf(check: CheckSet, situation: Situation): readonly Made[] {
  const { code } = check;
  switch (check.about) {
    case 'request':
      return make(check, { situation, thing: situation, about: { code } });
    case 'entitlement':
      return situation.asked.flatMap((thing) =>
        make(check, { situation, thing, about: { code, entitlement: thing.id } }),
      );
    case 'rule':
      return situation.applied.flatMap((thing) =>
        make(check, { situation, thing, about: { code, rule: thing.rule.name } }),
      );
  }
}

/** A check of whatever there may be one of. */
interface CheckOf<Thing> extends Check {
  concerns(thing: Thing, situation: Situation): boolean;
  judge(thing: Thing, situation: Situation): Judgement;
}

interface Occasion<Thing> {
  readonly situation: Situation;
  readonly thing: Thing;
  readonly about: Expected;
}

/** Nothing comes of a check that is not concerned. */
function make<Thing>(check: CheckOf<Thing>, { situation, thing, about }: Occasion<Thing>): readonly Made[] {
  const judgement = judgementOf(check, thing, situation);
  return judgement === undefined ? [] : [{ about, finding: findingOf(check, about, judgement) }];
}

/** A check that cannot tell whether it is concerned owes a finding, and has failed to give one. */
function judgementOf<Thing>(
  check: CheckOf<Thing>,
  thing: Thing,
  situation: Situation,
): Judgement | undefined {
  try {
    return check.concerns(thing, situation) ? check.judge(thing, situation) : undefined;
  } catch (error) {
    return errored(`This could not be judged: ${problemOf(error)}.`, TELL_THE_OPERATORS);
  }
}

function findingOf(check: Check, about: Expected, judgement: Judgement): Finding {
  const worst = judgement.status === 'errored' ? worse(check.otherwise, 'denied') : check.otherwise;
  const otherwise = worst === 'approved' ? 'denied' : worst;
  // Assigned and not spread: V8 is slow to spread objects whose keys differ, and that was a third of what deciding took.
  return Object.assign({}, about, { otherwise } as const, judgement);
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
