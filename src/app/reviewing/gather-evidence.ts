import type { Oid, Review } from '../../core/approval.js';
import { type Contributors, contributorsOf } from '../../core/contributors.js';
import type { Entry } from '../../core/grant.js';
import { type Account, loginNow, sameLogin } from '../../core/identity.js';
import { isLiveEntry, owesReview } from '../../core/lifecycle/grant.js';
import type { Control, Evidence, LiveGrant, Needs, OwedReview } from '../../core/policy/evidence.js';
import { needs } from '../../core/policy/needs.js';
import type { PullRequest } from '../../core/pull-request.js';
import type { AccessRequest } from '../../core/request.js';
import { addSeconds, type Instant, later, monthsBetween, secondsBetween } from '../../core/time.js';
import type { PullRequestFacts } from '../../ports/review-host.js';
import type { Ports } from '../ports.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'kinds'>;

/** What evidence is gathered about. */
export interface Question {
  /** What the host showed of the pull request; read once for all its requests. */
  readonly facts: PullRequestFacts;
  /** The commit of the default branch the head is compared with: its head before, the landing's first parent after. */
  readonly base: Oid;
  readonly request: AccessRequest;
  readonly control: Control;
  readonly now: Instant;
  /** Live entries of the ledger. */
  readonly live: readonly Entry[];
}

/** Fetches exactly the facts a decision wants and freezes them. Faults of the ports pass through: "could not" is no answer. */
export async function gatherEvidence(deps: Deps, question: Question): Promise<Evidence> {
  const { facts, request, control, now, live } = question;
  const { pullRequest, pushers, epoch } = facts;
  const wanted = needs(control, request);
  const [subject, teams, accounts, contributors] = await Promise.all([
    accountOf(deps, request.subject, pullRequest),
    Promise.all(wanted.teams.map((team) => deps.directory.team(team))),
    Promise.all(wanted.logins.map((login) => accountOf(deps, login, pullRequest))),
    contributorsTo(deps, question),
  ]);
  const reviews = wanted.reviews ? lastWords(facts.reviews, now) : [];
  const lately = await entriesLately(deps, wanted, question);
  const parties = [pullRequest.author, subject];
  const everybody = [...parties, ...reviews.map(({ author }) => author)];
  return {
    now,
    pullRequest: { number: pullRequest.number, openedAt: pullRequest.openedAt },
    requester: pullRequest.author,
    requesterType: pullRequest.authorType,
    subject,
    head: pullRequest.head,
    epoch,
    reviews,
    contributors: 'accounts' in contributors ? contributors.accounts : null,
    ...('problem' in contributors ? { contributorsProblem: contributors.problem } : {}),
    pushers,
    teams,
    accounts: accounts.flatMap((account) => account ?? []),
    live: await liveGrants(
      deps,
      live.filter((entry) => entry.id === request.extends || isOneOf(entry.subject, everybody)),
      everybody,
    ),
    openRequests: wanted.openRequests ? await openRequestsOf(deps, pullRequest.author) : null,
    held: heldOf(
      wanted,
      now,
      lately.filter((entry) => isHeldBy(entry.subject, request.subject, parties)),
    ),
    owedReviews: owedReviews(
      lately.filter((entry) => isOneOf(entry.subject, parties)),
      parties,
    ),
  };
}

/** Whether somebody is among the accounts, by number or by login: evidence holds what concerns these people and no more (T138). */
function isOneOf(account: Account | null, accounts: readonly (Account | null)[]): boolean {
  if (account === null) return false;
  return accounts.some(
    (one) => one !== null && (one.id === account.id || sameLogin(one.login, account.login)),
  );
}

/** Whoever opened the pull request is named by it, as of now. */
async function accountOf(deps: Deps, login: string, { author }: PullRequest): Promise<Account | null> {
  if (author !== null && sameLogin(author.login, login)) return author;
  return (await deps.directory.account(login))?.account ?? null;
}

/** Whether a grant's holder is who the request calls its subject, under whatever login they had then. */
function isHeldBy(holder: Account | null, subject: string, parties: readonly (Account | null)[]): boolean {
  return holder !== null && [holder.login, loginNow(holder, parties)].some((one) => sameLogin(one, subject));
}

/**
 * The latest verdict of each account: only that one can count (GitHub resolves a reviewer the same way), and evidence goes into the ledger, so nobody
 * may fill it by reviewing a thousand times (T138). Comments decide nothing, and an approval given after `now`, as after the merge,
 * neither counts nor hides the one before it.
 */
