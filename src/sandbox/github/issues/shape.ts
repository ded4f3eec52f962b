import { appShape, association, nodeId, userOrGhost, userOrNull } from '../accounts/shape.js';
import type { Hub } from '../hub.js';
import { repositoryShape } from '../repository/shape.js';
import type { Schema } from '../schemas.js';
import { type Comment, type Issue, isPullRequest } from '../state.js';
import { labelShape } from './label-shape.js';

/** A pull request is an issue too, with `pull_request`. */
export function issueShape(hub: Hub, issue: Issue): Schema<'issue'> {
  const { url: repository, html_url: html } = repositoryShape(hub);
  const url = `${repository}/issues/${issue.number}`;
  const pull = isPullRequest(issue) ? issue : undefined;
  const page = `${html}/${pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    url,
    repository_url: repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    title: issue.title,
    body: issue.body,
    user: userOrGhost(hub, issue.openedBy),
    labels: issue.labels.map((name) => labelShape(hub, name)),
    assignee: userOrNull(hub, issue.assignees?.[0] ?? null),
    assignees: (issue.assignees ?? []).map((id) => userOrGhost(hub, id)),
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: hub.state.comments.filter((comment) => comment.issue === issue.number).length,
    closed_at: issue.closedAt,
    closed_by: userOrNull(hub, issue.closedBy),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: association(hub, issue.openedBy),
    ...(pull === undefined
      ? {}
      : {
          draft: pull.draft,
          pull_request: {
            url: `${repository}/pulls/${issue.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: pull.merged?.at ?? null,
          },
        }),
  };
}

export function commentShape(hub: Hub, comment: Comment): Schema<'issue-comment'> {
  const { url: repository, html_url: html } = repositoryShape(hub);
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: `${repository}/issues/comments/${comment.id}`,
    html_url: `${html}/issues/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${repository}/issues/${comment.issue}`,
    body: comment.body,
    user: userOrGhost(hub, comment.userId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(hub, comment.userId),
    performed_via_github_app: comment.viaApp ? appShape(hub) : null,
  };
}
