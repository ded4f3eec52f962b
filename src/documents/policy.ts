import type { Catalog } from '../core/entitlement.js';
import type {
  ApprovalGroup,
  Condition,
  Policy,
  Rule,
  RuleEffect,
  TextPattern,
} from '../core/policy/policy.js';
import { certain } from './certain.js';
import { compileCondition } from './condition.js';
import type { Parsed } from './issue.js';
import { compilePattern } from './pattern.js';
import type { ApprovalGroupDocument, PolicyDocument, RuleDocument } from './policy-document.js';
import { lintPolicy } from './policy-lint.js';
import { CONTROL_PROFILE } from './profile.js';
import { POLICY } from './schemas/policy.js';
import { checkShape, checkVersion } from './shape.js';
import { durationOf, groupOf } from './words.js';
import { readYaml } from './yaml-profile.js';

/** How old an approval may be where a rule does not say. */
const DEFAULT_APPROVAL_TTL = '24h';

/** @param catalog when it is known, rules that match nothing in it are warned about. */
export function parsePolicy(bytes: Uint8Array, file: string, catalog?: Catalog): Parsed<Policy> {
  const draft = readYaml(bytes, file, CONTROL_PROFILE);
  if (checkVersion(draft)) checkShape(draft, POLICY);
  lintPolicy(draft, catalog);
  return draft.conclude(() => policyOf(draft.value as PolicyDocument));
}

function policyOf({ rules, conflicts = [], access_reviews }: PolicyDocument): Policy {
  return {
    rules: rules.map(ruleOf),
    conflicts,
    ...optional('accessReviews', access_reviews, ({ every, within, long_lived, owners }) => ({
      every: durationOf(every),
      within: durationOf(within),
      longLived: durationOf(long_lived),
      ...optional('owners', owners, groupOf),
    })),
  };
}

function ruleOf(rule: RuleDocument): Rule {
  return {
    name: rule.name,
    entitlements: rule.entitlements,
    effect: effectOf(rule),
    approvalTtl: durationOf(rule.approval_ttl ?? DEFAULT_APPROVAL_TTL),
    autoMerge: rule.auto_merge ?? false,
    ...optional('requesters', rule.requesters, groupOf),
    ...optional('onBehalfOf', rule.on_behalf_of, groupOf),
    ...optional('when', rule.when, conditionOf),
    ...optional('maxDuration', rule.max_duration, durationOf),
    ...optional('maxTotal', rule.max_total, durationOf),
    ...optional('ticket', rule.ticket, ({ pattern }) => optional('pattern', pattern, patternOf)),
    ...optional('justification', rule.justification, ({ pattern }) => ({ pattern: patternOf(pattern) })),
    ...optional('veto', rule.veto, groupOf),
    ...optional('limits', rule.limits, (limits) => ({
      ...optional('openRequests', limits.open_requests, (count) => count),
      ...optional('heldPerWeek', limits.held_per_week, durationOf),
    })),
    ...optional('endWhenIneligible', rule.end_when_ineligible, (flag) => flag),
    ...optional('lapsesAfter', rule.lapses_after, durationOf),
    ...optional('askAgainAfter', rule.ask_again_after, durationOf),
  };
}

/** A property that is there only when the document has it. */
function optional<Key extends string, Raw, Value>(
  key: Key,
  raw: Raw | undefined,
  convert: (raw: Raw) => Value,
): { readonly [K in Key]?: Value } {
  return raw === undefined ? {} : ({ [key]: convert(raw) } as { readonly [K in Key]: Value });
}

function effectOf(rule: RuleDocument): RuleEffect {
  if (rule.approvals !== undefined) return { kind: 'approvals', groups: rule.approvals.map(approvalGroupOf) };
  if (rule.auto_approve !== undefined) return { kind: 'auto_approve' };
  if (rule.deny !== undefined) return { kind: 'deny', message: rule.deny };
  const { max_duration, review_within, reviewers } = certain(rule.break_glass);
  return {
    kind: 'break_glass',
    maxDuration: durationOf(max_duration),
    reviewWithin: durationOf(review_within),
    reviewers: groupOf(reviewers),
  };
}

function approvalGroupOf({
  from,
  count,
  stage = 1,
  comment = 'optional',
}: ApprovalGroupDocument): ApprovalGroup {
  return { from: groupOf(from), count, stage, comment };
}

function conditionOf(source: string): Condition {
  const compiled = compileCondition(source);
  return certain('condition' in compiled ? compiled.condition : undefined);
}

function patternOf(source: string): TextPattern {
  const compiled = compilePattern(source);
  return certain('pattern' in compiled ? compiled.pattern : undefined);
}
