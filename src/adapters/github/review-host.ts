import type { Clock } from '../../ports/clock.js';
import type { ReviewHost } from '../../ports/review-host.js';
import { announce } from './announce.js';
import type { OnGitHub } from './client.js';
import { readComment, readComments } from './comments.js';
import { lookAt, readFacts, readFactsOf } from './facts.js';
import { withFaults } from './faults.js';
import { watchHostClock } from './host-clock.js';
import { keepIssues } from './keep-issues.js';
import { keepPullRequest } from './keep-pull-request.js';
import { setLabels } from './labels.js';
import { mergeMethods, mergePullRequest } from './merge.js';
import { createOwnMarks, type OwnMarks } from './own-marks.js';
import { publishCheck } from './publish-check.js';
import { notify, type Publishing, publishComment } from './publish-comment.js';
import {
  closePullRequest,
  readOpenPullRequests,
  readPullRequest,
  readPullRequestNumbersOf,
} from './pull-requests.js';
import { createReviewLoad } from './review-load.js';
import { requestReviews } from './review-requests.js';
import { readReviews } from './reviews.js';
import { createWriter } from './writer.js';

/** The pull requests of the pinned repository on GitHub. Nothing is remembered between calls but how it may merge and what we wrote. */
export function createReviewHost(
  on: OnGitHub,
  clock: Clock,
  marks: OwnMarks = createOwnMarks(on.appSlug),
): ReviewHost {
  const hostClock = watchHostClock(on.client, clock);
  const methods = mergeMethods(on);
  const load = createReviewLoad(on, clock);
  const to: Publishing = { on, marks, writer: createWriter(on.client) };
  const calls: Omit<ReviewHost, 'hostClock'> = {
    facts: (number) => readFacts(to, number),
    look: (number) => lookAt(to, number),
    factsOf: (commit) => readFactsOf(to, commit),
    pullRequest: (number) => readPullRequest(on, number),
    reviewLoad: () => load.current(),
    openPullRequests: () => readOpenPullRequests(on),
    pullRequestsOf: (commit) => readPullRequestNumbersOf(on, commit),
    reviews: (number) => readReviews(on, number),
    comments: (since) => readComments(on, since),
    comment: (id) => readComment(on, id),
    publishCheck: (result) => publishCheck(to, result),
    publishComment: (number, markdown) => publishComment(to, number, markdown),
    notify: (number, key, markdown) => notify(to, number, { key, markdown }),
    announce: (key, title, markdown) => announce(on, { key, title, markdown }),
    keepIssues: (scopes, issues) => keepIssues(on, scopes, issues),
    keepPullRequest: (draft) => keepPullRequest(on, draft),
    async requestReviews(number, logins) {
      load.add(await requestReviews(to, number, logins));
    },
    setLabels: (number, add, remove) => setLabels(to, number, { add, remove }),
    merge: async (number, head) => mergePullRequest(on, number, { head, methods: await methods() }),
    close: (number) => closePullRequest(on, number),
  };
  return { ...withFaults(calls), hostClock };
}
