import type { Entry } from '../../core/grant.js';
import { type Account, sameLogin } from '../../core/identity.js';
import type { PullRequest } from '../../core/pull-request.js';
import { Retry } from '../../ports/fault.js';
import { type LedgerSnapshot, readableEntries } from '../../ports/ledger.js';
import type { Comment } from '../../ports/review-host.js';
import type { Ports } from '../ports.js';
import { readOrKnown } from '../reconciling/known-grants.js';
import { revokeGrants } from '../reconciling/revoke-grant.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'spool' | 'clock' | 'log' | 'rules'>;

export type Obeyed = 'ignored' | 'not_allowed' | 'recheck' | 'closed' | 'revoking';

/** Commands can only take away or look again (T053); approving is a review and nothing else. */
const COMMANDS = ['/hallpass revoke', '/hallpass cancel', '/hallpass recheck'] as const;
type Command = (typeof COMMANDS)[number];

/** The command of a comment: the whole first line, of a comment that was never edited and that a person wrote. */
export function commandOf(comment: Comment): Command | undefined {
  if (comment.authorType !== 'User' || comment.author === null) return undefined;
  if (comment.createdAt !== comment.updatedAt) return undefined;
  const [line] = comment.body.split(/\r?\n/, 1);
  return COMMANDS.find((command) => command === line);
}

/** Does what a comment asks, when its author may ask for it. Doing it twice changes nothing more. */
export async function obeyComment(deps: Deps, id: number): Promise<Obeyed> {
  const comment = await deps.host.comment(id);
  const command = comment && commandOf(comment);
  if (comment === undefined || command === undefined || comment.author === null) return 'ignored';
  const pullRequest = await deps.host.pullRequest(comment.pullRequest);
  if (pullRequest === undefined) return 'ignored';
  if (command === '/hallpass recheck') return 'recheck';
  if (command === '/hallpass cancel') return cancel(deps, pullRequest, comment.author);
  return revoke(deps, pullRequest, comment.author);
}

async function cancel(deps: Deps, pullRequest: PullRequest, by: Account): Promise<Obeyed> {
  if (pullRequest.state !== 'open') return 'ignored';
  const allowed = by.id === pullRequest.author?.id || (await isRevoker(deps, by));
  if (!allowed) return 'not_allowed';
  await deps.host.close(pullRequest.number);
  return 'closed';
}

async function revoke(deps: Deps, pullRequest: PullRequest, by: Account): Promise<Obeyed> {
  const { snapshot, fault } = await readOrKnown(deps);
  const entries = readableEntries(snapshot);
  const mine = entries.filter((entry) => entry.landing.pullRequest === pullRequest.number);
  if (mine.length === 0) {
    if (fault !== undefined) throw fault;
    if (await mayStillLand(deps, pullRequest, snapshot))
      throw new Retry('not_decided', `what pull request ${pullRequest.number} brought is not decided yet`);
    return 'ignored';
  }
  const own = mine.filter((entry) => mayRevoke(entry, by));
  // Whoever may anyway does not wait for somebody to tell who else may.
  const chosen = own.length === mine.length || !(await isRevoker(deps, by)) ? own : mine;
  if (chosen.length === 0) return 'not_allowed';
  const allowed = new Set(chosen.map((entry) => entry.id));
  const revoked = await revokeGrants(deps, (entry) => allowed.has(entry.id), by);
  return revoked.kind === 'requested' ? 'revoking' : 'ignored';
}

/** Whether it is merged and a pass has still to decide on it: its grant may begin after somebody has asked for its end. */
async function mayStillLand(
  { repository, rules }: Deps,
  { merged, baseBranch }: PullRequest,
  { cursor }: LedgerSnapshot,
): Promise<boolean> {
  if (merged === null || baseBranch !== rules.branch || cursor === null) return false;
  return !(await repository.isAncestor(merged.commit, cursor));
}

/** The subject, the requester and whoever approved it may take it back (T112). */
function mayRevoke(entry: Entry, by: Account): boolean {
  const people = [
    entry.subject,
    entry.requester,
    ...entry.decision.approvals.map((approval) => approval.account),
  ];
  return people.some((person) => person?.id === by.id);
}

async function isRevoker(deps: Deps, by: Account): Promise<boolean> {
  const { users, teams } = deps.rules.revokers;
  if (users.some((login) => sameLogin(login, by.login))) return true;
  const members = await Promise.all(teams.map((team) => deps.directory.team(team)));
  return members.some((team) => team.members.some((member) => member.id === by.id));
}
