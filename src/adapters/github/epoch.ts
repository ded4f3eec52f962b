import type { PullRequest } from '../../core/pull-request.js';
import { type Instant, later } from '../../core/time.js';
import type { ActivityOnGitHub } from './activity.js';
import { at, type OnGitHub } from './client.js';
import { readAll } from './pages.js';
import { instantFrom } from './values.js';

/** What both event APIs may tell; a base change is in the issue events alone (THREATS 1.2). */
interface EventOnGitHub {
  readonly event?: string;
  readonly created_at?: string;
}

const NEW_EPOCH = new Set([
  'head_ref_force_pushed',
  'base_ref_changed',
  'automatic_base_change_succeeded',
  'reopened',
  'ready_for_review',
  'head_ref_restored',
]);

/** What of a check run of ours matters here. */
export interface Epochal {
  readonly startedAt: string | null;
}

/**
 * When the present head, base and state began, by GitHub's stamps alone (D12); commit dates are the attacker's word. This app
 * has seen a head when it has made a check run for it, which GitHub stamps because we send no time of our own. After A→B→A the
 * run for A is old, but the force-push is not (T034).
 * @param runs when this app's runs for the head started. GitHub leaves the time out of runs that have not; ours always have.
 * @param events times of what begins a new epoch
 */
export function epochOf(
  pullRequest: PullRequest,
  {
    runs,
    events,
    activity,
  }: {
    readonly runs: readonly (string | null)[];
    readonly events: readonly (string | undefined)[];
    readonly activity: readonly Pick<ActivityOnGitHub, 'after' | 'timestamp'>[];
  },
): Instant | null {
  const seen = runs.toSorted()[0];
  if (seen === undefined || runs.some((startedAt) => startedAt === null)) return null;
  const pushes = activity.filter((each) => each.after === pullRequest.head).map((each) => each.timestamp);
  const changes = [...events, ...pushes]
    .map(instantFrom)
    // What happened to the branch after the merge, such as a restored head, changes nothing that was approved.
    .filter((instant) => pullRequest.merged === null || instant <= pullRequest.merged.at);
  return [pullRequest.openedAt, instantFrom(seen), ...changes].reduce(later);
}

/** @returns the times of what begins a new epoch. An event without a time is none we can judge by, and is a fault. */
export async function readEvents(on: OnGitHub, number: number): Promise<readonly (string | undefined)[]> {
  const issue = { ...at(on), issue_number: number };
  const both = await Promise.all([
    readAll<EventOnGitHub>(on.client, 'GET /repos/{owner}/{repo}/issues/{issue_number}/events', issue),
    readAll<EventOnGitHub>(on.client, 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline', issue),
  ]);
  return both
    .flat()
    .filter((each) => NEW_EPOCH.has(each.event ?? ''))
    .map((each) => each.created_at);
}
