import type { Asked, Situation } from '../situation.js';
import { listed } from '../wording.js';
import { type EntitlementCheck, errored, type RuleCheck, satisfied, unsatisfied } from './check.js';

/** No rule, no access (D7). Says which rules came close, and what they would want. */
export const rule: EntitlementCheck = {
  about: 'entitlement',
  code: 'rule',
  otherwise: 'denied',
  concerns: ({ entitlement }) => entitlement !== undefined,
  judge(asked, situation) {
    const applying = asked.applications.filter(
      ({ applicability: { kind } }) => kind === 'applies' || kind === 'unknown',
    );
    if (applying.length > 0) {
      const names = listed(applying.map(({ rule: { name } }) => name));
      return satisfied(
        `${applying.length === 1 ? 'Rule' : 'Rules'} ${names} ${applying.length === 1 ? 'applies' : 'apply'}.`,
      );
    }
    const what = situation.request.breakGlass ? 'No rule allows break-glass for' : 'No rule applies to';
    return unsatisfied(`${what} ${asked.id} here.`, nearestOf(asked, situation));
  },
};

/** So many near misses are told; more would hide the one that helps. */
const NEAREST = 5;

function nearestOf({ id, applications }: Asked, { request }: Situation): string {
  const nearly = applications.flatMap(({ rule: { name }, applicability }) =>
    applicability.kind === 'nearly' ? [`Rule ${name} would apply if ${applicability.missing}.`] : [],
  );
  if (nearly.length > 0) return nearly.slice(0, NEAREST).join(' ');
  if (request.breakGlass) return 'Ask without break_glass, and let people approve it.';
  return `Add a rule for ${id} to the policy.`;
}

/** Whether a rule applies has to be known: a condition that fails, or a team that is gone, must not switch a rule off (T067). */
export const applicability: RuleCheck = {
  about: 'rule',
  code: 'applicability',
  otherwise: 'denied',
  concerns: ({ problems }) => problems.length > 0,
  judge({ rule: { name }, problems }) {
    return errored(
      `Whether rule ${name} applies could not be told: ${listed(problems)}.`,
      'Mend the rule, or what it refers to; until then it counts as applying and not satisfied.',
    );
  },
};

export const deny: RuleCheck = {
  about: 'rule',
  code: 'deny',
  otherwise: 'denied',
  concerns: ({ rule: { effect } }) => effect.kind === 'deny',
  judge({ rule: { name, effect } }) {
    const message = effect.kind === 'deny' ? effect.message : '';
    return unsatisfied(message, `Rule ${name} has to stop applying before this can be granted.`);
  },
};
