import type { Account } from '../../core/identity.js';
import type { PullRequest } from '../../core/pull-request.js';
import { at, type OnGitHub, type Rest } from './client.js';
import { readAll } from './pages.js';
import { personOf } from './values.js';

export type ActivityOnGitHub = Rest['repos']['listActivities']['response']['data'][number];

/** Everything that ever happened to the head branch, newest first. Forks keep theirs to themselves (T054). */
export async function readActivity(
  on: OnGitHub,
  pullRequest: PullRequest,
): Promise<readonly ActivityOnGitHub[]> {
  if (!pullRequest.sameRepository) return [];
  const ref = `refs/heads/${pullRequest.headBranch}`;
  return readAll<ActivityOnGitHub>(on.client, 'GET /repos/{owner}/{repo}/activity', { ...at(on), ref });
}

/**
 * Everybody whose push moved the branch; GitHub names the pusher whatever the commits say (T026, T029). `null` when the push
 * that made the head is not there, or somebody is gone or is a bot that hides a person (T030).
 */
export function pushersAmong(
  activity: readonly ActivityOnGitHub[],
  pullRequest: PullRequest,
): readonly Account[] | null {
  const pushes = activity.filter((each) => each.activity_type !== 'branch_deletion');
  if (!pushes.some((push) => push.after === pullRequest.head)) return null;
  const people = new Map<number, Account>();
  for (const push of pushes) {
    const person = personOf(push.actor);
    if (person === null) return null;
    people.set(person.id, person);
  }
  return [...people.values()];
}
