import type { Probot } from 'probot';
import type { Intake } from '../app/hints.js';
import { isOwn, type Payload } from './payload.js';

export interface ListenOptions {
  readonly appId: number;
  readonly appSlug: string;
  /** The pinned default branch. */
  readonly branch: string;
  readonly ledgerBranch: string;
  readonly hints: Intake;
}

const CONTROL_FOLDER = '.github/access/';

/**
 * Every webhook becomes a hint to look again, and nothing of it is believed (T072). What the app did itself is no news, or it
 * would answer itself for ever (T134); only a merge of its own still has to be landed.
 */
export function listen(probot: Probot, { hints, ...options }: ListenOptions): void {
  const isOwnDoing = (payload: object): boolean => isOwn(options.appSlug, payload as Payload);

  probot.on('pull_request', async ({ id, payload }) => {
    if (isOwnDoing(payload)) return;
    // What landed is found on the default branch, whatever became of the pull request.
    if (payload.action === 'closed') await hints.pass(id);
    else await hints.pullRequest(payload.number, id);
  });
  probot.on('pull_request_review', async ({ id, payload }) => {
    if (!isOwnDoing(payload)) await hints.pullRequest(payload.pull_request.number, id);
  });
  probot.on('check_run', async ({ id, payload }) => {
    if (payload.action !== 'rerequested' || payload.check_run.app?.id !== options.appId) return;
    for (const pull of payload.check_run.pull_requests)
      if (pull !== null) await hints.pullRequest(pull.number, id);
  });
  probot.on('issue_comment', async ({ id, payload: { action, comment, issue, sender } }) => {
    // Somebody else's hand in a comment, and whatever a bot says, is no command (T053).
    const isTheirs = sender.id === comment.user?.id && sender.type === 'User';
    if (action === 'created' && issue.pull_request && isTheirs) await hints.comment(comment.id, id);
  });
  probot.on('push', async ({ id, payload }) => {
    if (payload.ref === `refs/heads/${options.branch}`) {
      await hints.pass(id);
      if (touchesControl(payload.commits)) await hints.everything(id);
    }
    if (payload.ref === `refs/heads/${options.ledgerBranch}` && !isOwnDoing(payload)) await hints.pass(id);
  });
  probot.on(['membership', 'team', 'organization'], ({ id }) => hints.people(id));
}

interface PushedCommit {
  readonly added?: readonly string[];
  readonly modified?: readonly string[];
  readonly removed?: readonly string[];
}

/**
 * A changed policy changes what open pull requests need. GitHub cuts these lists, for which the regular sweep makes up; where
 * there is none, nobody knows, so we look.
 */
function touchesControl(commits: readonly PushedCommit[] = []): boolean {
  return commits.some(({ added, modified, removed }) => {
    if (added === undefined || modified === undefined || removed === undefined) return true;
    return [...added, ...modified, ...removed].some((path) => path.startsWith(CONTROL_FOLDER));
  });
}
