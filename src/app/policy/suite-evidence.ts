import type { Oid, Review } from '../../core/approval.js';
import { type Account, foldLogin, type Login } from '../../core/identity.js';
import { type People, personOf } from '../../core/people.js';
import type { Control, Evidence } from '../../core/policy/evidence.js';
import { needs } from '../../core/policy/needs.js';
import { addSeconds, durationSeconds, type Instant } from '../../core/time.js';
import type { CaseFacts, Suite, SuiteReview } from '../../documents/suite.js';

const HEAD = '1'.repeat(40) as Oid;
const EARLIER = '2'.repeat(40) as Oid;

/** The facts a case describes, with everything it leaves open as DESIGN section 7 says. */
export function evidenceOf(suite: Pick<Suite, 'teams'>, one: CaseFacts, control: Control): Evidence {
  const wanted = needs(control, one.request);
  const account = accounts(one, control.people);
  const reviews = one.reviews.map((review, index) => reviewOf(review, { id: index + 1, one, account }));
  const epoch = one.epoch ?? beforeAll(reviews, one.now);
  return {
    now: one.now,
    pullRequest: { number: 1, openedAt: one.opened ?? epoch },
    requester: account(one.requester),
    requesterType: 'User',
    subject: account(one.request.subject),
    head: HEAD,
    epoch,
    reviews,
    contributors: one.committers.map(account),
    pushers: one.pushers.map(account),
    teams: wanted.teams.map((team, index) => ({
      team,
      id: index + 1,
      members: (suite.teams.get(team) ?? []).map(account),
    })),
    accounts: wanted.logins.map(account),
    live: one.live,
    openRequests: one.openRequests,
    held: wanted.held.map((entitlement) => ({ entitlement, seconds: secondsHeld(one, entitlement) })),
    owedReviews: [],
  };
}

/** Logins to accounts: the id the case gives, else the one people.yaml gives, else one of its own. */
function accounts({ ids }: CaseFacts, people: People): (login: Login) => Account {
  const made = new Map<string, number>();
  return (login) => {
    const known = ids.get(foldLogin(login)) ?? personOf(people, login)?.id ?? made.get(foldLogin(login));
    // GitHub has given out far fewer, so nobody has one of these by accident.
    const id = known ?? 9_000_000_000 + made.size;
    if (known === undefined) made.set(foldLogin(login), id);
    return { login, id };
  };
}

interface ReviewContext {
  readonly id: number;
  readonly one: CaseFacts;
  readonly account: (login: Login) => Account;
}

function reviewOf(review: SuiteReview, { id, one, account }: ReviewContext): Review {
  return {
    id,
    author: account(review.by),
    authorType: review.bot ? 'Bot' : 'User',
    state: review.state,
    commit: review.stale ? EARLIER : HEAD,
    submittedAt: review.at ?? addSeconds(one.now, -60),
    commented: review.comment,
  };
}

/** A second before the first review, and before now in any case. */
function beforeAll(reviews: readonly Review[], now: Instant): Instant {
  const [first = now] = [...reviews.map(({ submittedAt }) => submittedAt), now].sort();
  return addSeconds(first, -1);
}

function secondsHeld({ held }: CaseFacts, entitlement: string): number {
  const duration = held.get(entitlement);
  return duration === undefined ? 0 : durationSeconds(duration);
}
