import { approvalFloor } from '../core/entitlement.js';
import type { Finding, GroupProgress } from '../core/policy/decision.js';
import type { RequestView } from './decision-view.js';
import { whoCan, whoIs } from './explanation.js';
import { type Phrase, phrase } from './phrase.js';

/** What keeps a request from being approved, one sentence each, with who can give it or what would change it. */
export function missingOf(view: RequestView): readonly Phrase[] {
  const open = view.decision.groups.filter((group) => lacksOf(group) > 0);
  const findings = view.decision.findings.filter(
    (finding) => finding.status !== 'satisfied' && !saidByGroups(finding, open, view),
  );
  return [...once(findings.map(sentenceOf)), ...open.map((group) => places(group, view))];
}

function lacksOf({ count, filledBy }: GroupProgress): number {
  return count - filledBy.length;
}

function sentenceOf({ message, unblock }: Finding): Phrase {
  return phrase`${message}${unblock === undefined ? [] : phrase` ${unblock}`}`;
}

/** Group by group it is said better: who, from where, how many. */
function saidByGroups(finding: Finding, open: readonly GroupProgress[], view: RequestView): boolean {
  if (finding.status === 'errored') return false;
  if (finding.code === 'approvals') {
    const own = open.filter(({ rule }) => rule === finding.rule);
    return own.length > 0 && (view.teamsUnknown === true || areEnough(own));
  }
  return finding.code === 'floor' && wantedBeyondGroups(finding, open, view) <= 0;
}

/** Whether there are people enough for what is open; when not, the finding says so and the groups could not. */
function areEnough(groups: readonly GroupProgress[]): boolean {
  const everybody = new Set(groups.flatMap(({ candidates }) => candidates.map(({ login }) => login)));
  const places = groups.reduce((sum, group) => sum + lacksOf(group), 0);
  return everybody.size >= places && groups.every((group) => group.candidates.length >= lacksOf(group));
}

/** How many people the tier wants that are still missing when every open place is filled. */
function wantedBeyondGroups(finding: Finding, open: readonly GroupProgress[], view: RequestView): number {
  const entitlement = view.entitlements.find(({ id }) => id === finding.entitlement);
  if (entitlement === undefined) return Number.POSITIVE_INFINITY;
  const approvers = new Set(view.decision.approvals.map(({ account }) => account.id));
  const places = open.reduce((sum, group) => sum + lacksOf(group), 0);
  return approvalFloor(entitlement) - approvers.size - places;
}

function places(group: GroupProgress, { teamsUnknown }: RequestView): Phrase {
  const lacks = lacksOf(group);
  const what = lacks === 1 ? phrase`1 approval` : phrase`${lacks} approvals`;
  const later = group.reached ? [] : phrase`, after the stages before it`;
  return phrase`${what} from ${whoIs(group.from)}: ${whoCan(group, teamsUnknown)}${later}`;
}

/** The same thing said for several entitlements is said once. */
function once(phrases: readonly Phrase[]): readonly Phrase[] {
  return [...new Map(phrases.map((item) => [JSON.stringify(item), item])).values()];
}
