import type { Abilities } from '../../core/entitlement.js';
import { FIRST_TARGETS, type FirstTarget, type ScaffoldAnswers } from '../../core/scaffold.js';

/** What the first control documents are made from. */
export interface Scaffold {
  readonly answers: ScaffoldAnswers;
  readonly first: FirstTarget;
  /** Whether people have another name on the target than on GitHub. */
  readonly mapped: boolean;
}

export function scaffoldOf(answers: ScaffoldAnswers, { identity }: Pick<Abilities, 'identity'>): Scaffold {
  const first = FIRST_TARGETS[answers.kind];
  if (first === undefined) throw new RangeError(`no first target of kind ${answers.kind}`);
  const grant = answers.actions ? (first.endingGrant ?? first.grant) : first.grant;
  return { answers, first: { ...first, grant }, mapped: identity === 'mapped' };
}

/** The longest access the first rule allows. */
const HOURS = 2;

export function catalogYaml({ answers, first }: Scaffold): string {
  const { target, entitlement, title, grant } = first;
  const required = answers.actions ? ', native_expiry: required' : '';
  const why = answers.actions ? ' # without a server, only what ends by itself ends on time' : '';
  return `# What can be held. Requests name ids from here; \`grant\` is in the target's own words.
version: 1

targets:
  ${target}: { kind: ${answers.kind} } # how to reach it stands in the server's settings, which must agree on the kind

tiers:
  production: { min_approvals: ${answers.approvers.length}, max_duration: ${HOURS * 2}h${required} }${why}

entitlements:
  ${entitlement}:
    title: ${title}
    target: ${target}
    tier: production
    grant: ${JSON.stringify(grant)}
`;
}

export function policyYaml({ answers: { askers, approvers }, first }: Scaffold): string {
  const groups = approvers.map((team) => `      - { from: { teams: [${quoted(team)}] }, count: 1 }`);
  return `# Who may have what, and who has to agree. Every rule that applies must be satisfied, and at least one must apply.
version: 1

rules:
  - name: production
    entitlements: [${first.entitlement}]
    requesters: { teams: [${quoted(askers)}] }
    max_duration: ${HOURS}h
    # ticket: { pattern: "INC-[0-9]{1,8}" }
    approvals:
${groups.join('\n')}
    veto: { teams: [${quoted(approvers.at(-1) ?? '')}] }
    approval_ttl: 24h
    auto_merge: true
`;
}

export function peopleYaml({ answers: { person }, first, mapped }: Scaffold): string {
  const head = `# Who is who on the targets. \`id\` is GitHub's numeric id (gh api users/LOGIN --jq .id): a login with another id is nobody.
version: 1

`;
  if (person === undefined) return `${head}people: {}\n`;
  const identities = mapped ? `, identities: { ${first.target}: ${quoted(person.login)} }` : '';
  return `${head}people:
  ${quoted(person.login)}: { id: ${person.id}${identities} }
`;
}

/** Tries every rule and every group the policy begins with; people in it who are not in people.yaml are made up. */
export function suiteYaml(scaffold: Scaffold): string {
  const { answers, first } = scaffold;
  const asker = answers.person?.login ?? 'asker';
  const made = answers.approvers.map((_team, index) => `approver-${index + 1}`);
  return `# What the policy beside this folder is meant to do. \`hallpass policy test\` runs it.
version: 1
policy: ../policy.yaml
catalog: ../catalog.yaml
people: ../people.yaml
teams:
${teamsOf(answers, asker, made)
  .map(([team, logins]) => `  ${quoted(team)}: [${logins.map(quoted).join(', ')}]`)
  .join('\n')}

cases:
${casesOf(asker, made)
  .map((one) => caseYaml(one, first.entitlement))
  .join('\n\n')}
`;
}

/** Team to members. A team may both ask and approve, and stands there once. */
function teamsOf({ askers, approvers }: ScaffoldAnswers, asker: string, made: readonly string[]) {
  const teams = new Map<string, string[]>([[askers, [asker]]]);
  for (const [index, team] of approvers.entries())
    teams.set(team, [...(teams.get(team) ?? []), made[index] ?? '']);
  return [...teams];
}

interface Case {
  readonly name: string;
  readonly subject: string;
  readonly duration: string;
  readonly approvedBy: readonly string[];
  readonly outcome: 'approved' | 'pending' | 'denied';
}

function casesOf(asker: string, made: readonly string[]): readonly Case[] {
  const usual = { subject: asker, duration: '1h', approvedBy: made };
  return [
    { ...usual, name: 'everybody who has to agree does', outcome: 'approved' },
    { ...usual, name: 'one approval is missing', approvedBy: made.slice(1), outcome: 'pending' },
    { ...usual, name: 'nobody approves what they ask for', approvedBy: [asker], outcome: 'pending' },
    { ...usual, name: 'longer than the rule allows', duration: `${HOURS + 1}h`, outcome: 'denied' },
    { ...usual, name: 'somebody who may not ask', subject: 'somebody-else', outcome: 'denied' },
  ];
}

function caseYaml({ name, subject, duration, approvedBy, outcome }: Case, entitlement: string): string {
  const reviews = approvedBy.map((login) => `      - { by: ${quoted(login)}, state: approved }`);
  return `  - name: ${name}
    request: { subject: ${quoted(subject)}, entitlements: [${entitlement}], duration: ${duration}, justification: "look at an error" }
    now: 2026-01-05T12:00:00Z
${reviews.length === 0 ? '    reviews: []' : `    reviews:\n${reviews.join('\n')}`}
    expect: { outcome: ${outcome} }`;
}

/** A slug or login may read as a number or as \`true\`, which the profile would take for something else than text. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
