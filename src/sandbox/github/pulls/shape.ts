import { association, nodeId, userOrGhost, userOrNull } from '../accounts/shape.js';
import { accountOrGhost, type Hub } from '../hub.js';
import { labelShape } from '../issues/label-shape.js';
import { type RepositoryShape, repositoryShape } from '../repository/shape.js';
import type { Schema } from '../schemas.js';
import type { PullRequest } from '../state.js';
import { teamShape } from '../teams/shape.js';
import { comparison } from './comparison.js';
import { testMerge } from './test-merge.js';

/** One end of a pull request. `repo` and `user` are `null` when the fork is gone, whatever the schema says. */
interface End {
  readonly label: string;
  readonly ref: string;
  readonly sha: string;
  readonly user: Schema<'nullable-simple-user'>;
  readonly repo: RepositoryShape | null;
}

type Simple = Omit<Schema<'pull-request-simple'>, 'head' | 'base' | 'labels'> & {
  readonly head: End;
  readonly base: End;
  readonly labels: Schema<'pull-request'>['labels'];
};
type Full = Omit<Schema<'pull-request'>, 'head' | 'base' | 'user'> & Simple;

export type WebhookPull = Full;

export function simplePull(hub: Hub, pull: PullRequest): Simple {
  const urls = pullUrls(hub, pull);
  return {
    ...urls.fields,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: userOrGhost(hub, pull.openedBy),
    body: pull.body,
    labels: pull.labels.map((name) => labelShape(hub, name)),
    milestone: null,
    active_lock_reason: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.commit ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: pull.requestedUsers.map((id) => userOrGhost(hub, id)),
    requested_teams: requestedTeams(hub, pull),
    head: headOf(hub, pull),
    base: baseOf(hub, pull),
    _links: urls.links,
    author_association: association(hub, pull.openedBy),
    auto_merge: null,
    draft: pull.draft,
  };
}

export async function fullPull(hub: Hub, pull: PullRequest): Promise<Full> {
  const open = pull.state === 'open';
  const merge = open ? await testMerge(hub, pull) : null;
  return {
    ...(await pullWithCounts(hub, pull)),
    merge_commit_sha: pull.merged?.commit ?? merge,
    mergeable: open ? merge !== null : null,
    rebaseable: open ? merge !== null : null,
    mergeable_state: stateOf(pull, merge !== null),
  };
}

/** In webhooks GitHub has not computed `mergeable` yet. */
export const webhookPull = (hub: Hub, pull: PullRequest): Promise<WebhookPull> => pullWithCounts(hub, pull);

function stateOf(pull: PullRequest, mergeable: boolean): string {
  if (pull.state === 'closed') return 'unknown';
  if (pull.draft) return 'draft';
  return mergeable ? 'clean' : 'dirty';
}

async function pullWithCounts(hub: Hub, pull: PullRequest): Promise<Full> {
  const { commits, files } = await comparison(hub, pull);
  return {
    ...simplePull(hub, pull),
    state: pull.state,
    requested_teams: requestedTeams(hub, pull),
    merged: pull.merged !== null,
    mergeable: null,
    rebaseable: null,
    mergeable_state: 'unknown',
    merged_by: userOrNull(hub, pull.merged?.by ?? null),
    comments: hub.state.comments.filter((comment) => comment.issue === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: commits.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

const requestedTeams = (hub: Hub, pull: PullRequest): Schema<'team'>[] =>
  hub.state.teams.filter((team) => pull.requestedTeams.includes(team.id)).map((team) => teamShape(hub, team));

function headOf(hub: Hub, pull: PullRequest): End {
  if (pull.headRepositoryDeleted) {
    return { label: 'unknown repository', ref: pull.headRef, sha: pull.headSha, user: null, repo: null };
  }
  const repo = repositoryShape(hub, pull.fork);
  const owner = pull.fork === null ? hub.options.owner : accountOrGhost(hub, pull.fork).login;
  return { label: `${owner}:${pull.headRef}`, ref: pull.headRef, sha: pull.headSha, user: repo.owner, repo };
}

function baseOf(hub: Hub, pull: PullRequest): End {
  const repo = repositoryShape(hub);
  const label = `${hub.options.owner}:${pull.baseRef}`;
  return { label, ref: pull.baseRef, sha: pull.baseSha, user: repo.owner, repo };
}

function pullUrls(hub: Hub, pull: PullRequest) {
  const { html_url: html, url: repository } = repositoryShape(hub);
  const page = `${html}/pull/${pull.number}`;
  const url = `${repository}/pulls/${pull.number}`;
  const issue = `${repository}/issues/${pull.number}`;
  const fields = {
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repository}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${repository}/statuses/${pull.headSha}`,
  };
  const links = {
    self: { href: url },
    html: { href: page },
    issue: { href: issue },
    comments: { href: fields.comments_url },
    review_comments: { href: fields.review_comments_url },
    review_comment: { href: fields.review_comment_url },
    commits: { href: fields.commits_url },
    statuses: { href: fields.statuses_url },
  };
  return { fields, links };
}
