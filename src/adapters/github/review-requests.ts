import { foldLogin } from '../../core/identity.js';
import { at, type OnGitHub } from './client.js';
import { statusOf } from './faults.js';
import type { Publishing } from './publish-comment.js';
import { WriteRefused } from './writer.js';

/** More people are never asked at a time, whatever a request names (T137). */
const MOST_REQUESTED = 10;
const ROUTE = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';

/**
 * Asks those who are not asked yet. GitHub refuses a whole list over one who cannot be asked (no access to the repository, or the
 * author), so then each is asked alone and those are left out: they may still review.
 * @returns who was asked
 */
export async function requestReviews(
  to: Publishing,
  number: number,
  logins: readonly string[],
): Promise<readonly string[]> {
  const asked = to.marks.of(number)?.asked ?? (await readAsked(to.on, number));
  const missing = logins
    .filter((login) => !asked.has(foldLogin(login)))
    .slice(0, Math.max(0, MOST_REQUESTED - asked.size));
  if (missing.length === 0) return [];
  const all = (await askByIds(to, number, missing)) ?? (await ask(to.on, number, missing));
  const done: string[] = all ? missing : [];
  if (!all && missing.length > 1)
    for (const login of missing) if (await ask(to.on, number, [login])) done.push(login);
  for (const login of done) asked.add(foldLogin(login));
  return done;
}

async function readAsked(on: OnGitHub, number: number): Promise<Set<string>> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';
  const { data } = await on.client.request(route, { ...at(on), pull_number: number });
  return new Set(data.users.map((user) => foldLogin(user.login)));
}

/** @returns false when GitHub does not take one of them; `undefined` when their ids are not known. */
async function askByIds(
  { marks, writer }: Publishing,
  number: number,
  logins: readonly string[],
): Promise<boolean | undefined> {
  const pullRequestId = marks.of(number)?.node;
  const userIds = logins.flatMap((login) => marks.person(login) ?? []);
  if (pullRequestId === undefined || userIds.length < logins.length) return undefined;
  try {
    // `union`: beside those who are asked already.
    await writer.write({ field: 'requestReviews', input: { pullRequestId, userIds, union: true } });
    return true;
  } catch (error) {
    if (error instanceof WriteRefused) return false;
    throw error;
  }
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
