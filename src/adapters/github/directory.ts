import type { Account } from '../../core/identity.js';
import type { TeamFacts } from '../../core/policy/evidence.js';
import type { Directory } from '../../ports/directory.js';
import { Blocked, Retry } from '../../ports/fault.js';
import type { GitHubClient } from './client.js';
import { withFaults } from './faults.js';
import { query } from './graphql.js';
import type { OwnMarks } from './own-marks.js';
import { accountOf } from './values.js';

export interface DirectoryOptions {
  readonly client: GitHubClient;
  readonly organization: string;
  /** Learns GitHub's ids of people, by which they are asked for reviews. */
  readonly marks?: OwnMarks;
}

interface PersonAnswer {
  readonly id: string;
  readonly databaseId: number | null;
  readonly login: string;
}

interface TeamAnswer {
  readonly databaseId: number | null;
  readonly members: {
    readonly nodes: readonly (PersonAnswer | null)[] | null;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

type Found = { readonly account: Account; readonly type: string } | undefined;

/** Teams and people in one query; GitHub counts what it may give at most, not what it gives. */
const MOST_TOGETHER = 20;
const MOST_PAGES = 200;

/**
 * GitHub lists active members, those of child teams with them; invitations that nobody has taken are not among them. What is asked for in
 * the same moment goes in one query.
 */
export function createDirectory(options: DirectoryOptions): Directory {
  let gathering: { readonly names: Question; readonly answer: Promise<Answer> } | undefined;
  const join = (): { readonly names: Question; readonly answer: Promise<Answer> } => {
    if (gathering !== undefined) return gathering;
    const names: Question = { teams: new Set(), logins: new Set() };
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      gathering = undefined;
      return ask(options, names);
    });
    gathering = { names, answer };
    return gathering;
  };
  return withFaults<Directory>({
    async team(slug) {
      const { names, answer } = join();
      names.teams.add(slug);
      return (await answer).teams.get(slug) ?? nobody(slug);
    },
    async account(login) {
      const { names, answer } = join();
      names.logins.add(login);
      return (await answer).accounts.get(login);
    },
  });
}

/** Names that are asked for together. */
interface Question {
  readonly teams: Set<string>;
  readonly logins: Set<string>;
}

interface Answer {
  readonly teams: ReadonlyMap<string, TeamFacts>;
  readonly accounts: ReadonlyMap<string, Found>;
}

const nobody = (slug: string): TeamFacts => ({ team: slug, id: null, members: [] });

const PERSON = 'id databaseId login';
const MEMBERS = `nodes { ${PERSON} } pageInfo { hasNextPage endCursor }`;

/** The text of a question about so many teams and people; names go in variables, never into the text. */
export function directoryQuery(teams: number, logins: number): string {
  const numbered = (count: number, one: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => one(n));
  const parameters = [
    '$org: String!',
    ...numbered(teams, (n) => `$t${n}: String!`),
    ...numbered(logins, (n) => `$u${n}: String!`),
  ];
  const slugs = numbered(
    teams,
    (n) => `    t${n}: team(slug: $t${n}) { databaseId members(first: 100, membership: ALL) { ${MEMBERS} } }`,
  );
  const people = numbered(logins, (n) => `  u${n}: user(login: $u${n}) { ${PERSON} }`);
  const organization = teams === 0 ? [] : ['  organization(login: $org) {', ...slugs, '  }'];
  return [
    `query Directory(${parameters.slice(teams === 0 ? 1 : 0).join(', ')}) {`,
    ...organization,
    ...people,
    '}',
  ].join('\n');
}

async function ask(options: DirectoryOptions, { teams, logins }: Question): Promise<Answer> {
  const names = [
    ...[...teams].map((name) => ({ kind: 'team' as const, name })),
    ...[...logins].map((name) => ({ kind: 'login' as const, name })),
  ];
  const parts: (typeof names)[] = [];
  for (let from = 0; from < names.length; from += MOST_TOGETHER)
    parts.push(names.slice(from, from + MOST_TOGETHER));
  const answers = await Promise.all(
    parts.map((part) => {
      const of = (kind: 'team' | 'login') => part.flatMap((one) => (one.kind === kind ? [one.name] : []));
      return askTogether(options, of('team'), of('login'));
    }),
  );
  return {
    teams: new Map(answers.flatMap((one) => [...one.teams])),
    accounts: new Map(answers.flatMap((one) => [...one.accounts])),
  };
}

