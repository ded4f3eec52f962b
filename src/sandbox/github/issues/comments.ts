import { actorOf, reads, writes } from '../auth/access.js';
import { atLeast } from '../auth/principal.js';
import { type Answer, type Call, created, noContent, numberParam, ok, wanted } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { type Hub, isAppBot, newId, stampNow } from '../hub.js';
import { forbidden, invalid, notFound } from '../refusal.js';
import type { Account, Comment, Issue } from '../state.js';
import { emit } from '../webhooks/emit.js';
import { issueAsked } from './find.js';
import { commentShape, issueShape } from './shape.js';

const READ = reads('issues');
const WRITE = writes('issues', 'read');
const OF_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const ALL = '/repos/{owner}/{repo}/issues/comments';
const ONE = `${ALL}/{comment_id}` as const;
const LONGEST_BODY = 65_536;

export const commentRoutes: readonly RouteRow[] = [
  ['GET', OF_ISSUE, READ, listOfIssue],
  ['POST', OF_ISSUE, WRITE, create],
  ['GET', ALL, READ, listAll],
  ['GET', ONE, READ, (call) => ok(commentShape(call.hub, commentAsked(call)))],
  ['PATCH', ONE, WRITE, update],
  ['DELETE', ONE, WRITE, remove],
];

function commentAsked(call: Call): Comment {
  const id = numberParam(call, 'comment_id');
  const comment = call.hub.state.comments.find((each) => each.id === id);
  if (comment === undefined) throw notFound();
  return comment;
}

function since(call: Call, comments: readonly Comment[]): Comment[] {
  const from = call.query.get('since');
  if (from === null) return [...comments];
  const at = Date.parse(from);
  if (Number.isNaN(at)) throw invalid({ field: 'since', code: 'invalid' });
  return comments.filter((comment) => Date.parse(comment.updatedAt) >= at);
}

/** Of one issue: by id, oldest first, whatever is asked. */
function listOfIssue(call: Call): Promise<Answer> {
  const issue = issueAsked(call);
  const found = since(call, call.hub.state.comments).filter((comment) => comment.issue === issue.number);
  return listed(call, found, (comment) => commentShape(call.hub, comment));
}

/** Of the repository: `sort` is `created` or `updated`; `direction` counts only with `sort`. */
function listAll(call: Call): Promise<Answer> {
  const sort = call.query.get('sort');
  const key = sort === 'updated' ? 'updatedAt' : 'createdAt';
  const found = since(call, call.hub.state.comments).sort(
    (a, b) => a[key].localeCompare(b[key]) || a.id - b.id,
  );
  const descending = sort !== null && (call.query.get('direction') ?? 'desc') === 'desc';
  return listed(call, descending ? found.reverse() : found, (comment) => commentShape(call.hub, comment));
}

function textOf(call: Call): string {
  const body = wanted(call, 'body', 'string');
  if (body.trim() === '') throw invalid({ resource: 'IssueComment', field: 'body', code: 'missing_field' });
  if (body.length > LONGEST_BODY) {
    throw invalid({
      resource: 'IssueComment',
      field: 'data',
      code: 'unprocessable',
      message: `Body is too long (maximum is ${LONGEST_BODY} characters)`,
    });
  }
  return body;
}

async function create(call: Call): Promise<Answer> {
  const comment = await addComment(call.hub, issueAsked(call), actorOf(call), textOf(call));
  return created(commentShape(call.hub, comment));
}

export async function addComment(hub: Hub, issue: Issue, actor: Account, body: string): Promise<Comment> {
  const now = stampNow(hub);
  const comment: Comment = {
    id: newId(hub),
    issue: issue.number,
    userId: actor.id,
    viaApp: isAppBot(hub, actor),
    body,
    createdAt: now,
    updatedAt: now,
  };
  hub.state.comments.push(comment);
  issue.updatedAt = now;
  await tellComment(hub, actor, comment, { action: 'created' });
  return comment;
}

/** The author may, and everybody with write access: that is how a command gets into somebody else's mouth (T053). */
function refuseOther(hub: Hub, actor: Account, comment: Comment): void {
  const allowed = actor.id === comment.userId || isAppBot(hub, actor) || atLeast(actor.permission, 'write');
  if (!allowed) throw forbidden('Must have admin rights to Repository.');
}

async function update(call: Call): Promise<Answer> {
  const comment = commentAsked(call);
  await editComment(call.hub, comment, actorOf(call), textOf(call));
  return ok(commentShape(call.hub, comment));
}

export async function editComment(hub: Hub, comment: Comment, actor: Account, body: string): Promise<void> {
  refuseOther(hub, actor, comment);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = stampNow(hub);
  await tellComment(hub, actor, comment, { action: 'edited', changes: { body: { from } } });
}

async function remove(call: Call): Promise<Answer> {
  await deleteComment(call.hub, commentAsked(call), actorOf(call));
  return noContent();
}

export async function deleteComment(hub: Hub, comment: Comment, actor: Account): Promise<void> {
  refuseOther(hub, actor, comment);
  hub.state.comments.splice(hub.state.comments.indexOf(comment), 1);
  await tellComment(hub, actor, comment, { action: 'deleted' });
}

function tellComment(
  hub: Hub,
  actor: Account,
  comment: Comment,
  what: Readonly<Record<string, unknown>> & { action: string },
): Promise<void> {
  const issue = hub.state.issues.get(comment.issue);
  if (issue === undefined) return Promise.resolve();
  return emit(hub, 'issue_comment', actor, () => ({
    ...what,
    issue: issueShape(hub, issue),
    comment: commentShape(hub, comment),
  }));
}
