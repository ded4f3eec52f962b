import type { DismissalReason } from '../approval.js';
import { type Account, foldLogin } from '../identity.js';
import { durationSeconds, secondsBetween } from '../time.js';
import type { Facts } from './facts.js';
import { holdsGrantedMembership } from './granted-membership.js';
import { matchPeople } from './matching.js';
import { isInGroup, peopleOf, samePerson } from './membership.js';
import type { ApprovalGroup, Rule } from './policy.js';
import { canApprove, type SetAside, type Standing } from './reviews.js';
import { groupNamed } from './wording.js';

/** How far the approval groups of one rule are filled. */
export interface Tally {
  readonly groups: readonly GroupTally[];
  /** Approvals that count here, by time; `group` is `null` for those beyond what the groups need. */
  readonly counted: readonly { readonly standing: Standing; readonly group: number | null }[];
  /** Approvals of people in the rule's groups that do not count here. */
  readonly setAside: readonly SetAside[];
  /** Places still open. */
  readonly open: number;
  /** Whether enough people exist who could fill what is open. */
  readonly fillable: boolean;
}

export interface GroupTally {
  readonly group: ApprovalGroup;
  readonly index: number;
  readonly filledBy: readonly Standing[];
  readonly candidates: readonly Account[];
  /** Whether all earlier stages are full. */
  readonly reached: boolean;
}

/** @param approvals approvals that nothing speaks against, by time. */
export function tallyOf(rule: Rule, groups: readonly ApprovalGroup[], { approvals, facts }: Input): Tally {
  const weighed = approvals.map((standing) => weigh(standing, { rule, groups, facts }));
  const seats = fillStages(groups, weighed);
  const counted: { standing: Standing; group: number | null }[] = [];
  const setAside: SetAside[] = [];
  weighed.forEach(({ standing, wants, problem }, position) => {
    const counts = wants.some((index) => seats.countsFor(index, position));
    if (counts) counted.push({ standing, group: seats.placeOf[position] ?? null });
    else if (wants.length > 0) setAside.push(tooEarly(standing));
    else if (problem !== undefined) setAside.push(problem);
  });
  const filled = groups.map((_, index) =>
    counted.filter(({ group }) => group === index).map(({ standing }) => standing),
  );
  const seated = filled.flat();
  const free = (group: ApprovalGroup): Account[] => candidatesFor(group, seated, facts);
  const progress = groups.map((group, index) => {
    const filledBy = filled[index] ?? [];
    const candidates = filledBy.length < group.count ? free(group) : [];
    return { group, index, filledBy, candidates, reached: seats.isReached(index) };
  });
  const open = groups.reduce((sum, { count }) => sum + count, 0) - seated.length;
  return {
    groups: progress,
    counted,
    setAside,
    open,
    fillable: open === 0 || isFillable(groups, seated, facts),
  };
}

interface Input {
  readonly approvals: readonly Standing[];
  readonly facts: Facts;
}

interface Weighed {
  readonly standing: Standing;
  /** Groups the approval could fill. */
  readonly wants: readonly number[];
  /** Why it fills none, for a member of some group. */
  readonly problem?: SetAside;
}

interface RuleContext {
  readonly rule: Rule;
  readonly groups: readonly ApprovalGroup[];
  readonly facts: Facts;
}

function weigh(standing: Standing, { rule, groups, facts }: RuleContext): Weighed {
  const eligibilities = groups.map((group) => eligibility(standing, group, { rule, facts }));
  const wants = eligibilities.flatMap((found, index) => (found === 'eligible' ? [index] : []));
  const reason = RULE_REASONS.find((one) => eligibilities.includes(one.reason));
  if (wants.length > 0 || reason === undefined) return { standing, wants };
  const message = reason.message(standing.account.login, rule);
  return { standing, wants, problem: { review: standing.review, reason: reason.reason, message } };
}

const RULE_REASONS: readonly {
  readonly reason: DismissalReason;
  readonly message: (login: string, rule: Rule) => string;
}[] = [
  {
    reason: 'holds_granted_membership',
    message: (login) =>
      `${login} holds a grant to a team that approves here; a granted membership does not approve.`,
  },
  {
    reason: 'comment_missing',
    message: (login, rule) => `Rule ${rule.name} asks approvers for a comment; ${login} left none.`,
  },
  {
    reason: 'too_old',
    message: (login, rule) => `The approval of ${login} is older than ${rule.approvalTtl}.`,
  },
];

