import type { Group } from '../core/identity.js';
import type { Finding, GroupProgress } from '../core/policy/decision.js';
import type { RequestView } from './decision-view.js';
import { name, names, type Phrase, phrase } from './phrase.js';
import { utc } from './time-text.js';

/** One line of an explained decision, and what is below it. Comment and terminal draw the same tree. */
export interface Explanation {
  /** `way`: what would change the line above. */
  readonly mark: 'yes' | 'no' | 'error' | 'note' | 'way';
  readonly text: Phrase;
  readonly below: readonly Explanation[];
}

/** Every rule, each group, who filled it, who was set aside and why, and what would change the outcome. */
export function explanationOf(view: RequestView): Explanation {
  const { request, decision } = view;
  const rules = new Set(decision.rules);
  const loose = decision.findings.filter(({ rule }) => rule === undefined || !rules.has(rule));
  return {
    mark: decision.outcome === 'approved' ? 'yes' : 'no',
    text: phrase`${name(request.id)}: ${decision.outcome}`,
    below: [
      ...loose.map(ofFinding),
      ...decision.rules.map((rule) => ofRule(rule, view)),
      ...ofFloor(decision),
      ...decision.dismissals.map(ofDismissal),
    ],
  };
}

type Decision = RequestView['decision'];

function note(text: Phrase): Explanation {
  return { mark: 'note', text, below: [] };
}

function ofRule(rule: string, { decision, teamsUnknown }: RequestView): Explanation {
  const { findings, groups, unsatisfied } = decision;
  const own = findings.filter((finding) => finding.rule === rule);
  const mark = unsatisfied.includes(rule) ? 'no' : 'yes';
  const text = phrase`rule ${name(rule)} ${mark === 'yes' ? phrase`is satisfied` : phrase`is not satisfied`}`;
  const filled = groups.filter((group) => group.rule === rule).map((group) => ofGroup(group, teamsUnknown));
  return { mark, text, below: [...own.map(ofFinding), ...filled] };
}

const MARK: Readonly<Record<Finding['status'], Explanation['mark']>> = {
  satisfied: 'yes',
  unsatisfied: 'no',
  errored: 'error',
};

function ofFinding(finding: Finding): Explanation {
  const about = finding.entitlement === undefined ? [] : phrase`${name(finding.entitlement)}: `;
  const { unblock } = finding;
  const below: readonly Explanation[] =
    unblock === undefined ? [] : [{ mark: 'way', text: phrase`${unblock}`, below: [] }];
  return { mark: MARK[finding.status], text: phrase`${about}${finding.message}`, below };
}

function ofGroup(group: GroupProgress, teamsUnknown?: true): Explanation {
  const { filledBy, count } = group;
  const by = filledBy.length === 0 ? [] : phrase`: ${names(filledBy.map(({ login }) => login))}`;
  const text = phrase`group ${group.group + 1}: ${filledBy.length} of ${count} from ${whoIs(group.from)}${by}`;
  if (filledBy.length >= count) return { mark: 'yes', text, below: [] };
  const early = group.reached ? [] : [note(phrase`its turn comes when the stages before it are full`)];
  return {
    mark: 'no',
    text,
    below: [...early, { mark: 'way', text: whoCan(group, teamsUnknown), below: [] }],
  };
}

/** Who could fill what is open in a group now. */
export function whoCan({ candidates, from }: GroupProgress, teamsUnknown?: true): Phrase {
  if (teamsUnknown && from.teams.length > 0)
    return phrase`whoever is in it and has no part in the request can give it`;
  if (candidates.length === 0) return phrase`nobody can give it now`;
  return phrase`${names(
    candidates.map(({ login }) => login),
    'or',
  )} can give it`;
}

/** A group as policy names it. */
export function whoIs({ teams, users }: Group): Phrase {
  const parts = [
    ...(teams.length === 0
      ? []
      : [phrase`${teams.length === 1 ? phrase`team` : phrase`teams`} ${names(teams, 'or')}`]),
    ...(users.length === 0 ? [] : [names(users, 'or')]),
  ];
  return parts.flatMap((part, index) => (index === 0 ? part : phrase` or ${part}`));
}

/** Approvals that fill no group count only toward the tier's floor. */
function ofFloor({ approvals }: Decision): readonly Explanation[] {
  const only = approvals.filter(({ group }) => group === null).map(({ account }) => account.login);
  if (only.length === 0) return [];
  return [note(phrase`counted only toward the number of approvers: ${names([...new Set(only)])}`)];
}

function ofDismissal({ review, rule, message }: Decision['dismissals'][number]): Explanation {
  const who = review.author === null ? phrase`somebody whose account is gone` : name(review.author.login);
  const where = rule === undefined ? [] : phrase` by rule ${name(rule)}`;
  return note(phrase`set aside${where}, from ${who} at ${utc(review.submittedAt)}: ${message}`);
}
