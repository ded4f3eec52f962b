import type { Catalog } from '../core/entitlement.js';
import { foldLogin } from '../core/identity.js';
import { patternNames } from '../core/policy/policy.js';
import { durationSeconds } from '../core/time.js';
import { compileCondition } from './condition.js';
import type { Path } from './path.js';
import { compilePattern } from './pattern.js';
import type { PolicyDocument, RuleDocument } from './policy-document.js';
import { valueAt } from './shape.js';
import { quoted } from './visible.js';
import { durationOf, type GroupDocument } from './words.js';
import type { Draft } from './yaml-profile.js';

/** What a schema cannot say of a policy. Each rule that is sound by itself is judged, whatever is wrong with the others. */
export function lintPolicy(draft: Draft, catalog: Catalog | undefined): void {
  const rules = valueAt(draft.value, ['rules']);
  if (!Array.isArray(rules)) return;
  const names = new Set<unknown>();
  rules.forEach((rule: RuleDocument, index) => {
    const at = ['rules', index];
    if (!draft.isSound(at)) return;
    if (names.has(rule.name)) draft.report('rule_name_taken', [...at, 'name'], { rule: quoted(rule.name) });
    names.add(rule.name);
    for (const check of CHECKS) check(draft, at, rule);
    if (catalog !== undefined) checkEntitlements(draft, at, { rule, catalog });
  });
  if (catalog !== undefined && draft.isSound(['conflicts'])) checkConflicts(draft, catalog);
  if (draft.isSound(['access_reviews'])) checkAccessReviews(draft);
}

/** Owners must have answered before they are asked again, and nothing is asked about that cannot be held so long. */
function checkAccessReviews(draft: Draft): void {
  const { access_reviews: reviews } = draft.value as PolicyDocument;
  if (reviews === undefined) return;
  const { every, within, owners } = reviews;
  if (owners !== undefined) checkUsers(draft, ['access_reviews', 'owners', 'users'], owners);
  if (durationSeconds(durationOf(within)) >= durationSeconds(durationOf(every)))
    draft.report('answer_after_next_review', ['access_reviews', 'within'], { limit: every });
  for (const [key, days] of Object.entries(MOST_DAYS)) {
    const at = ['access_reviews', key];
    if (durationSeconds(durationOf(reviews[key as keyof typeof MOST_DAYS])) > days * 86_400)
      draft.report('access_reviews_too_long', at, { key, limit: `${days}d` });
  }
}

/** Passes look back for lists of access reviews as far as these ask for, and no further. */
const MOST_DAYS = { every: 366, within: 92 } as const;

type Check = (draft: Draft, at: Path, rule: RuleDocument) => void;

const CHECKS: readonly Check[] = [
  checkWhen,
  (draft, at, { ticket }) => checkPattern(draft, [...at, 'ticket', 'pattern'], ticket?.pattern),
  (draft, at, { justification }) =>
    checkPattern(draft, [...at, 'justification', 'pattern'], justification?.pattern),
  checkTotal,
  checkGroups,
  checkIdleKeys,
];

function checkWhen(draft: Draft, at: Path, { when }: RuleDocument): void {
  const compiled = when === undefined ? undefined : compileCondition(when);
  if (compiled === undefined || 'condition' in compiled) return;
  draft.report('bad_condition', [...at, 'when'], { problem: compiled.problem });
}

function checkPattern(draft: Draft, at: Path, pattern: string | undefined): void {
  const compiled = pattern === undefined ? undefined : compilePattern(pattern);
  if (compiled === undefined || 'pattern' in compiled) return;
  draft.report('bad_pattern', at, { problem: compiled.problem });
}

function checkTotal(draft: Draft, at: Path, { max_duration, max_total }: RuleDocument): void {
  if (max_duration === undefined || max_total === undefined) return;
  if (durationSeconds(durationOf(max_total)) >= durationSeconds(durationOf(max_duration))) return;
  draft.report('total_below_duration', [...at, 'max_total'], { limit: max_duration });
}

/** A group that nobody can ever fill is a mistake, not a strict rule. Teams may grow; lists of users do not. */
function checkGroups(draft: Draft, at: Path, rule: RuleDocument): void {
  const groups = groupsOf(rule);
  for (const { path, group } of groups) checkUsers(draft, [...at, ...path, 'users'], group);
  rule.approvals?.forEach(({ from, count }, index) => {
    const users = new Set(from.users?.map(foldLogin)).size;
    if (from.teams !== undefined || users >= count) return;
    draft.report('unsatisfiable_group', [...at, 'approvals', index, 'count'], { count, users });
  });
}

function groupsOf(rule: RuleDocument): { readonly path: Path; readonly group: GroupDocument }[] {
  const named = [
    { path: ['requesters'], group: rule.requesters },
    { path: ['on_behalf_of'], group: rule.on_behalf_of },
    { path: ['veto'], group: rule.veto },
    { path: ['break_glass', 'reviewers'], group: rule.break_glass?.reviewers },
    ...(rule.approvals ?? []).map(({ from }, index) => ({ path: ['approvals', index, 'from'], group: from })),
  ];
  return named.flatMap(({ path, group }) => (group === undefined ? [] : [{ path, group }]));
}

/** Two spellings of one login are one person (T043). */
function checkUsers(draft: Draft, at: Path, { users = [] }: GroupDocument): void {
  users.forEach((user, index) => {
    const isRepeated = users.slice(0, index).some((other) => foldLogin(other) === foldLogin(user));
    if (isRepeated) draft.report('duplicate_item', [...at, index], { item: quoted(user) });
  });
}

/** What means nothing beside an effect: nobody approves there, or nothing is granted. */
const IDLE = {
  auto_approve: ['approval_ttl', 'lapses_after', 'ask_again_after'],
  break_glass: ['approval_ttl', 'auto_merge', 'lapses_after', 'ask_again_after'],
  deny: [
    'max_duration',
    'max_total',
    'ticket',
    'justification',
    'veto',
    'approval_ttl',
    'auto_merge',
    'end_when_ineligible',
    'limits',
    'lapses_after',
    'ask_again_after',
  ],
} as const;
const QUIET_EFFECTS = ['auto_approve', 'break_glass', 'deny'] as const;

function checkIdleKeys(draft: Draft, at: Path, rule: RuleDocument): void {
  const effect = QUIET_EFFECTS.find((key) => rule[key] !== undefined);
  if (effect === undefined) return;
  for (const key of IDLE[effect]) {
    if (rule[key] !== undefined) draft.report('key_without_effect', [...at, key], { key, effect }, 'key');
  }
}

function checkEntitlements(
  draft: Draft,
  at: Path,
  { rule, catalog }: { rule: RuleDocument; catalog: Catalog },
): void {
  const ids = [...catalog.entitlements.keys()];
  rule.entitlements.forEach((pattern, index) => {
    if (pattern === '*' || ids.some((id) => patternNames(pattern, id))) return;
    draft.report('rule_without_entitlements', [...at, 'entitlements', index], { pattern: quoted(pattern) });
  });
}

function checkConflicts(draft: Draft, catalog: Catalog): void {
  const { conflicts = [] } = draft.value as PolicyDocument;
  conflicts.forEach((ids, set) => {
    ids.forEach((id, index) => {
      if (catalog.entitlements.has(id)) return;
      const facts = { id: quoted(id), suggestion: draft.suggest(id, catalog.entitlements.keys()) };
      draft.report('conflict_unknown', ['conflicts', set, index], facts);
    });
  });
}
