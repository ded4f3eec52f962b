import { appShape, nodeId } from '../accounts/shape.js';
import { actorOf, reads, writes } from '../auth/access.js';
import { type Answer, type Call, created, numberParam, ok, wanted } from '../http/call.js';
import { listed, pageOf } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { newId, stampNow } from '../hub.js';
import { forbidden, notFound } from '../refusal.js';
import { commitNamed } from '../repository/commit-shape.js';
import { commitAsked } from '../repository/revision.js';
import { repositoryShape } from '../repository/shape.js';
import type { Loose, Schema } from '../schemas.js';
import type { CheckRun } from '../state.js';
import { emit } from '../webhooks/emit.js';
import { checkRunShape, suiteId } from './shape.js';
import { applyCheck } from './write.js';

const READ = reads('checks');
/** Only Apps write check runs; a person's token is refused, so nobody forges one. */
const WRITE = writes('checks', 'nobody');
const RUNS = '/repos/{owner}/{repo}/check-runs';
const RUN = `${RUNS}/{check_run_id}` as const;
const COMMIT = '/repos/{owner}/{repo}/commits/{ref}';

export const checkRoutes: readonly RouteRow[] = [
  ['POST', RUNS, WRITE, createRun],
  ['GET', RUN, READ, (call) => ok(checkRunShape(call.hub, runAsked(call)))],
  ['PATCH', RUN, WRITE, updateRun],
  ['GET', `${RUN}/annotations`, READ, (call) => listed(call, runAsked(call).annotations, (each) => each)],
  ['GET', `${COMMIT}/check-runs`, READ, listRuns],
  ['GET', `${COMMIT}/check-suites`, READ, listSuites],
];

function runAsked(call: Call): CheckRun {
  const id = numberParam(call, 'check_run_id');
  const run = call.hub.state.checkRuns.find((each) => each.id === id);
  if (run === undefined) throw notFound();
  return run;
}

async function createRun(call: Call): Promise<Answer> {
  const { hub } = call;
  const headSha = wanted(call, 'head_sha', 'string');
  await commitNamed(hub, headSha);
  const run: CheckRun = {
    id: newId(hub),
    appId: hub.options.app.id,
    headSha,
    name: wanted(call, 'name', 'string'),
    status: 'queued',
    conclusion: null,
    startedAt: stampNow(hub),
    completedAt: null,
    detailsUrl: null,
    externalId: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  };
  applyCheck(call, run);
  hub.state.checkRuns.push(run);
  await tellRun(call, run, 'created');
  return created(checkRunShape(hub, run));
}

async function updateRun(call: Call): Promise<Answer> {
  const run = runAsked(call);
  await changeRun(call, run);
  return ok(checkRunShape(call.hub, run));
}

/** Takes over what the body says. */
export async function changeRun(call: Call, run: CheckRun): Promise<void> {
  if (run.appId !== call.hub.options.app.id)
    throw forbidden(
      'Invalid app_id `%s` - check run can only be modified by the GitHub App that created it.',
    );
  const before = run.status;
  applyCheck(call, run);
  if (run.status === 'completed' && before !== 'completed') await tellRun(call, run, 'completed');
}

const tellRun = ({ hub, who }: Call, run: CheckRun, action: string): Promise<void> =>
  emit(hub, 'check_run', actorOf({ who }), () => ({ action, check_run: checkRunShape(hub, run) }));

/** `filter=latest` (default): the newest run of each name and App. */
async function listRuns(call: Call): Promise<Answer> {
  const { hub, query } = call;
  const { sha } = await commitAsked(call);
  const name = query.get('check_name');
  const app = query.get('app_id');
  const status = query.get('status');
  const found = hub.state.checkRuns
    .filter((run) => run.headSha === sha)
    .filter((run) => name === null || run.name === name)
    .filter((run) => app === null || run.appId === Number(app))
    .filter((run) => status === null || run.status === status)
    .reverse();
  const latest = found.filter(
    (run, index) =>
      found.findIndex((other) => other.name === run.name && other.appId === run.appId) === index,
  );
  const chosen = query.get('filter') === 'all' ? found : latest;
  const { items, headers } = pageOf(call, chosen);
  const check_runs = items.map((run) => checkRunShape(hub, run));
  return { ...ok({ total_count: chosen.length, check_runs }), headers };
}

async function listSuites(call: Call): Promise<Answer> {
  const { hub } = call;
  const { sha } = await commitAsked(call);
  const runs = hub.state.checkRuns.filter((run) => run.headSha === sha && run.appId === hub.options.app.id);
  const last = runs.at(-1);
  if (last === undefined) return ok({ total_count: 0, check_suites: [] });
  const id = suiteId(hub, sha);
  const { url } = repositoryShape(hub);
  const suite: Loose<Schema<'check-suite'>> = {
    id,
    node_id: nodeId('CheckSuite', id),
    head_sha: sha,
    status: last.status,
    conclusion: last.conclusion,
    url: `${url}/check-suites/${id}`,
    app: appShape(hub),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-suites/${id}/check-runs`,
  };
  return ok({ total_count: 1, check_suites: [suite] });
}
