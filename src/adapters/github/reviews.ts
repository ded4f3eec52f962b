import type { Review, ReviewState } from '../../core/approval.js';
import { parseOid } from '../../core/approval.js';
import { at, type OnGitHub, type Rest } from './client.js';
import { readAll } from './pages.js';
import { accountOf, instantFrom, typeOf, type UserOnGitHub } from './values.js';

type ReviewOnGitHub = Rest['pulls']['listReviews']['response']['data'][number];

/** REST writes states in capitals, webhooks do not. */
const STATES: Readonly<Record<string, ReviewState>> = {
  approved: 'approved',
  changes_requested: 'changes_requested',
  dismissed: 'dismissed',
  commented: 'commented',
};

export async function readReviews(on: OnGitHub, number: number): Promise<readonly Review[]> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
  const reviews = await readAll<ReviewOnGitHub>(on.client, route, { ...at(on), pull_number: number });
  return reviews.filter((review) => review.state.toLowerCase() !== 'pending').map(reviewOf);
}

/** What is read of a review, in a list or alone. */
type ReviewRead = Pick<ReviewOnGitHub, 'id' | 'state' | 'body' | 'commit_id'> & {
  readonly user: UserOnGitHub | null;
  readonly submitted_at?: string | null | undefined;
};

export function reviewOf(review: ReviewRead): Review {
  return {
    id: review.id,
    author: accountOf(review.user),
    authorType: typeOf(review.user),
    // A state we do not know must neither approve, nor lift that person's veto as `dismissed` would.
    state: STATES[review.state.toLowerCase()] ?? 'changes_requested',
    commit: parseOid(review.commit_id ?? '') ?? null,
    submittedAt: instantFrom(review.submitted_at),
    commented: review.body.trim() !== '',
  };
}