function lastWords(reviews: readonly Review[], now: Instant): readonly Review[] {
  const last = new Map<number, Review>();
  const ordered = reviews.toSorted((a, b) => compare(a.submittedAt, b.submittedAt) || a.id - b.id);
  for (const review of ordered) {
    // Deleted accounts share no id; each stays, up to a bound, to be explained.
    const idle = review.state === 'commented' || (review.state === 'approved' && review.submittedAt > now);
    if (!idle) last.set(review.author?.id ?? -(last.size % MOST_GHOSTS) - 1, review);
  }
  return [...last.values()];
}

const MOST_GHOSTS = 20;
const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

async function contributorsTo(deps: Deps, { facts, base }: Question): Promise<Contributors> {
  return contributorsOf(await deps.repository.commits(base, facts.pullRequest.head), facts.attributions);
}

/** Each with the login its holder has now, since rules compare logins. */
async function liveGrants(
  deps: Deps,
  entries: readonly Entry[],
  accounts: readonly (Account | null)[],
): Promise<LiveGrant[]> {
  const grants: LiveGrant[] = [];
  for (const entry of entries) {
    if (entry.window === undefined || entry.subject === null || !isLiveEntry(entry)) continue;
    grants.push({
      id: entry.id,
      subject: loginNow(entry.subject, accounts),
      entitlements: entry.holdings.map((held) => held.entitlement),
      from: entry.window.startsAt,
      until: entry.window.expiresAt,
      chainFrom: await chainStart(deps, entry),
    });
  }
  return grants;
}

/** Extensions of extensions are few, since their total is capped; a longer chain than this is refused by that cap. */
const LONGEST_CHAIN = 50;

async function chainStart(deps: Deps, entry: Entry): Promise<Instant> {
  let first = entry;
  for (let step = 0; first.extends !== undefined && step < LONGEST_CHAIN; step += 1) {
    const before = await deps.ledger.entry(first.extends);
    if (before === undefined) break;
    first = before;
  }
  return first.window?.startsAt ?? first.landing.mergedAt;
}

async function openRequestsOf(deps: Deps, requester: Account | null): Promise<number | null> {
  if (requester === null) return null;
  const open = await deps.host.openPullRequests();
  return open.filter((one) => one.author?.id === requester.id).length;
}

const WEEK_SECONDS = 7 * 86_400;

/** A grant held within the last week was filed at most so long ago, unless it was longer than any weekly limit could allow. */
const FILED_WITHIN_SECONDS = 31 * 86_400;

function heldOf(wanted: Needs, now: Instant, mine: readonly Entry[]): Evidence['held'] {
  if (wanted.held.length === 0) return null;
  return wanted.held.map((entitlement) => ({
    entitlement,
    seconds: mine.reduce((sum, entry) => sum + heldSeconds(entry, entitlement, now), 0),
  }));
}

/** Live entries and those of the last month; only read where a rule looks back. */
async function entriesLately(
  deps: Deps,
  wanted: Needs,
  { now, live, control }: Question,
): Promise<readonly Entry[]> {
  const looksBack =
    wanted.held.length > 0 || control.policy.rules.some((rule) => rule.effect.kind === 'break_glass');
  if (!looksBack) return live;
  const filed = await deps.ledger.filedIn(monthsBetween(addSeconds(now, -FILED_WITHIN_SECONDS), now));
  return [...new Map([...filed, ...live].map((entry) => [entry.id, entry])).values()];
}

/** How long one grant gave one entitlement within the week before `now`. */
function heldSeconds(entry: Entry, entitlement: string, now: Instant): number {
  const granted = entry.events.find(
    (event) => event.event === 'granted' && event.entitlement === entitlement,
  );
  if (granted === undefined) return 0;
  const ended = entry.events.find((event) => event.event === 'ended' && event.entitlement === entitlement);
  const from = later(granted.at, addSeconds(now, -WEEK_SECONDS));
  const until = ended?.at ?? now;
  return Math.max(0, secondsBetween(from, until));
}

/** Break-glass grants, live or lately ended, whose review has not been given. */
function owedReviews(entries: readonly Entry[], accounts: readonly (Account | null)[]): OwedReview[] {
  return entries.flatMap((entry) => {
    const due = entry.events.find((event) => event.event === 'review_due');
    if (due === undefined || !owesReview(entry) || entry.subject === null) return [];
    return [{ id: entry.id, subject: loginNow(entry.subject, accounts), due: due.due ?? due.at }];
  });
}
