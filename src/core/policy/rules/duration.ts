import type { AccessRequest } from '../../request.js';
import { type Duration, durationSeconds } from '../../time.js';
import { type Judgement, type RuleCheck, satisfied, unsatisfied } from './check.js';

/** Written so that a length that is no number is too long (T086). */
function within(limit: Duration, { duration }: AccessRequest, whose: string): Judgement {
  if (durationSeconds(duration) <= durationSeconds(limit))
    return satisfied(`${duration} is within the ${limit} of ${whose}.`);
  return unsatisfied(
    `The request asks for ${duration}; ${whose} allows ${limit} at most.`,
    `Ask for ${limit} or less in a new request.`,
  );
}

export const duration: RuleCheck = {
  about: 'rule',
  code: 'duration',
  otherwise: 'denied',
  concerns: ({ rule }) => rule.maxDuration !== undefined,
  judge: ({ rule }, { request }) =>
    within(rule.maxDuration ?? request.duration, request, `rule ${rule.name}`),
};

/** The one requirement break-glass always has: what is not approved beforehand is short. */
export const breakGlass: RuleCheck = {
  about: 'rule',
  code: 'break_glass',
  otherwise: 'denied',
  concerns: ({ rule }) => rule.effect.kind === 'break_glass',
  judge({ rule: { name, effect } }, { request }) {
    if (effect.kind !== 'break_glass')
      return unsatisfied(`Rule ${name} is no break-glass rule.`, 'Ask without break_glass.');
    return within(effect.maxDuration, request, `the break-glass of rule ${name}`);
  },
};
