import type { Oid } from '../approval.js';
import type { Entitlement } from '../entitlement.js';
import { sameLogin } from '../identity.js';
import type { AccessRequest } from '../request.js';
import { instantOf } from '../time.js';
import { isAbout } from './applicability.js';
import type { Finding } from './decision.js';
import type { Control, Evidence } from './evidence.js';
import type { Rule } from './policy.js';
import { deny } from './rules/applying.js';
import { autoApprove } from './rules/approvals.js';
import type { CheckSet, Judgement, RuleCheck } from './rules/check.js';
import { conflicts } from './rules/conflicts.js';
import { breakGlass, duration } from './rules/duration.js';
import { justification, ticket } from './rules/reasons.js';
import { entitlement as inCatalog, nativeExpiry, tierDuration } from './rules/targets.js';
import { type Asked, type Situation, situationOf } from './situation.js';

/** What of a rule can be judged by the request alone. */
const RULE_CHECKS: readonly RuleCheck[] = [deny, duration, breakGlass, ticket, justification, autoApprove];
const ENTITLEMENT_CHECKS = [inCatalog, tierDuration, nativeExpiry];

const NO_COMMIT = '0'.repeat(40) as Oid;

/** Nobody, and no time: only what is so whoever asks and whenever may follow from it. */
const NOTHING_KNOWN: Evidence = {
  now: instantOf(0),
  pullRequest: { number: 0, openedAt: instantOf(0) },
  requester: null,
  requesterType: 'User',
  subject: null,
  head: NO_COMMIT,
  epoch: null,
  reviews: [],
  contributors: null,
  pushers: null,
  teams: [],
  live: [],
  openRequests: null,
  held: null,
  owedReviews: [],
};

/**
 * What keeps a request from ever being granted under these documents, whoever asks, whoever approves and whenever: unknown ids, no rule
 * that could apply, limits, ticket, justification. Empty does not mean it will be granted.
 */
export function impossibleFindings(
  control: Omit<Control, 'people'>,
  request: AccessRequest,
): readonly Finding[] {
  const situation = situationOf({
    control: { ...control, people: new Map() },
    request,
    evidence: NOTHING_KNOWN,
  });
  const together = conflicts.concerns(situation) ? findingsOf(conflicts, conflicts.judge(situation), {}) : [];
  return [...together, ...situation.asked.flatMap((asked) => findingsAbout(asked, situation))];
}

function findingsAbout(asked: Asked, situation: Situation): readonly Finding[] {
  const about = { entitlement: asked.id };
  const own = ENTITLEMENT_CHECKS.filter((check) => check.concerns(asked, situation)).flatMap((check) =>
    findingsOf(check, check.judge(asked, situation), about),
  );
  return asked.entitlement === undefined ? own : [...own, ...ruleFindings(asked.entitlement, situation)];
}

/** Rules that apply for sure must be satisfiable, and of those that could allow it at least one must be. */
function ruleFindings(entitlement: Entitlement, situation: Situation): readonly Finding[] {
  const { control, request } = situation;
  const judged = control.policy.rules
    .filter((rule) => isAbout(rule, entitlement.id, situation) && couldApply(rule, request))
    .map((rule) => ({ rule, findings: failuresOf(rule, entitlement, situation) }));
  const allowing = judged.filter(({ rule }) => rule.effect.kind !== 'deny');
  if (allowing.length === 0) return [noRule(entitlement.id, request)];
  const hopeless = allowing.every(({ findings }) => findings.length > 0);
  return judged
    .filter(({ rule }) => appliesForSure(rule) || (hopeless && rule.effect.kind !== 'deny'))
    .flatMap(({ findings }) => findings);
}

/** A rule for named people never applies to a subject it does not name. Teams may know them. */
function couldApply(rule: Rule, { subject }: AccessRequest): boolean {
  const group = rule.onBehalfOf ?? rule.requesters;
  if (rule.effect.kind === 'deny' || group === undefined || group.teams.length > 0) return true;
  return group.users.some((user) => sameLogin(user, subject));
}

function appliesForSure({ requesters, onBehalfOf, when }: Rule): boolean {
  return requesters === undefined && onBehalfOf === undefined && when === undefined;
}

function failuresOf(rule: Rule, entitlement: Entitlement, situation: Situation): readonly Finding[] {
  const applied = { rule, entitlements: [entitlement], problems: [], vetoes: [] };
  const about = { entitlement: entitlement.id, rule: rule.name };
  return RULE_CHECKS.filter((check) => check.concerns(applied, situation)).flatMap((check) =>
    findingsOf(check, check.judge(applied, situation), about),
  );
}

function findingsOf(
  { code, otherwise }: CheckSet,
  judgement: Judgement,
  about: Pick<Finding, 'entitlement' | 'rule'>,
): Finding[] {
  return judgement.status === 'satisfied' ? [] : [{ code, otherwise, ...about, ...judgement }];
}

function noRule(id: string, { breakGlass: isBreakGlass, subject }: AccessRequest): Finding {
  return {
    code: 'rule',
    status: 'unsatisfied',
    otherwise: 'denied',
    entitlement: id,
    message: `No rule ${isBreakGlass ? 'allows break-glass for' : 'can apply to'} ${id} and ${subject}.`,
    unblock: isBreakGlass
      ? 'Ask without break_glass, and let people approve it.'
      : `Ask for something else, or add a rule for ${id} to the policy.`,
  };
}