function eligibility(
  standing: Standing,
  group: ApprovalGroup,
  { rule, facts }: { readonly rule: Rule; readonly facts: Facts },
): 'eligible' | DismissalReason {
  if (!isInGroup(facts, group.from, standing.account)) return 'not_in_group';
  if (isGranted(standing.account.login, group, facts)) return 'holds_granted_membership';
  if (group.comment === 'required' && !standing.review.commented) return 'comment_missing';
  const age = secondsBetween(standing.review.submittedAt, facts.evidence.now);
  return age <= durationSeconds(rule.approvalTtl) ? 'eligible' : 'too_old';
}

function isGranted(login: string, { from }: ApprovalGroup, { control, evidence }: Facts): boolean {
  const { live, teams } = evidence;
  return holdsGrantedMembership(login, from, { catalog: control.catalog, live, teams });
}

interface Seats {
  readonly placeOf: readonly (number | null)[];
  isReached(group: number): boolean;
  /** Whether the approval at this position came when the group could be filled. */
  countsFor(group: number, position: number): boolean;
}

/**
 * Fills stage after stage. A stage is full at the first approval that completes it; only approvals after that one can fill the
 * next. Completing as early as possible leaves the most approvals to the stages that follow, so nothing is gained by waiting.
 */
function fillStages(groups: readonly ApprovalGroup[], weighed: readonly Weighed[]): Seats {
  const stages = [...new Set(groups.map(({ stage }) => stage))].sort((a, b) => a - b);
  const placeOf: (number | null)[] = weighed.map(() => null);
  const startOf = new Map<number, number>();
  let start: number | null = 0;
  for (const stage of stages) {
    if (start === null) break;
    const from: number = start;
    startOf.set(stage, from);
    const wants = weighed.slice(from).map((one) => one.wants);
    const matching = matchPeople(
      wants,
      groups.map((group) => (group.stage === stage ? group.count : 0)),
    );
    matching.placeOf.forEach((place, offset) => {
      if (place !== null) placeOf[from + offset] = place;
    });
    start = matching.fullAfter === null ? null : from + matching.fullAfter;
  }
  const startFor = (index: number): number | undefined => startOf.get(groups[index]?.stage ?? Number.NaN);
  return {
    placeOf,
    isReached: (index) => startFor(index) !== undefined,
    countsFor: (index, position) => position >= (startFor(index) ?? Number.POSITIVE_INFINITY),
  };
}

function tooEarly(standing: Standing): SetAside {
  const message = `${standing.account.login} approved before the stages that come first were full; approve again once they are.`;
  return { review: standing.review, reason: 'stage_not_reached', message };
}

/** Who could fill a place of the group by reviewing now. */
function candidatesFor(group: ApprovalGroup, seated: readonly Standing[], facts: Facts): Account[] {
  return peopleOf(facts, group.from)
    .filter((person) => !seated.some(({ account }) => samePerson(account, person)))
    .filter((person) => canApprove(person, facts) && !isGranted(person.login, group, facts));
}

/** Whether the groups could be filled if everybody who can approve did. */
function isFillable(groups: readonly ApprovalGroup[], seated: readonly Standing[], facts: Facts): boolean {
  const able = groups.map((group) => {
    const filling = seated
      .filter(({ account }) => isInGroup(facts, group.from, account))
      .map(({ account }) => account.login);
    const free = candidatesFor(group, seated, facts).map(({ login }) => login);
    return new Set([...filling, ...free].map(foldLogin));
  });
  const everybody = [...new Set(able.flatMap((logins) => [...logins]))].sort();
  const wants = everybody.map((login) =>
    groups.flatMap((_, index) => (able[index]?.has(login) ? [index] : [])),
  );
  return (
    matchPeople(
      wants,
      groups.map(({ count }) => count),
    ).fullAfter !== null
  );
}

/** `2 of team dba`, for sentences about what is missing. */
export function openPlaces({ group, filledBy }: GroupTally): string {
  return `${group.count - filledBy.length} from ${groupNamed(group.from)}`;
}
