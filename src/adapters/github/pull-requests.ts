import type { Oid } from '../../core/approval.js';
import type { PullRequest } from '../../core/pull-request.js';
import type { OpenPullRequest } from '../../ports/review-host.js';
import { at, type OnGitHub } from './client.js';
import { unlessMissing } from './faults.js';
import { readAll } from './pages.js';
import { accountOf, type IdOnGitHub, instantFrom, oidFrom, typeOf, type UserOnGitHub } from './values.js';

/** What is read of a pull request, alone or in a list. */
interface PullOnGitHub {
  readonly number: number;
  readonly state: string;
  readonly draft?: boolean;
  readonly user: UserOnGitHub | null;
  readonly head: { readonly sha: string; readonly ref: string; readonly repo: Repo | null };
  readonly base: { readonly ref: string; readonly repo: Repo };
  readonly created_at: string;
  readonly labels: readonly { readonly name: string }[];
  readonly requested_reviewers?: readonly UserOnGitHub[] | null;
  readonly updated_at?: string;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  /** Not in lists. */
  readonly merged_by?: UserOnGitHub | null;
}

interface Repo {
  readonly id: IdOnGitHub;
}

export async function readPullRequest(on: OnGitHub, number: number): Promise<PullRequest | undefined> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
  const answer = await unlessMissing(on.client.request(route, { ...at(on), pull_number: number }));
  if (answer === undefined || !isPinned(on, answer.data)) return undefined;
  return pullRequestOf(on, answer.data);
}

/** Oldest first, so that one opened meanwhile moves none to another page. */
export async function readOpenPullRequests(on: OnGitHub): Promise<readonly OpenPullRequest[]> {
  const order = { state: 'open', sort: 'created', direction: 'asc' };
  const open = await readAll<PullOnGitHub>(on.client, 'GET /repos/{owner}/{repo}/pulls', {
    ...at(on),
    ...order,
  });
  return open
    .filter((pull) => isPinned(on, pull))
    .map((pull) => ({ ...pullRequestOf(on, pull), updatedAt: instantFrom(pull.updated_at) }));
}

export async function readPullRequestNumbersOf(on: OnGitHub, commit: Oid): Promise<readonly number[]> {
  const route = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
  const listed = await readAll<PullOnGitHub>(on.client, route, { ...at(on), commit_sha: commit });
  return listed.filter((pull) => isPinned(on, pull)).map(({ number }) => number);
}

/** GitHub associates commits with pull requests of a whole fork network, and a name may change hands (T062). */
export function isPinned(on: OnGitHub, pull: Pick<PullOnGitHub, 'base'>): boolean {
  return pull.base.repo.id === on.repositoryId;
}

export function pullRequestOf(on: OnGitHub, pull: PullOnGitHub): PullRequest {
  return {
    number: pull.number,
    author: accountOf(pull.user),
    authorType: typeOf(pull.user),
    state: pull.state === 'open' ? 'open' : 'closed',
    draft: pull.draft === true,
    // The head's repository is `null` when its fork was deleted (T054).
    sameRepository: pull.head.repo?.id === on.repositoryId,
    head: oidFrom(pull.head.sha),
    headBranch: pull.head.ref,
    baseBranch: pull.base.ref,
    openedAt: instantFrom(pull.created_at),
    labels: pull.labels.map((label) => label.name),
    requestedReviewers: (pull.requested_reviewers ?? []).flatMap((user) => accountOf(user) ?? []),
    // Before the merge `merge_commit_sha` is that of a test merge; only `merged_at` tells.
    merged: pull.merged_at
      ? {
          commit: oidFrom(pull.merge_commit_sha),
          at: instantFrom(pull.merged_at),
          by: accountOf(pull.merged_by),
        }
      : null,
  };
}

/** Closing what is closed changes nothing. */
export async function closePullRequest(on: OnGitHub, number: number): Promise<void> {
  const route = 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}';
  await on.client.request(route, { ...at(on), pull_number: number, state: 'closed' });
}
