import type { CountedApproval, Decision, Dismissal, Finding, GroupProgress, Outcome } from './decision.js';
import type { SetAside } from './reviews.js';
import type { Applied, Situation } from './situation.js';

/** Puts together everything a decision says beside its outcome. Nothing here decides. */
export function explain(situation: Situation, findings: readonly Finding[], outcome: Outcome): Decision {
  const { applied } = situation;
  const failed = new Set(findings.filter(({ status }) => status !== 'satisfied').map(({ rule }) => rule));
  const rules = applied.map(({ rule }) => rule.name);
  return {
    outcome,
    findings,
    rules,
    unsatisfied: rules.filter((name) => failed.has(name)),
    approvals: applied.flatMap(approvalsIn),
    dismissals: dismissalsOf(situation),
    groups: applied.flatMap(progressOf),
    vetoes: vetoesOf(applied),
    autoMerge:
      applied.length > 0 && applied.every(({ rule }) => rule.autoMerge || rule.effect.kind === 'break_glass'),
  };
}

function approvalsIn({ rule, tally }: Applied): readonly CountedApproval[] {
  const counted = (tally?.counted ?? []).map(({ standing: { account, review }, group }) => ({
    account,
    review: review.id,
    at: review.submittedAt,
    rule: rule.name,
    group,
  }));
  const rank = (approval: CountedApproval): number => approval.group ?? Number.POSITIVE_INFINITY;
  // Both ranks may be infinite, and their difference is then no number.
  return counted.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

function progressOf({ rule, tally }: Applied): readonly GroupProgress[] {
  return (tally?.groups ?? []).map(({ group, index, filledBy, candidates, reached }) => ({
    rule: rule.name,
    group: index,
    from: group.from,
    stage: group.stage,
    count: group.count,
    reached,
    filledBy: filledBy.map(({ account }) => account),
    candidates,
  }));
}

/** Every review that changes nothing, and why: those that count nowhere, and those one rule sets aside. */
function dismissalsOf(situation: Situation): readonly Dismissal[] {
  const { applied, people, setAside } = situation;
  const inRules = applied.flatMap(({ rule, tally }) =>
    (tally?.setAside ?? []).map((aside): Dismissal => ({ ...aside, rule: rule.name })),
  );
  const spoken = new Set([...setAside, ...inRules].map(({ review }) => review.id));
  for (const { tally } of applied)
    for (const { standing } of tally?.counted ?? []) spoken.add(standing.review.id);
  const vetoing = new Set(vetoesOf(applied).map(({ id }) => id));
  const silent = people.flatMap(({ account, review, state }): readonly SetAside[] => {
    if (state === 'dismissed') {
      return [
        {
          review,
          reason: 'dismissed',
          message: `This review was dismissed; ${account.login} can review again.`,
        },
      ];
    }
    if (spoken.has(review.id) || (state === 'changes_requested' && vetoing.has(account.id))) return [];
    return [
      { review, reason: 'not_in_group', message: `${account.login} is in no group that has a say here.` },
    ];
  });
  return [...setAside, ...inRules, ...silent].sort(inTime);
}

function inTime(a: Dismissal, b: Dismissal): number {
  if (a.review.submittedAt !== b.review.submittedAt)
    return a.review.submittedAt < b.review.submittedAt ? -1 : 1;
  return a.review.id - b.review.id;
}

function vetoesOf(applied: readonly Applied[]): Decision['vetoes'] {
  const accounts = applied.flatMap(({ vetoes }) => vetoes);
  return [...new Map(accounts.map((account) => [account.id, account])).values()].sort((a, b) => a.id - b.id);
}
