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
  return pullRequest.sameRepository ? readActivityOf(on, pullRequest.headBranch) : [];
}

export async function readActivityOf(on: OnGitHub, branch: string): Promise<readonly ActivityOnGitHub[]> {
  const ref = `refs/heads/${branch}`;
  return readAll<ActivityOnGitHub>(on.client, 'GET /repos/{owner}/{repo}/activity', { ...at(on), ref });
}

/**
 * Whether a list that was asked for before the facts were here tells all that they know of: its newest push made the head, and nothing that
 * begins an epoch came after it, or in the same second. Whoever moved the head and put it back meanwhile has left such an event (T034).
 */
export function reachesTo(
  activity: readonly ActivityOnGitHub[],
  { head }: PullRequest,
  events: readonly (string | undefined)[],
): boolean {
  const [newest] = activity;
  if (newest?.after !== head) return false;
  const last = Date.parse(newest.timestamp);
  return events.every((event) => Date.parse(event ?? '') < last);
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
