import type { DismissalReason, Review, ReviewState } from '../approval.js';
import { type Account, sameLogin } from '../identity.js';
import type { Facts } from './facts.js';
import { isNobody, samePerson } from './membership.js';

/** Where one person stands: the latest of his reviews that says anything (THREATS 1.1). */
export interface Standing {
  readonly account: Account;
  readonly review: Review;
  readonly state: Exclude<ReviewState, 'commented'>;
}

/** A review set aside. */
export interface SetAside {
  readonly review: Review;
  readonly reason: DismissalReason;
  readonly message: string;
}

export interface Standings {
  /** One per person, by the time of the review. */
  readonly people: readonly Standing[];
  readonly setAside: readonly SetAside[];
}

/** At equal times and ids, which no host should answer, the more restrictive review is the later one. */
const RESTRICTION: Readonly<Record<ReviewState, number>> = {
  commented: 0,
  approved: 1,
  dismissed: 2,
  changes_requested: 3,
};

function inTime(a: Review, b: Review): number {
  if (a.submittedAt !== b.submittedAt) return a.submittedAt < b.submittedAt ? -1 : 1;
  return a.id - b.id || RESTRICTION[a.state] - RESTRICTION[b.state];
}

/**
 * The state machine of reviews, per numeric id and over all of them: a comment says nothing, a dismissed review stays void
 * until that person reviews again, and the latest wins even when it is stale (T036).
 */
export function standingsOf(reviews: readonly Review[]): Standings {
  const latest = new Map<number, Standing>();
  const setAside: SetAside[] = [];
  for (const review of [...reviews].sort(inTime)) {
    const { author: account, state } = review;
    if (state === 'commented') continue;
    if (account === null) {
      if (state !== 'dismissed')
        setAside.push(aside(review, 'no_account', 'The account behind this review is gone.'));
      continue;
    }
    const before = latest.get(account.id);
    if (before !== undefined && before.state !== 'dismissed' && before.review.id !== review.id) {
      setAside.push(aside(before.review, 'superseded', `${account.login} has reviewed again since.`));
    }
    latest.delete(account.id);
    latest.set(account.id, { account, review, state });
  }
  return { people: [...latest.values()], setAside };
}

function aside(review: Review, reason: DismissalReason, message: string): SetAside {
  return { review, reason, message };
}

interface Exclusion {
  readonly reason: DismissalReason;
  applies(standing: Standing, facts: Facts): boolean;
  readonly message: (login: string) => string;
}

/**
 * Why an approval counts for no rule, most lasting reason first: what another review cannot mend is said before what it can.
 * Unknown is a reason like any other.
 */
const EXCLUSIONS: readonly Exclusion[] = [
  {
    reason: 'not_a_user',
    applies: ({ review }) => review.authorType !== 'User',
    message: (login) => `${login} is not a person: only user accounts approve.`,
  },
  {
    reason: 'login_reused',
    applies: ({ account }, { control, evidence }) =>
      isNobody(control.people, account) ||
      evidence.reviews.some(
        ({ author }) => author !== null && author.id !== account.id && sameLogin(author.login, account.login),
      ),
    message: (login) =>
      `The account called ${login} is not the one that people.yaml or the other reviews mean by that login.`,
  },
  {
    reason: 'requester',
    applies: ({ account }, { evidence }) =>
      evidence.requester !== null && samePerson(account, evidence.requester),
    message: (login) => `${login} opened this request.`,
  },
  {
    reason: 'subject',
    applies: ({ account }, { request, evidence }) =>
      sameLogin(account.login, request.subject) ||
      (evidence.subject !== null && samePerson(account, evidence.subject)),
    message: (login) => `${login} would hold the access.`,
  },
  {
    reason: 'contributors_unknown',
    applies: (_, { evidence }) => evidence.contributors === null,
    message: () => 'Who wrote the commits is not known, so nobody can be told apart from them.',
  },
  {
    reason: 'contributor',
    applies: ({ account }, { evidence }) =>
      evidence.contributors?.some((one) => samePerson(one, account)) ?? true,
    message: (login) => `${login} wrote or committed something in this pull request.`,
  },
  {
    reason: 'pushers_unknown',
    applies: (_, { evidence }) => evidence.pushers === null,
    message: () => 'Who pushed the branch is not known, so nobody can be told apart from them.',
  },
  {
    reason: 'pusher',
    applies: ({ account }, { evidence }) => evidence.pushers?.some((one) => samePerson(one, account)) ?? true,
    message: (login) => `${login} pushed to the branch of this pull request.`,
  },
  {
    reason: 'stale_commit',
    applies: ({ review }, { evidence }) => review.commit === null || review.commit !== evidence.head,
    message: (login) => `${login} approved an earlier version; the head has changed since.`,
  },
  {
    reason: 'epoch_unknown',
    applies: (_, { evidence }) => evidence.epoch === null,
    message: () => 'Since when this head can be reviewed is not known yet.',
  },
  {
    reason: 'before_epoch',
    applies: ({ review }, { evidence }) => !(evidence.epoch !== null && review.submittedAt > evidence.epoch),
    message: (login) =>
      `${login} approved before this head was checked here, or before the pull request last changed.`,
  },
  {
    reason: 'in_the_future',
    applies: ({ review }, { evidence }) => !(review.submittedAt <= evidence.now),
    message: (login) => `The approval of ${login} carries a time that has not come.`,
  },
];

/** Why an approval cannot count for any rule; `undefined` when nothing speaks against it. */
export function exclusionOf(standing: Standing, facts: Facts): SetAside | undefined {
  const found = EXCLUSIONS.find((exclusion) => exclusion.applies(standing, facts));
  return found && aside(standing.review, found.reason, found.message(standing.account.login));
}

/** Whether somebody could approve this request at all, whatever was reviewed so far. */
export function canApprove(account: Account, { request, evidence, control }: Facts): boolean {
  const involved = [
    evidence.requester,
    evidence.subject,
    ...(evidence.contributors ?? []),
    ...(evidence.pushers ?? []),
  ];
  if (involved.some((one) => one !== null && samePerson(one, account))) return false;
  return !sameLogin(request.subject, account.login) && !isNobody(control.people, account);
}
