import { simpleUser } from '../accounts/shape.js';
import { actorOf, reads, writes } from '../auth/access.js';
import { type Answer, type Call, created, numberParam, ok, optional, strings, wanted } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { accountOf } from '../hub.js';
import { pullAsked } from '../pulls/find.js';
import { simplePull } from '../pulls/shape.js';
import { invalid } from '../refusal.js';
import type { Review } from '../state.js';
import { teamShape } from '../teams/shape.js';
import { requestReviews, unrequestReviews, type Wanted } from './requests.js';
import { reviewShape } from './shape.js';
import { dismissReview, reviewNumbered, submitPending, submitReview, type Verdict } from './submit.js';

const READ = reads('pull_requests');
const WRITE = writes('pull_requests', 'read');
const REVIEWS = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const REVIEW = `${REVIEWS}/{review_id}` as const;
const REQUESTED = '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';

export const reviewRoutes: readonly RouteRow[] = [
  ['GET', REVIEWS, READ, listReviews],
  ['POST', REVIEWS, WRITE, createReview],
  ['GET', REVIEW, READ, (call) => shaped(call, reviewAsked(call))],
  ['POST', `${REVIEW}/events`, WRITE, submitEvent],
  ['PUT', `${REVIEW}/dismissals`, WRITE, dismiss],
  ['GET', REQUESTED, READ, listRequested],
  ['POST', REQUESTED, writes('pull_requests', 'write'), addRequested],
  ['DELETE', REQUESTED, writes('pull_requests', 'write'), removeRequested],
];

const reviewAsked = (call: Call): Review => reviewNumbered(pullAsked(call), numberParam(call, 'review_id'));
const shaped = (call: Call, review: Review): Answer => ok(reviewShape(call.hub, pullAsked(call), review));

/** In the order they were made; a pending review is its author's alone. */
function listReviews(call: Call): Promise<Answer> {
  const pull = pullAsked(call);
  const me = call.who.kind === 'user' ? call.who.account.id : 0;
  const visible = pull.reviews.filter((review) => review.state !== 'PENDING' || review.userId === me);
  return listed(call, visible, (review) => reviewShape(call.hub, pull, review));
}

function verdict(call: Call): Verdict | undefined {
  const event = optional(call, 'event', 'string');
  if (event === undefined || event === 'APPROVE' || event === 'REQUEST_CHANGES' || event === 'COMMENT') {
    return event;
  }
  throw invalid({ resource: 'PullRequestReview', field: 'event', code: 'invalid' });
}

async function createReview(call: Call): Promise<Answer> {
  const review = await submitReview(call.hub, pullAsked(call), actorOf(call), {
    event: verdict(call),
    body: optional(call, 'body', 'string'),
    commitId: optional(call, 'commit_id', 'string'),
  });
  return shaped(call, review);
}

async function submitEvent(call: Call): Promise<Answer> {
  const event = verdict(call);
  if (event === undefined) throw invalid({ field: 'event', code: 'missing_field' });
  const review = reviewAsked(call);
  const body = optional(call, 'body', 'string');
  await submitPending(call.hub, pullAsked(call), actorOf(call), { review, event, body });
  return shaped(call, review);
}

async function dismiss(call: Call): Promise<Answer> {
  const review = reviewAsked(call);
  const message = wanted(call, 'message', 'string');
  await dismissReview(call.hub, pullAsked(call), actorOf(call), { review, message });
  return shaped(call, review);
}

function listRequested(call: Call): Answer {
  const { hub } = call;
  const pull = pullAsked(call);
  return ok({
    users: pull.requestedUsers.flatMap((id) => {
      const account = accountOf(hub, id);
      return account === undefined ? [] : [simpleUser(hub, account)];
    }),
    teams: hub.state.teams
      .filter((team) => pull.requestedTeams.includes(team.id))
      .map((team) => teamShape(hub, team)),
  });
}

const wantedBy = (call: Call): Wanted => ({
  logins: strings(call, 'reviewers'),
  teams: strings(call, 'team_reviewers'),
});

async function addRequested(call: Call): Promise<Answer> {
  const pull = pullAsked(call);
  await requestReviews(call.hub, pull, actorOf(call), wantedBy(call));
  return created(simplePull(call.hub, pull));
}

async function removeRequested(call: Call): Promise<Answer> {
  const pull = pullAsked(call);
  await unrequestReviews(call.hub, pull, actorOf(call), wantedBy(call));
  return ok(simplePull(call.hub, pull));
}
