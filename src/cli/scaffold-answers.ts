import { type Login, parseLogin } from '../core/identity.js';
import { FIRST_TARGETS, type ScaffoldAnswers } from '../core/scaffold.js';
import { providerKinds } from '../wire-offline.js';
import { Unable } from './exit.js';
import type { Io } from './io.js';
import type { Prompts } from './prompts.js';
import { VERSION } from './version.js';

/** What `hallpass init` was told on the command line. */
export interface InitOptions {
  readonly organization?: string;
  readonly askers?: string;
  readonly approvers?: string;
  readonly kind?: string;
  readonly person?: string;
  readonly actions?: true;
}

/** Where nobody is asked and nothing was said. An organization and a person cannot be guessed. */
const DEFAULTS = { askers: 'engineering', approvers: 'security', kind: 'github-team' };

/** Slugs are what GitHub makes of the names of teams. */
const TEAM = /^[a-z0-9_][a-z0-9._-]{0,99}$/;
const ORGANIZATION = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/;

type Wrong = (answer: string) => string | undefined;

const wrongOrganization: Wrong = (answer) =>
  ORGANIZATION.test(answer) ? undefined : 'Give the login of an organization, as in github.com/LOGIN.';

const wrongTeam: Wrong = (answer) =>
  TEAM.test(answer) ? undefined : 'Give the slug of a team: lower-case letters, digits, ".", "_" and "-".';

const wrongTeams: Wrong = (answer) => {
  const teams = teamsIn(answer);
  if (new Set(teams).size !== teams.length) return 'Each team once: one person is not two.';
  if (!(teams.length <= MOST_APPROVERS)) return `At most ${MOST_APPROVERS} teams.`;
  return teams.map(wrongTeam).find((wrong) => wrong !== undefined);
};

const wrongKind: Wrong = (answer) =>
  Object.hasOwn(FIRST_TARGETS, answer) ? undefined : `Give one of ${Object.keys(FIRST_TARGETS).join(', ')}.`;

const wrongPerson: Wrong = (answer) =>
  personIn(answer) === undefined
    ? 'Give a login and its numeric id, such as alice:1001; gh api users/LOGIN --jq .id tells it.'
    : undefined;

const MOST_APPROVERS = 5;

/** From flags, then from whoever sits at the terminal, then by default. @throws Unable where none of them will do. */
export async function scaffoldAnswers(options: InitOptions, io: Io, asks: boolean): Promise<ScaffoldAnswers> {
  const prompts = asks ? await io.prompts?.() : undefined;
  const answer = asker(prompts);
  const organization = await answer(options.organization, {
    flag: '--organization',
    message: 'Which organization on GitHub owns the repository?',
    wrong: wrongOrganization,
  });
  const askers = await answer(options.askers, {
    flag: '--askers',
    message: 'Whose members may ask? The slug of a team',
    initial: DEFAULTS.askers,
    wrong: wrongTeam,
  });
  const approvers = await answer(options.approvers, {
    flag: '--approvers',
    message: 'Who has to agree? Slugs of teams with commas; somebody of each',
    initial: DEFAULTS.approvers,
    wrong: wrongTeams,
  });
  const kind = await kindOf(options.kind, prompts);
  if (options.actions) refuseLateEnds(kind);
  const person = await personFor(kind, options.person, answer, prompts);
  return {
    organization,
    askers,
    approvers: teamsIn(approvers),
    kind,
    version: VERSION,
    ...person,
    ...(options.actions ? { actions: true } : {}),
  };
}

/** GitHub's schedule is late as often as not, and an end that only Hallpass makes would be as well. */
function refuseLateEnds(kind: string): void {
  const ending = Object.keys(FIRST_TARGETS).filter(endsByItself);
  if (ending.includes(kind)) return;
  throw new Unable(
    `--actions will not do for a target of kind ${kind}, which ends no access by itself`,
    `GitHub may start a run hours late, and so would access end. Take a kind that ends it (${ending.join(', ')}), or run \`hallpass serve\`.`,
  );
}

function endsByItself(kind: string): boolean {
  const known = providerKinds.get(kind);
  const first = FIRST_TARGETS[kind];
  if (known === undefined || first === undefined) return false;
  const { abilities, nativeExpiryOf } = known;
  const native = nativeExpiryOf?.(first.endingGrant ?? first.grant) ?? abilities.nativeExpiry;
  return native === 'enforced';
}

interface Question {
  readonly flag: string;
  readonly message: string;
  readonly initial?: string;
  readonly wrong: Wrong;
}

type Answer = (given: string | undefined, question: Question) => Promise<string>;

function asker(prompts: Prompts | undefined): Answer {
  return async (given, { flag, message, initial, wrong }) => {
    const said =
      given ??
      (await prompts?.text({ message, wrong, ...(initial === undefined ? {} : { initial }) })) ??
      initial;
    if (said === undefined) throw new Unable(`${flag} is missing`, wrong('') ?? '');
    const problem = wrong(said);
    if (problem !== undefined) throw new Unable(`${flag} ${said} will not do`, problem);
    return said;
  };
}

async function kindOf(given: string | undefined, prompts: Prompts | undefined): Promise<string> {
  const options = Object.keys(FIRST_TARGETS).map((kind) => ({ value: kind, label: kind }));
  const kind =
    given ??
    (await prompts?.choose({ message: 'What is the first target? Others can follow', options })) ??
    DEFAULTS.kind;
  const problem = wrongKind(kind);
  if (problem !== undefined) throw new Unable(`--kind ${kind} will not do`, problem);
  return kind;
}

/** Asked for only where the target knows people by other names; elsewhere nobody has to be listed. */
async function personFor(
  kind: string,
  given: string | undefined,
  answer: Answer,
  prompts: Prompts | undefined,
): Promise<Pick<ScaffoldAnswers, 'person'>> {
  const mapped = providerKinds.get(kind)?.abilities.identity !== 'login';
  if (given === undefined && !mapped) return {};
  if (given === undefined && prompts === undefined)
    throw new Unable(
      `--person is missing: a target of kind ${kind} has names of its own for people`,
      'Name somebody who will ask, such as --person alice:1001; gh api users/LOGIN --jq .id tells the number.',
    );
  const message = 'Who will ask? A login and its numeric id, such as alice:1001';
  const person = personIn(await answer(given, { flag: '--person', message, wrong: wrongPerson }));
  return person === undefined ? {} : { person };
}

function teamsIn(text: string): readonly string[] {
  return text.split(',').map((team) => team.trim());
}

function personIn(text: string): { readonly login: Login; readonly id: number } | undefined {
  const [, name = '', digits = ''] = /^([^:]+):([1-9]\d{0,15})$/.exec(text) ?? [];
  const login = parseLogin(name);
  const id = Number(digits);
  return login !== undefined && Number.isSafeInteger(id) && id > 0 ? { login, id } : undefined;
}
