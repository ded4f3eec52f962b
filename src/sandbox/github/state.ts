import type { AccountType, AppPermissions, GitHubOptions, Permission } from './options.js';
import type { Schema } from './schemas.js';

/** RFC 3339 in whole seconds, as GitHub stamps. */
export type Stamp = string;
export type Sha = string;

export const stamp = (at: Date): Stamp => `${at.toISOString().slice(0, 19)}Z`;

export interface Account {
  readonly id: number;
  login: string;
  readonly type: AccountType | 'Organization';
  readonly email: string | null;
  permission: Permission | 'none';
  member: boolean;
  deleted: boolean;
}

export interface Team {
  readonly id: number;
  slug: string;
  name: string;
  /** Account id to what the membership is. */
  readonly members: Map<number, { role: 'member' | 'maintainer'; state: 'active' | 'pending' }>;
}

/** What issues and pull requests have in common: on GitHub every pull request is an issue. */
export interface Issue {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly openedBy: number;
  state: 'open' | 'closed';
  labels: string[];
  readonly createdAt: Stamp;
  updatedAt: Stamp;
  closedAt: Stamp | null;
  closedBy: number | null;
}

export interface PullRequest extends Issue {
  readonly headRef: string;
  /** Account whose fork has the head; `null` for the repository itself. */
  readonly fork: number | null;
  headRepositoryDeleted: boolean;
  headSha: Sha;
  baseRef: string;
  /** The base branch when the head or the base last changed; GitHub does not follow the base branch (files are stale too). */
  baseSha: Sha;
  draft: boolean;
  merged: { at: Stamp; by: number; commit: Sha } | null;
  requestedUsers: number[];
  requestedTeams: number[];
  readonly reviews: Review[];
}

export interface Review {
  readonly id: number;
  userId: number;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  commitId: Sha | null;
  submittedAt: Stamp | null;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly userId: number;
  readonly viaApp: boolean;
  body: string;
  readonly createdAt: Stamp;
  updatedAt: Stamp;
}

/** Which of the two APIs shows an event: a base change is in the issue events alone. */
export type Surface = 'both' | 'events';

export interface IssueEvent {
  readonly id: number;
  readonly issue: number;
  readonly event: string;
  readonly actorId: number;
  readonly commitId: Sha | null;
  readonly createdAt: Stamp;
  readonly surface: Surface;
  readonly detail: EventDetail;
}

export interface EventDetail {
  readonly label?: string;
  readonly requestedUser?: number;
  readonly requestedTeam?: number;
  readonly rename?: { readonly from: string; readonly to: string };
  readonly dismissed?: { readonly state: string; readonly review: number; readonly message: string | null };
}

export interface CheckRun {
  readonly id: number;
  readonly appId: number;
  readonly headSha: Sha;
  name: string;
  status: Schema<'check-run'>['status'];
  conclusion: Schema<'check-run'>['conclusion'];
  startedAt: Stamp | null;
  completedAt: Stamp | null;
  detailsUrl: string | null;
  externalId: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: Schema<'check-annotation'>[];
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Activity {
  readonly id: number;
  readonly type: Schema<'activity'>['activity_type'];
  readonly ref: string;
  readonly before: Sha;
  readonly after: Sha;
  readonly actorId: number;
  readonly at: Stamp;
}

export interface InstallationToken {
  readonly token: string;
  readonly permissions: AppPermissions;
  readonly expiresAt: Date;
}

export interface State {
  readonly accounts: Map<number, Account>;
  readonly teams: Team[];
  readonly issues: Map<number, Issue>;
  readonly comments: Comment[];
  readonly events: IssueEvent[];
  readonly checkRuns: CheckRun[];
  readonly labels: Label[];
  readonly activities: Activity[];
  readonly userTokens: Map<string, number>;
  readonly installationTokens: Map<string, InstallationToken>;
  /** Commits this stand-in made itself, which GitHub would have signed as web-flow. */
  readonly webFlowCommits: Set<Sha>;
  readonly organizationId: number;
  readonly repositoryId: number;
  readonly createdAt: Stamp;
  botId: number;
  webFlowId: number;
  lastNumber: number;
  lastId: number;
}

export const WEB_FLOW = { id: 19864447, login: 'web-flow', email: 'noreply@github.com' } as const;
export const GHOST_ID = 10137;
/** What GitHub writes where there is no commit. */
export const NO_COMMIT = '0'.repeat(40);

export function nextId(state: State): number {
  state.lastId += 1;
  return state.lastId;
}

export const isPullRequest = (issue: Issue | undefined): issue is PullRequest =>
  issue !== undefined && 'headRef' in issue;

export function createState(options: GitHubOptions): State {
  const state: State = {
    accounts: new Map(),
    teams: [],
    issues: new Map(),
    comments: [],
    events: [],
    checkRuns: [],
    labels: [],
    activities: [],
    userTokens: new Map(),
    installationTokens: new Map(),
    webFlowCommits: new Set(),
    organizationId: 9001,
    repositoryId: 8001,
    createdAt: stamp(options.now()),
    botId: 0,
    webFlowId: WEB_FLOW.id,
    lastNumber: 0,
    lastId: 1_000_000,
  };
  addAccounts(state, options);
  for (const [slug, logins] of Object.entries(options.teams)) addTeam(state, slug, logins);
  return state;
}

function addAccounts(state: State, options: GitHubOptions): void {
  for (const user of options.users) {
    const type = user.type ?? 'User';
    add(state, {
      id: user.id,
      login: user.login,
      type,
      email: user.email ?? null,
      permission: user.permission,
      member: user.member ?? type === 'User',
    });
  }
  const none = { permission: 'none', member: false } as const;
  add(state, { ...WEB_FLOW, type: 'User', ...none });
  state.botId = nextId(state);
  add(state, { id: state.botId, login: `${options.app.slug}[bot]`, type: 'Bot', email: null, ...none });
}

function add(state: State, account: Omit<Account, 'deleted'>): void {
  if (state.accounts.has(account.id)) throw new Error(`account id ${account.id} is taken`);
  state.accounts.set(account.id, { ...account, deleted: false });
}

function addTeam(state: State, slug: string, logins: readonly string[]): void {
  const team: Team = { id: nextId(state), slug, name: slug, members: new Map() };
  for (const login of logins) {
    const account = accountNamed(state, login);
    if (account === undefined) throw new Error(`team ${slug} names ${login}, who is not a user`);
    team.members.set(account.id, { role: 'member', state: account.member ? 'active' : 'pending' });
  }
  state.teams.push(team);
}

/** Logins compare without case. A deleted account has none. */
export function accountNamed(state: State, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return [...state.accounts.values()].find((a) => !a.deleted && a.login.toLowerCase() === wanted);
}
