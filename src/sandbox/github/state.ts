import type { AccountType, AppPermissions, Permission } from './options.js';
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

/** A role of the organization. People have it by themselves; teams are not known here. */
export interface OrganizationRole {
  readonly id: number;
  readonly name: string;
  readonly people: Set<number>;
}

/** Somebody outside the organization who was made a collaborator and has not accepted yet. */
export interface RepositoryInvitation {
  readonly id: number;
  readonly inviteeId: number;
  readonly inviterId: number;
  readonly permission: Permission;
  readonly createdAt: Stamp;
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
  /** Accounts it is assigned to. */
  assignees?: number[];
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
  readonly roles: OrganizationRole[];
  readonly invitations: RepositoryInvitation[];
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

/** Logins compare without case. A deleted account has none. */
export function accountNamed(state: State, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return [...state.accounts.values()].find((a) => !a.deleted && a.login.toLowerCase() === wanted);
}
