import { actorOf, reads, writes } from '../auth/access.js';
import { atLeast } from '../auth/principal.js';
import { type Answer, type Call, created, ok, optional, strings, wanted } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { type Hub, isAppBot, stampNow } from '../hub.js';
import { updatePull } from '../pulls/update.js';
import { forbidden } from '../refusal.js';
import { type Account, type Issue, isPullRequest } from '../state.js';
import { emit } from '../webhooks/emit.js';
import { record } from './events.js';
import { issueAsked } from './find.js';
import { labelNamed } from './label-shape.js';
import { newIssue } from './opened.js';
import { issueShape } from './shape.js';

const READ = reads('issues');
const WRITE = writes('issues', 'read');
const ISSUES = '/repos/{owner}/{repo}/issues';
const ISSUE = `${ISSUES}/{issue_number}` as const;

export const issueRoutes: readonly RouteRow[] = [
  ['GET', ISSUES, READ, listIssues],
  ['POST', ISSUES, WRITE, createIssue],
  ['GET', ISSUE, READ, (call) => ok(issueShape(call.hub, issueAsked(call)))],
  ['PATCH', ISSUE, WRITE, patchIssue],
];

/** Newest first. Pull requests are issues and are listed too. */
function listIssues(call: Call): Promise<Answer> {
  const { hub, query } = call;
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const since = query.get('since');
  const creator = query.get('creator')?.toLowerCase();
  const found = [...hub.state.issues.values()]
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((name) => issue.labels.includes(name)))
    .filter((issue) => since === null || Date.parse(issue.updatedAt) >= Date.parse(since))
    .filter(
      (issue) =>
        creator === undefined || hub.state.accounts.get(issue.openedBy)?.login.toLowerCase() === creator,
    )
    .sort((a, b) => a.number - b.number);
  const descending = (query.get('direction') ?? 'desc') === 'desc';
  return listed(call, descending ? found.reverse() : found, (issue) => issueShape(hub, issue));
}

async function createIssue(call: Call): Promise<Answer> {
  const { hub } = call;
  const actor = actorOf(call);
  const title = wanted(call, 'title', 'string');
  const issue = newIssue(hub, actor, { title, body: optional(call, 'body', 'string') ?? null });
  if (mayLabel(hub, actor)) issue.labels = strings(call, 'labels').map((name) => labelNamed(hub, name).name);
  hub.state.issues.set(issue.number, issue);
  await tellIssue(hub, actor, issue, 'opened');
  return created(issueShape(hub, issue));
}

/** Labels given by somebody without write access are dropped silently. */
const mayLabel = (hub: Hub, actor: Account): boolean =>
  isAppBot(hub, actor) || atLeast(actor.permission, 'write');

async function patchIssue(call: Call): Promise<Answer> {
  const { hub } = call;
  const issue = issueAsked(call);
  const actor = actorOf(call);
  if (actor.id !== issue.openedBy && !mayLabel(hub, actor)) {
    throw forbidden('Must have admin rights to Repository.');
  }
  const changes = {
    title: optional(call, 'title', 'string'),
    body: optional(call, 'body', 'string'),
    state: optional(call, 'state', 'string'),
  };
  if (isPullRequest(issue)) await updatePull(hub, issue, actor, changes);
  else await updateIssue(hub, issue, actor, changes);
  return ok(issueShape(hub, issue));
}

async function updateIssue(
  hub: Hub,
  issue: Issue,
  actor: Account,
  { title, body, state }: Readonly<Record<'title' | 'body' | 'state', string | undefined>>,
): Promise<void> {
  issue.title = title ?? issue.title;
  issue.body = body ?? issue.body;
  issue.updatedAt = stampNow(hub);
  if (state === undefined || state === issue.state) return;
  const closing = state === 'closed';
  issue.state = closing ? 'closed' : 'open';
  issue.closedAt = closing ? stampNow(hub) : null;
  issue.closedBy = closing ? actor.id : null;
  record(hub, issue, closing ? 'closed' : 'reopened', actor);
  await tellIssue(hub, actor, issue, closing ? 'closed' : 'reopened');
}

const tellIssue = (hub: Hub, actor: Account, issue: Issue, action: string): Promise<void> =>
  emit(hub, 'issues', actor, () => ({ action, issue: issueShape(hub, issue) }));