type Together = Readonly<Record<string, PersonAnswer | null>> & {
  readonly organization?: Readonly<Record<string, TeamAnswer | null>> | null;
};

async function askTogether(
  options: DirectoryOptions,
  teams: readonly string[],
  logins: readonly string[],
): Promise<Answer> {
  const { client, organization: org, marks } = options;
  const variables = {
    ...(teams.length === 0 ? {} : { org }),
    ...Object.fromEntries(teams.map((slug, n) => [`t${n}`, slug])),
    ...Object.fromEntries(logins.map((login, n) => [`u${n}`, login])),
  };
  const data = await query<Together>(client, directoryQuery(teams.length, logins.length), {
    variables,
    mayBeMissing: (path) => /^(organization\.t|u)\d+$/.test(path),
  });
  const found = teams.map(async (slug, n): Promise<[string, TeamFacts]> => {
    const team = data.organization?.[`t${n}`];
    if (team === undefined)
      throw new Retry('github_answer', `GitHub left the team ${slug} out of its answer.`);
    return [slug, team === null ? nobody(slug) : await factsOf(options, slug, team)];
  });
  const accounts = logins.map((login, n): [string, Found] => {
    const person = data[`u${n}`];
    if (person === undefined) throw new Retry('github_answer', `GitHub left ${login} out of its answer.`);
    return [login, person === null ? undefined : foundIn(person, marks)];
  });
  return { teams: new Map(await Promise.all(found)), accounts: new Map(accounts) };
}

function foundIn({ id: node, databaseId, login }: PersonAnswer, marks: OwnMarks | undefined): Found {
  const account = accountOf({ login, ...(databaseId === null ? {} : { id: databaseId }) });
  if (account === null) return undefined;
  marks?.learnPerson(login, node);
  return { account, type: 'User' };
}

export const TEAM_MEMBERS = `query TeamMembers($org: String!, $slug: String!, $after: String) {
  organization(login: $org) {
    team(slug: $slug) { databaseId members(first: 100, after: $after, membership: ALL) { ${MEMBERS} } }
  }
}`;

/** Of a team with its further pages. One that vanishes or becomes another meanwhile is nobody's answer. */
async function factsOf(
  { client, organization: org, marks }: DirectoryOptions,
  slug: string,
  team: TeamAnswer,
): Promise<TeamFacts> {
  const members: Account[] = [];
  const take = ({ nodes }: TeamAnswer['members']): void => {
    if (nodes === null || nodes.some((node) => node === null))
      throw new Retry('github_answer', `GitHub left members of the team ${slug} out of its answer.`);
    for (const node of nodes) {
      const found = node === null ? undefined : foundIn(node, marks);
      if (found !== undefined) members.push(found.account);
    }
  };
  if (team.databaseId === null)
    throw new Retry('github_answer', `GitHub does not tell the id of the team ${slug}.`);
  take(team.members);
  let { pageInfo } = team.members;
  for (let page = 1; pageInfo.hasNextPage; page += 1) {
    if (page === MOST_PAGES)
      throw new Blocked(
        'github_list_too_long',
        `The team ${slug} has too many members.`,
        'Name smaller teams in the policy.',
      );
    const data = await query<{ readonly organization: { readonly team: TeamAnswer | null } | null }>(
      client,
      TEAM_MEMBERS,
      {
        variables: { org, slug, after: pageInfo.endCursor },
      },
    );
    const next = data.organization?.team;
    if (next?.databaseId !== team.databaseId)
      throw new Retry('github_answer', `The team ${slug} changed while it was read.`);
    take(next.members);
    pageInfo = next.members.pageInfo;
  }
  return { team: slug, id: team.databaseId, members };
}
