import { foldLogin } from '../../core/identity.js';
import { at, type OnGitHub } from './client.js';
import { statusOf } from './faults.js';

/** More people are never asked at a time, whatever a request names (T137). */
const MOST_REQUESTED = 10;
const ROUTE = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';

/**
 * Asks those who are not asked yet. GitHub refuses a whole list over one who cannot be asked (no access to the repository, or the
 * author), so then each is asked alone and those are left out: they may still review.
 */
export async function requestReviews(on: OnGitHub, number: number, logins: readonly string[]): Promise<void> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';
  const { data } = await on.client.request(route, { ...at(on), pull_number: number });
  const asked = new Set(data.users.map((user) => foldLogin(user.login)));
  const missing = logins
    .filter((login) => !asked.has(foldLogin(login)))
    .slice(0, Math.max(0, MOST_REQUESTED - asked.size));
  if (missing.length === 0 || (await ask(on, number, missing)) || missing.length === 1) return;
  for (const login of missing) await ask(on, number, [login]);
}

/** @returns false when GitHub does not take one of them. */
async function ask(on: OnGitHub, number: number, reviewers: string[]): Promise<boolean> {
  try {
    await on.client.request(ROUTE, { ...at(on), pull_number: number, reviewers });
    return true;
  } catch (error) {
    if (statusOf(error) === 422) return false;
    throw error;
  }
}
