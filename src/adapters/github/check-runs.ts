import type { Oid } from '../../core/approval.js';
import { at, CHECK_NAME, type OnGitHub, type Rest } from './client.js';
import { readAll } from './pages.js';

export type CheckRunOnGitHub = Rest['checks']['listForRef']['response']['data']['check_runs'][number];

/** This app's runs for the head, oldest first. Anybody with write access can make a check of our name; the app id is ours (T047). */
export async function readOwnCheckRuns(on: OnGitHub, head: Oid): Promise<readonly CheckRunOnGitHub[]> {
  const runs = await readAll<CheckRunOnGitHub>(
    on.client,
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    { ...at(on), ref: head, check_name: CHECK_NAME, app_id: on.appId, filter: 'all' },
    'check_runs',
  );
  const own = runs.filter(
    (run) => run.app?.id === on.appId && run.name === CHECK_NAME && run.head_sha === head,
  );
  return own.sort((a, b) => a.id - b.id);
}
