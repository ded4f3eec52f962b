import type { Review } from '../../core/approval.js';
import type { Entry } from '../../core/grant.js';
import type { Account, Group } from '../../core/identity.js';
import { sameLogin } from '../../core/identity.js';
import { isLiveEntry, owesReview } from '../../core/lifecycle/grant.js';
import { addSeconds, monthsBetween } from '../../core/time.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import { openJournal } from '../reconciling/journal.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'kinds' | 'clock' | 'log'>;

/**
 * Records the review that a break-glass grant owes, once somebody entitled to give it reviewed the merged pull request. An
 * objection is a review too, and ends what is still there.
 * @param paths of the requests the pull request brought; their entries may have ended long ago.
 */
export async function recordReview(deps: Deps, pullRequest: number): Promise<boolean> {
  const journal = openJournal(deps.ledger, await deps.ledger.read());
  // Requests lie in the month of their pull request, and a review is owed for days.
  const now = deps.clock.now();
  const months = monthsBetween(addSeconds(now, -MONTH_SECONDS), now);
  const filed = [...(await deps.ledger.filedIn(months)), ...journal.live()];
  const owing = [...new Map(filed.map((entry) => [entry.id, entry])).values()].filter(
    (entry) => entry.landing.pullRequest === pullRequest && owesReview(entry),
  );
  for (const entry of owing) journal.adopt(entry);
  if (owing.length === 0) return false;
  const reviews = await deps.host.reviews(pullRequest);
  for (const entry of owing) {
    const review = await reviewOf(deps, entry, reviews);
    if (review === undefined || review.author === null) continue;
    const at = deps.clock.now();
    const by = review.author;
    journal.change(entry.id, { event: 'reviewed', at, by, code: review.state });
    const objected = review.state === 'changes_requested' && isLiveEntry(entry);
    if (objected) journal.change(entry.id, { event: 'end_requested', at, by, reason: 'revoked' });
  }
  return (await journal.record('review')).events.length > 0;
}

const MONTH_SECONDS = 31 * 86_400;

/** The first verdict after the landing by a reviewer the rule names who had no hand in the request. */
async function reviewOf(deps: Deps, entry: Entry, reviews: readonly Review[]): Promise<Review | undefined> {
  const loaded = await loadControl(deps, entry.landing.parent);
  if ('issues' in loaded) return undefined;
  const groups = loaded.control.policy.rules.flatMap(({ name, effect }) =>
    effect.kind === 'break_glass' && entry.decision.rules.includes(name) ? [effect.reviewers] : [],
  );
  const { contributors, pushers } = entry.decision.evidence;
  const hands = [entry.subject, entry.requester, ...(contributors ?? []), ...(pushers ?? [])];
  const involved = new Set(hands.map((one) => one?.id));
  for (const review of reviews.toSorted((a, b) => (a.submittedAt < b.submittedAt ? -1 : 1))) {
    const verdict = review.state === 'approved' || review.state === 'changes_requested';
    const { author } = review;
    if (!verdict || author === null || review.authorType !== 'User' || involved.has(author.id)) continue;
    if (review.submittedAt <= entry.landing.mergedAt) continue;
    for (const group of groups) if (await isIn(deps, group, author)) return review;
  }
  return undefined;
}

async function isIn(deps: Deps, group: Group, account: Account): Promise<boolean> {
  if (group.users.some((login) => sameLogin(login, account.login))) return true;
  const teams = await Promise.all(group.teams.map((team) => deps.directory.team(team)));
  return teams.some((team) => team.members.some((member) => member.id === account.id));
}
