import type { Clock } from '../../ports/clock.js';
import type { ReviewHost } from '../../ports/review-host.js';
import { readPushers } from './activity.js';
import { announce } from './announce.js';
import { readAttributions } from './attributions.js';
import type { OnGitHub } from './client.js';
import { readComment, readComments } from './comments.js';
import { readEpoch } from './epoch.js';
import { withFaults } from './faults.js';
import { watchHostClock } from './host-clock.js';
import { keepIssues } from './keep-issues.js';
import { keepPullRequest } from './keep-pull-request.js';
import { setLabels } from './labels.js';
import { mergeMethods, mergePullRequest } from './merge.js';
import { publishCheck } from './publish-check.js';
import { notify, publishComment } from './publish-comment.js';
import {
  closePullRequest,
  readOpenPullRequests,
  readPullRequest,
  readPullRequestsOf,
} from './pull-requests.js';
import { requestReviews } from './review-requests.js';
import { readReviews } from './reviews.js';

/** The pull requests of the pinned repository on GitHub. Nothing is remembered between calls but how it may merge. */
export function createReviewHost(on: OnGitHub, clock: Clock): ReviewHost {
  const hostClock = watchHostClock(on.client, clock);
  const methods = mergeMethods(on);
  const calls: Omit<ReviewHost, 'hostClock'> = {
    pullRequest: (number) => readPullRequest(on, number),
    openPullRequests: () => readOpenPullRequests(on),
    pullRequestsOf: (commit) => readPullRequestsOf(on, commit),
    reviews: (number) => readReviews(on, number),
    attributions: (number) => readAttributions(on, number),
    pushers: (pullRequest) => readPushers(on, pullRequest),
    epoch: (pullRequest) => readEpoch(on, pullRequest),
    comments: (since) => readComments(on, since),
    comment: (id) => readComment(on, id),
    publishCheck: (result) => publishCheck(on, result),
    publishComment: (number, markdown) => publishComment(on, number, markdown),
    notify: (number, key, markdown) => notify(on, number, { key, markdown }),
    announce: (key, title, markdown) => announce(on, { key, title, markdown }),
    keepIssues: (scopes, issues) => keepIssues(on, scopes, issues),
    keepPullRequest: (draft) => keepPullRequest(on, draft),
    requestReviews: (number, logins) => requestReviews(on, number, logins),
    setLabels: (number, add, remove) => setLabels(on, number, { add, remove }),
    merge: async (number, head) => mergePullRequest(on, number, { head, methods: await methods() }),
    close: (number) => closePullRequest(on, number),
  };
  return { ...withFaults(calls), hostClock };
}
