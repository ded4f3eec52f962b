import type { Instant } from '../../core/time.js';
import type { Comment } from '../../ports/review-host.js';
import { at, type OnGitHub } from './client.js';
import { unlessMissing } from './faults.js';
import { readAll } from './pages.js';
import { accountOf, type IdOnGitHub, instantFrom, typeOf, type UserOnGitHub } from './values.js';

interface CommentOnGitHub {
  readonly id: IdOnGitHub;
  readonly issue_url: string;
  readonly user: UserOnGitHub | null;
  readonly body?: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Issues and pull requests share their numbers and their comments; an issue's number is no pull request to anybody. */
const ISSUE = /\/issues\/(\d+)$/;

/** GitHub counts `since` by the last change; ours are told oldest first. */
export async function readComments(on: OnGitHub, since: Instant): Promise<readonly Comment[]> {
  const order = { since, sort: 'updated', direction: 'asc' };
  const route = 'GET /repos/{owner}/{repo}/issues/comments';
  const comments = await readAll<CommentOnGitHub>(on.client, route, { ...at(on), ...order });
  const unique = new Map(comments.map((comment) => [comment.id, comment]));
  return [...unique.values()]
    .flatMap((comment) => commentOf(comment) ?? [])
    .sort((a, b) => (a.createdAt === b.createdAt ? a.id - b.id : a.createdAt < b.createdAt ? -1 : 1));
}

export async function readComment(on: OnGitHub, id: number): Promise<Comment | undefined> {
  const route = 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}';
  const answer = await unlessMissing(on.client.request(route, { ...at(on), comment_id: id }));
  return answer === undefined ? undefined : commentOf(answer.data);
}

function commentOf(comment: CommentOnGitHub): Comment | undefined {
  const number = ISSUE.exec(comment.issue_url)?.[1];
  if (number === undefined) return undefined;
  return {
    id: Number(comment.id),
    pullRequest: Number(number),
    author: accountOf(comment.user),
    authorType: typeOf(comment.user),
    body: comment.body ?? '',
    createdAt: instantFrom(comment.created_at),
    updatedAt: instantFrom(comment.updated_at),
  };
}
