import { approvalFloor, type Entitlement } from '../../entitlement.js';
import { unknownTeamsProblem } from '../applicability.js';
import { isKnownTeam } from '../membership.js';
import type { Applied, Situation } from '../situation.js';
import { openPlaces, type Tally } from '../tally.js';
import { counted, listed } from '../wording.js';
import {
  type EntitlementCheck,
  errored,
  type RequestCheck,
  type RuleCheck,
  satisfied,
  unsatisfied,
} from './check.js';

/** Inside one rule every approval fills one place; see `tally.ts` for which ones do. */
export const approvals: RuleCheck = {
  about: 'rule',
  code: 'approvals',
  otherwise: 'pending',
  concerns: ({ rule }) => rule.effect.kind === 'approvals',
  judge({ rule, tally }) {
    if (tally === undefined)
      return errored(`The approvals for rule ${rule.name} were not counted.`, 'Check the request again.');
    const needed = tally.groups.reduce((sum, { group }) => sum + group.count, 0);
    if (isFull(tally)) return satisfied(`${counted(needed, 'approval')} for rule ${rule.name}.`);
    const given = needed - tally.open;
    const lacking = listed(
      tally.groups.filter(({ group, filledBy }) => filledBy.length < group.count).map(openPlaces),
    );
    const message = `${given} of ${counted(needed, 'approval')} for rule ${rule.name}; missing: ${lacking}.`;
    return unsatisfied(message, whoCanFill(tally));
  },
};

/** Not even an empty list of groups, or a group for nobody, is full by itself (T055). Counts that are no numbers are never reached. */
function isFull({ groups }: Tally): boolean {
  return (
    groups.length > 0 &&
    groups.every(({ group, filledBy }) => group.count >= 1 && filledBy.length >= group.count)
  );
}

function whoCanFill({ groups, fillable }: Tally): string {
  const open = groups.filter(({ reached, group, filledBy }) => reached && filledBy.length < group.count);
  const able = [...new Set(open.flatMap(({ candidates }) => candidates.map(({ login }) => login)))].sort();
  if (!fillable) {
    const some = able.length === 0 ? 'Nobody can approve' : `Only ${listed(able)} can approve`;
    return `${some}, which is not enough: the groups need more people who are not involved in this request.`;
  }
  return `${listed(able, 'or')} can approve.`;
}

/** Somebody with a say objects. Lifted by that person's approval or by a dismissal. */
export const veto: RuleCheck = {
  about: 'rule',
  code: 'veto',
  otherwise: 'pending',
  concerns: ({ rule, vetoes }, situation) =>
    vetoes.length > 0 || unknownObjectors({ rule }, situation).length > 0,
  judge(applied, situation) {
    const { rule, vetoes } = applied;
    const unknown = unknownObjectors(applied, situation);
    if (unknown.length > 0) {
      return errored(
        `Who may veto under rule ${rule.name} is not known: ${unknownTeamsProblem(unknown)}.`,
        'Mend the team in the policy, or create it.',
      );
    }
    const who = listed(vetoes.map(({ login }) => login).sort());
    return unsatisfied(
      `${who} asked for changes, and has a say under rule ${rule.name}.`,
      `${who} can approve instead, or the review can be dismissed.`,
    );
  },
};

/** A team that could object and cannot be found must not fall silent. */
function unknownObjectors({ rule }: Pick<Applied, 'rule'>, { evidence }: Situation): readonly string[] {
  return (rule.veto?.teams ?? []).filter((team) => !isKnownTeam(evidence, team));
}

/** Distinct people whose approval counts in some rule that applies to the entitlement. */
function approversOf(entitlement: Entitlement, { applied }: Situation): ReadonlySet<number> {
  const about = applied.filter(({ entitlements }) => entitlements.some(({ id }) => id === entitlement.id));
  return new Set(
    about.flatMap(({ tally }) => (tally?.counted ?? []).map(({ standing }) => standing.account.id)),
  );
}

/** The fewest people a tier wants, whatever its rules say (D14). Break-glass is reviewed afterwards instead. */
export const floor: EntitlementCheck = {
  about: 'entitlement',
  code: 'floor',
  otherwise: 'pending',
  concerns: ({ entitlement }, { request }) =>
    entitlement !== undefined && !request.breakGlass && !(approvalFloor(entitlement) <= 0),
  judge({ entitlement }, situation) {
    if (entitlement === undefined)
      return errored('There is nothing to approve.', 'Ask for an id that the catalog lists.');
    const wanted = approvalFloor(entitlement);
    const given = approversOf(entitlement, situation).size;
    const tier = entitlement.tier === undefined ? 'without a tier' : `of tier ${entitlement.tier.id}`;
    const status = `${given} of at least ${counted(wanted, 'person', 'people')} approved ${entitlement.id}, which is ${tier}.`;
    if (given >= wanted) return satisfied(status);
    return unsatisfied(
      status,
      `${counted(wanted - given, 'more person', 'more people')} from the approval groups can approve.`,
    );
  },
};

/** What approves itself must be harmless enough that nobody's approval is wanted. */
export const autoApprove: RuleCheck = {
  about: 'rule',
  code: 'auto_approve',
  otherwise: 'denied',
  concerns: ({ rule }) => rule.effect.kind === 'auto_approve',
  judge({ rule, entitlements }) {
    const guarded = entitlements
      .filter((entitlement) => !(approvalFloor(entitlement) <= 0))
      .map(({ id }) => id);
    if (guarded.length === 0) return satisfied(`Rule ${rule.name} approves this by itself.`);
    return unsatisfied(
      `Rule ${rule.name} approves by itself, but ${listed(guarded)} wants somebody's approval.`,
      'Give the entitlement a tier with min_approvals: 0, or the rule approval groups.',
    );
  },
};

/** What has to be known about a pull request before anybody's approval can count. */
export const reviewFacts: RequestCheck = {
  about: 'request',
  code: 'review_facts',
  otherwise: 'pending',
  concerns: ({ applied }) => applied.some(({ rule }) => rule.effect.kind === 'approvals'),
  judge({ evidence }) {
    const unknown: string[] = [];
    const mend: string[] = [];
    if (evidence.contributors === null) {
      unknown.push(
        `who wrote the commits${evidence.contributorsProblem === undefined ? '' : ` (${evidence.contributorsProblem.replace(/\.$/, '')})`}`,
      );
      mend.push('Open a new pull request with commits that GitHub can attribute to accounts.');
    }
    if (evidence.pushers === null) {
      unknown.push('who pushed the branch');
      mend.push('Push the branch again, or open a new pull request.');
    }
    if (evidence.epoch === null) {
      unknown.push('since when this head can be reviewed');
      mend.push('Wait for the check to run on this head, then review.');
    }
    if (unknown.length === 0)
      return satisfied('Who contributed, who pushed and since when reviews count is known.');
    return unsatisfied(`No approval counts while it is not known ${listed(unknown)}.`, mend.join(' '));
  },
};
