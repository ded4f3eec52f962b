import type { PullRequest } from '../../core/pull-request.js';
import { type Instant, later } from '../../core/time.js';
import { readActivity } from './activity.js';
import { readOwnCheckRuns } from './check-runs.js';
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

/**
 * When the present head, base and state began, by GitHub's stamps alone (D12); commit dates are the attacker's word. This app
 * has seen a head when it has made a check run for it, which GitHub stamps because we send no time of our own. After A→B→A the
 * run for A is old, but the force-push is not (T034).
 */
export async function readEpoch(on: OnGitHub, pullRequest: PullRequest): Promise<Instant | null> {
  const runs = await readOwnCheckRuns(on, pullRequest.head);
  const seen = runs.map((run) => run.started_at).sort()[0];
  // GitHub leaves the time out of runs that have not started; ours always have.
  if (seen === undefined || runs.some((run) => run.started_at === null)) return null;
  const [events, activity] = await Promise.all([
    readEvents(on, pullRequest.number),
    readActivity(on, pullRequest),
  ]);
  const pushes = activity.filter((each) => each.after === pullRequest.head).map((each) => each.timestamp);
  const changes = [...events, ...pushes]
    .map(instantFrom)
    // What happened to the branch after the merge, such as a restored head, changes nothing that was approved.
    .filter((instant) => pullRequest.merged === null || instant <= pullRequest.merged.at);
  return [pullRequest.openedAt, instantFrom(seen), ...changes].reduce(later);
}

/** @returns the times of what begins a new epoch. An event without a time is none we can judge by, and is a fault. */
async function readEvents(on: OnGitHub, number: number): Promise<readonly (string | undefined)[]> {
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
