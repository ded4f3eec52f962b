import type { Entry } from '../core/grant.js';
import { type Account, sameLogin } from '../core/identity.js';
import type { PullRequest } from '../core/pull-request.js';
import { readableEntries } from '../ports/ledger.js';
import type { Comment } from '../ports/review-host.js';
import type { Ports } from './ports.js';
import { revokeGrants } from './revoke-grant.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'ledger' | 'spool' | 'clock' | 'log' | 'rules'>;

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
  const revoker = await isRevoker(deps, by);
  const snapshot = await deps.ledger.read();
  const entries = readableEntries(snapshot);
  const mine = entries.filter((entry) => entry.landing.pullRequest === pullRequest.number);
  if (mine.length === 0) return 'ignored';
  const allowed = new Set(mine.filter((entry) => revoker || mayRevoke(entry, by)).map((entry) => entry.id));
  if (allowed.size === 0) return 'not_allowed';
  const revoked = await revokeGrants(deps, (entry) => allowed.has(entry.id), by);
  return revoked.kind === 'requested' ? 'revoking' : 'ignored';
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
