import { sameLogin } from '../../identity.js';
import { addSeconds, durationSeconds, hasEnded, secondsBetween } from '../../time.js';
import type { LiveGrant } from '../evidence.js';
import type { Applied, Situation } from '../situation.js';
import { listed, spelled } from '../wording.js';
import { type RequestCheck, type RuleCheck, satisfied, unsatisfied } from './check.js';

function prolonged({ request, evidence }: Situation): LiveGrant | undefined {
  return evidence.live.find(({ id, until }) => id === request.extends && !hasEnded(until, evidence.now));
}

/** An extension prolongs a grant that lives, of the same person, for nothing that grant does not give. */
export const extension: RequestCheck = {
  about: 'request',
  code: 'extends',
  otherwise: 'invalid',
  concerns: ({ request }) => request.extends !== undefined,
  judge(situation) {
    const { request } = situation;
    const grant = prolonged(situation);
    if (grant === undefined) {
      return unsatisfied(
        `There is no live grant ${request.extends} to prolong.`,
        'Leave `extends` out and ask for the access anew.',
      );
    }
    if (!sameLogin(grant.subject, request.subject)) {
      return unsatisfied(
        `Grant ${grant.id} is held by ${grant.subject}, not by ${request.subject}.`,
        `Prolong a grant of ${request.subject}, or leave \`extends\` out.`,
      );
    }
    const more = request.entitlements.filter((id) => !grant.entitlements.includes(id));
    if (more.length === 0) return satisfied(`Prolongs ${grant.id}, which ends at ${grant.until}.`);
    return unsatisfied(
      `Grant ${grant.id} does not give ${listed(more)}.`,
      `Prolong only ${listed(grant.entitlements)}, and ask for the rest in a request of its own.`,
    );
  },
};

/** Seconds a grant and its extensions may last together; twice what one may last, where the rule does not say. */
function totalLimit({ rule, entitlements }: Applied): number | undefined {
  if (rule.maxTotal !== undefined) return durationSeconds(rule.maxTotal);
  const tiers = entitlements.flatMap(({ tier }) => tier?.maxDuration ?? []);
  const own = rule.effect.kind === 'break_glass' ? [rule.effect.maxDuration] : [];
  const limits = rule.maxDuration === undefined ? [...own, ...tiers] : [rule.maxDuration, ...own];
  return limits.length === 0 ? undefined : 2 * Math.min(...limits.map(durationSeconds));
}

/** Seconds from the start of the first grant of the chain to the end of this extension. */
function wholeOf(situation: Situation): number | undefined {
  const grant = prolonged(situation);
  if (grant === undefined) return undefined;
  return secondsBetween(
    grant.chainFrom,
    addSeconds(grant.until, durationSeconds(situation.request.duration)),
  );
}

/** Prolonging again and again must not become standing access (T092). */
export const total: RuleCheck = {
  about: 'rule',
  code: 'total',
  otherwise: 'denied',
  concerns: (applied, situation) => totalLimit(applied) !== undefined && prolonged(situation) !== undefined,
  judge(applied, situation) {
    const name = applied.rule.name;
    const whole = wholeOf(situation) ?? Number.NaN;
    const limit = totalLimit(applied) ?? Number.NaN;
    if (whole <= limit)
      return satisfied(`The whole lasts ${spelled(whole)}, within the ${spelled(limit)} of rule ${name}.`);
    return unsatisfied(
      `With this extension the grant would last ${spelled(whole)}; rule ${name} allows ${spelled(limit)} at most.`,
      'Ask for less, or let it end and ask anew.',
    );
  },
};
