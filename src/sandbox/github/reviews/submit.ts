import { atLeast } from '../auth/principal.js';
import { type Hub, newId, stampNow } from '../hub.js';
import { record } from '../issues/events.js';
import { webhookPull } from '../pulls/shape.js';
import { forbidden, invalidBecause, notFound, Refusal } from '../refusal.js';
import type { Account, PullRequest, Review, Sha } from '../state.js';
import { emit } from '../webhooks/emit.js';
import { webhookReview } from './shape.js';

export type Verdict = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

const STATE_OF: Readonly<Record<Verdict, Review['state']>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

export interface ReviewFacts {
  /** Absent: a pending review, which only its author sees. */
  readonly event?: Verdict | undefined;
  readonly body?: string | undefined;
  /** Default: the head. GitHub takes any commit it knows. */
  readonly commitId?: Sha | undefined;
}

/** A review. GitHub refuses a verdict by the opener alone; committers and pushers may approve. */
export async function submitReview(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  facts: ReviewFacts,
): Promise<Review> {
  await refuseReview(hub, pull, actor, facts);
  const pending = facts.event === undefined;
  const review: Review = {
    id: newId(hub),
    userId: actor.id,
    body: facts.body ?? '',
    state: facts.event === undefined ? 'PENDING' : STATE_OF[facts.event],
    commitId: facts.commitId ?? pull.headSha,
    submittedAt: pending ? null : stampNow(hub),
  };
  pull.reviews.push(review);
  if (!pending) await submitted(hub, pull, actor, review);
  return review;
}

async function refuseReview(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  { event, body, commitId }: ReviewFacts,
): Promise<void> {
  const own = pull.openedBy === actor.id;
  if (own && event === 'APPROVE') {
    throw new Refusal(422, 'Unprocessable Entity: Can not approve your own pull request');
  }
  if (own && event === 'REQUEST_CHANGES') {
    throw new Refusal(422, 'Unprocessable Entity: Can not request changes on your own pull request');
  }
  if (event !== undefined && event !== 'APPROVE' && (body ?? '') === '') {
    throw new Refusal(422, 'Unprocessable Entity: Review body cannot be blank');
  }
  if (commitId !== undefined && (await hub.git.commit(commitId)) === undefined) {
    throw invalidBecause('PullRequestReview', 'commit_id is not part of the pull request');
  }
  const waiting = pull.reviews.some((each) => each.state === 'PENDING' && each.userId === actor.id);
  if (waiting) {
    throw new Refusal(422, 'Unprocessable Entity: User can only have one pending review per pull request');
  }
}

/** A pending review is handed in; it stays on the commit it was started on. */
export async function submitPending(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  { review, event, body }: { review: Review; event: Verdict; body: string | undefined },
): Promise<void> {
  if (review.userId !== actor.id || review.state !== 'PENDING') throw notFound();
  pull.reviews.splice(pull.reviews.indexOf(review), 1);
  try {
    await refuseReview(hub, pull, actor, { event, body: body ?? review.body });
  } finally {
    pull.reviews.push(review);
  }
  review.state = STATE_OF[event];
  review.body = body ?? review.body;
  review.submittedAt = stampNow(hub);
  await submitted(hub, pull, actor, review);
}

async function submitted(hub: Hub, pull: PullRequest, actor: Account, review: Review): Promise<void> {
  pull.updatedAt = stampNow(hub);
  pull.requestedUsers = pull.requestedUsers.filter((id) => id !== actor.id);
  // Who is in a team that was asked answers for it.
  const mine = hub.state.teams.filter((team) => team.members.get(actor.id)?.state === 'active');
  pull.requestedTeams = pull.requestedTeams.filter((id) => !mine.some((team) => team.id === id));
  await tellReview(hub, pull, actor, { action: 'submitted', review });
}

/** Sets a verdict aside. The review keeps its row; whoever has write access may, the App included. */
export async function dismissReview(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  { review, message }: { review: Review; message: string },
): Promise<void> {
  const isApp = actor.id === hub.state.botId;
  if (!isApp && !atLeast(actor.permission, 'write')) throw forbidden('Must have write access to dismiss');
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw new Refusal(422, 'Unprocessable Entity: Can not dismiss a commented pull request review');
  }
  const state = review.state.toLowerCase();
  review.state = 'DISMISSED';
  record(hub, pull, 'review_dismissed', actor, {
    detail: { dismissed: { state, review: review.id, message } },
  });
  await tellReview(hub, pull, actor, { action: 'dismissed', review });
}

function tellReview(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  { action, review }: { action: string; review: Review },
): Promise<void> {
  return emit(hub, 'pull_request_review', actor, async () => ({
    action,
    review: webhookReview(hub, pull, review),
    pull_request: await webhookPull(hub, pull),
  }));
}

export function reviewNumbered(pull: PullRequest, id: number): Review {
  const review = pull.reviews.find((each) => each.id === id);
  if (review === undefined) throw notFound();
  return review;
}
