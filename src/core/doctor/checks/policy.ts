import { approvalFloor, type Entitlement } from '../../entitlement.js';
import { foldLogin, type Group } from '../../identity.js';
import { personOf } from '../../people.js';
import type { Control } from '../../policy/evidence.js';
import { matchPeople } from '../../policy/matching.js';
import { type ApprovalGroup, patternNames, type Rule } from '../../policy/policy.js';
import { type Check, ifSeen } from '../check.js';
import type { SetupFacts } from '../facts.js';
import type { Found } from '../finding.js';

/** What is sound as a document and still gives nobody anything, or everybody too much. */
export const policy: Check = (facts) =>
  ifSeen(facts.control, (control) => {
    if ('problems' in control) return [];
    const entitlements = [...control.catalog.entitlements.values()];
    return [
      ...withoutRule(control, entitlements),
      ...control.policy.rules.flatMap((rule) => [
        ...unreachable(control, rule, entitlements),
        ...unfillable(facts, rule),
        ...unpinned(control, rule),
      ]),
    ];
  });

const isAbout = (rule: Rule, { id }: Entitlement): boolean =>
  rule.entitlements.some((pattern) => patternNames(pattern, id));

function withoutRule({ policy: { rules } }: Control, entitlements: readonly Entitlement[]): readonly Found[] {
  return entitlements
    .filter((one) => !rules.some((rule) => rule.effect.kind !== 'deny' && isAbout(rule, one)))
    .map(({ id }) => ({
      code: 'entitlement_without_rule',
      about: id,
      message: `no rule gives anybody ${id}`,
    }));
}

/** A rule that nothing can satisfy for any entitlement it is about. */
function unreachable(control: Control, rule: Rule, entitlements: readonly Entitlement[]): readonly Found[] {
  if (rule.effect.kind === 'deny') return [];
  const named = entitlements.filter((one) => isAbout(rule, one));
  const barred = named.map((one) => whyNever(control, rule, one));
  const [first] = barred;
  if (first === undefined || barred.includes(undefined)) return [];
  return [
    {
      code: 'rule_unreachable',
      about: rule.name,
      message: `the rule ${rule.name} never gives anything: ${first}`,
    },
  ];
}

function whyNever({ policy: { rules } }: Control, rule: Rule, entitlement: Entitlement): string | undefined {
  const isBreakGlass = rule.effect.kind === 'break_glass';
  const deny = rules.find((other) => !isBreakGlass && isUnconditional(other) && isAbout(other, entitlement));
  if (deny !== undefined) return `${deny.name} always denies ${entitlement.id}`;
  if (rule.effect.kind === 'auto_approve' && approvalFloor(entitlement) > 0) {
    return `the tier of ${entitlement.id} asks for approvals`;
  }
  return undefined;
}

function isUnconditional({ effect, when, requesters, onBehalfOf }: Rule): boolean {
  return effect.kind === 'deny' && when === undefined && requesters === undefined && onBehalfOf === undefined;
}

function unfillable(facts: SetupFacts, rule: Rule): readonly Found[] {
  const groups = groupsOf(rule);
  // Of a team that could not be looked at nothing is known; that it could not is said elsewhere.
  const isKnown = groups.every(({ from }) =>
    from.teams.every((team) => membersOf(facts, team) !== undefined),
  );
  if (groups.length === 0 || !isKnown) return [];
  const people = new Map<string, number[]>();
  groups.forEach(({ from }, place) => {
    for (const person of peopleOf(facts, from)) people.set(person, [...(people.get(person) ?? []), place]);
  });
  const wants = [...people.values()];
  const wanted = groups.reduce((sum, { count }) => sum + count, 0);
  if (
    matchPeople(
      wants,
      groups.map(({ count }) => count),
    ).fullAfter !== null
  )
    return [];
  return [
    {
      code: 'approvals_unfillable',
      about: rule.name,
      message: `the rule ${rule.name} asks for ${wanted} different people, and its groups have ${people.size}`,
    },
  ];
}

/** A login is only a name; the people document says whose it is (T043). */
function unpinned({ people }: Control, rule: Rule): readonly Found[] {
  const named = new Set(groupsOf(rule).flatMap(({ from }) => from.users));
  return [...named]
    .filter((login) => personOf(people, login) === undefined)
    .map((login) => ({
      code: 'approver_unpinned',
      about: `${rule.name} ${login}`,
      message: `the rule ${rule.name} lets ${login} approve, whose number people.yaml does not say`,
    }));
}

function groupsOf({ effect }: Rule): readonly Pick<ApprovalGroup, 'from' | 'count'>[] {
  if (effect.kind === 'approvals') return effect.groups;
  return effect.kind === 'break_glass' ? [{ from: effect.reviewers, count: 1 }] : [];
}

function membersOf({ teams }: SetupFacts, team: string): readonly string[] | undefined {
  const look = teams.get(team);
  if (look === undefined || !('seen' in look)) return undefined;
  return look.seen.members.map(({ login }) => foldLogin(login));
}

function peopleOf(facts: SetupFacts, { teams, users }: Group): ReadonlySet<string> {
  return new Set([...teams.flatMap((team) => membersOf(facts, team) ?? []), ...users.map(foldLogin)]);
}

export const teams: Check = ({ teams: looks }) =>
  [...looks].flatMap(([team, look]) =>
    ifSeen(look, ({ id }) =>
      id === null
        ? [
            {
              code: 'team_missing',
              about: team,
              message: `policy names the team ${team}, and there is none, or another one has its name now`,
            },
          ]
        : [],
    ),
  );
