import { actorOf, writes } from '../auth/access.js';
import { atLeast } from '../auth/principal.js';
import { type Answer, type Call, created, strings } from '../http/call.js';
import type { RouteRow } from '../http/router.js';
import { isAppBot, stampNow } from '../hub.js';
import { issueAsked } from './find.js';
import { issueShape } from './shape.js';

const ASSIGNEES = '/repos/{owner}/{repo}/issues/{issue_number}/assignees';
/** GitHub's limit for one issue. */
const MOST = 10;

export const assigneeRoutes: readonly RouteRow[] = [['POST', ASSIGNEES, writes('issues', 'read'), assign]];

/** Adds to those who are assigned. Who cannot write there is passed over without a word, and so is everybody when the caller may not assign. */
function assign(call: Call): Answer {
  const { hub } = call;
  const issue = issueAsked(call);
  const actor = actorOf(call);
  const may = isAppBot(hub, actor) || atLeast(actor.permission, 'write');
  const named = strings(call, 'assignees').map((login) => login.toLowerCase());
  const found = [...hub.state.accounts.values()].filter(
    ({ login, permission }) => named.includes(login.toLowerCase()) && atLeast(permission, 'write'),
  );
  if (may && found.length > 0) {
    issue.assignees = [...new Set([...(issue.assignees ?? []), ...found.map(({ id }) => id)])].slice(0, MOST);
    issue.updatedAt = stampNow(hub);
  }
  return created(issueShape(hub, issue));
}
