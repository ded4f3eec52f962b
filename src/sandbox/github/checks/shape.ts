import { appShape, nodeId } from '../accounts/shape.js';
import type { Hub } from '../hub.js';
import { openPulls } from '../pulls/find.js';
import { forkId, repositoryShape } from '../repository/shape.js';
import type { Schema } from '../schemas.js';
import type { CheckRun, PullRequest, Sha } from '../state.js';

/** One suite for each App and commit; its id is derived so that nothing has to be stored. */
export const suiteId = (hub: Hub, sha: Sha): number =>
  hub.options.app.id * 10_000_000 + Number.parseInt(sha.slice(0, 6), 16);

export function checkRunShape(hub: Hub, run: CheckRun): Schema<'check-run'> {
  const { url, html_url: html } = repositoryShape(hub);
  return {
    id: run.id,
    head_sha: run.headSha,
    node_id: nodeId('CheckRun', run.id),
    external_id: run.externalId,
    url: `${url}/check-runs/${run.id}`,
    html_url: `${html}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/check-runs/${run.id}/annotations`,
    },
    name: run.name,
    check_suite: { id: suiteId(hub, run.headSha) },
    app:
      run.appId === hub.options.app.id
        ? appShape(hub)
        : { ...appShape(hub), id: run.appId, slug: `app-${run.appId}` },
    pull_requests: openPulls(hub)
      .filter((pull) => pull.headSha === run.headSha && pull.fork === null)
      .map((pull) => minimalPull(hub, pull)),
  };
}

export function minimalPull(hub: Hub, pull: PullRequest): Schema<'pull-request-minimal'> {
  const { url, id, name } = repositoryShape(hub);
  const base = { id, url, name };
  const head = pull.fork === null ? base : { ...base, id: forkId(hub, pull.fork) };
  return {
    id: pull.id,
    number: pull.number,
    url: `${url}/pulls/${pull.number}`,
    head: { ref: pull.headRef, sha: pull.headSha, repo: head },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo: base },
  };
}
