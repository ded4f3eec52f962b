import { actorOf, reads, writes } from '../auth/access.js';
import { type Answer, type Call, created, noContent, ok, optional, wanted } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { invalid, notFound } from '../refusal.js';
import { commitShape } from '../repository/commit-shape.js';
import { fileShape } from '../repository/file-shape.js';
import type { PullRequest } from '../state.js';
import { comparison } from './comparison.js';
import { allPulls, pullAsked } from './find.js';
import { type MergeMethod, mergePull } from './merge.js';
import { openPull } from './open.js';
import { fullPull, simplePull } from './shape.js';
import { updatePull } from './update.js';
import { updateBranch } from './update-branch.js';

const READ = reads('pull_requests');
const PULLS = '/repos/{owner}/{repo}/pulls';
const PULL = `${PULLS}/{pull_number}` as const;
/** GitHub's documented caps: what is beyond them is not shown, and nothing says so. */
const MOST_FILES = 3000;
const MOST_COMMITS = 250;

export const pullRoutes: readonly RouteRow[] = [
  ['GET', PULLS, READ, listPulls],
  ['POST', PULLS, writes('pull_requests', 'read'), createPull],
  ['GET', PULL, READ, async (call) => ok(await fullPull(call.hub, pullAsked(call)))],
  ['PATCH', PULL, writes('pull_requests', 'read'), patchPull],
  ['GET', `${PULL}/files`, READ, listFiles],
  ['GET', `${PULL}/commits`, READ, listCommits],
  ['GET', `${PULL}/merge`, READ, (call) => (pullAsked(call).merged ? noContent() : missing())],
  ['PUT', `${PULL}/merge`, writes('contents', 'write'), merge],
  ['PUT', `${PULL}/update-branch`, writes('pull_requests', 'write'), bringUpToDate],
];

function missing(): never {
  throw notFound();
}

const SORTS: Readonly<Record<string, (pull: PullRequest) => string | number>> = {
  created: (pull) => pull.number,
  updated: (pull) => pull.updatedAt,
  popularity: () => 0,
  'long-running': (pull) => pull.number,
};

function listPulls(call: Call): Promise<Answer> {
  const { hub, query } = call;
  const state = query.get('state') ?? 'open';
  const sort = query.get('sort') ?? 'created';
  const key = SORTS[sort];
  if (key === undefined) throw invalid({ field: 'sort', code: 'invalid' });
  const descending =
    (query.get('direction') ?? (query.has('sort') && sort !== 'created' ? 'asc' : 'desc')) === 'desc';
  const head = query.get('head');
  const base = query.get('base');
  const found = allPulls(hub)
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === null || pull.baseRef === base)
    .filter((pull) => head === null || simplePull(hub, pull).head.label === head)
    .sort((a, b) => compare(key(a), key(b)) || a.number - b.number);
  return listed(call, descending ? found.reverse() : found, (pull) => simplePull(hub, pull));
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

async function createPull(call: Call): Promise<Answer> {
  const pull = await openPull(call.hub, actorOf(call), {
    title: wanted(call, 'title', 'string'),
    body: optional(call, 'body', 'string') ?? null,
    head: wanted(call, 'head', 'string'),
    base: wanted(call, 'base', 'string'),
    draft: optional(call, 'draft', 'boolean') ?? false,
  });
  return created(await fullPull(call.hub, pull));
}

async function patchPull(call: Call): Promise<Answer> {
  const pull = pullAsked(call);
  await updatePull(call.hub, pull, actorOf(call), {
    title: optional(call, 'title', 'string'),
    body: optional(call, 'body', 'string'),
    base: optional(call, 'base', 'string'),
    state: optional(call, 'state', 'string'),
  });
  return ok(await fullPull(call.hub, pull));
}

async function listFiles(call: Call): Promise<Answer> {
  const pull = pullAsked(call);
  const { files } = await comparison(call.hub, pull);
  return listed(call, files.slice(0, MOST_FILES), (file) => fileShape(call.hub, pull.headSha, file));
}

async function listCommits(call: Call): Promise<Answer> {
  const { commits } = await comparison(call.hub, pullAsked(call));
  return listed(call, commits.slice(0, MOST_COMMITS), (sha) => commitShape(call.hub, sha));
}

const METHODS: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

async function merge(call: Call): Promise<Answer> {
  const asked = optional(call, 'merge_method', 'string') ?? 'merge';
  const method = METHODS.find((each) => each === asked);
  if (method === undefined) throw invalid({ field: 'merge_method', code: 'invalid' });
  const sha = await mergePull(call.hub, pullAsked(call), actorOf(call), {
    method,
    sha: optional(call, 'sha', 'string'),
    title: optional(call, 'commit_title', 'string'),
    message: optional(call, 'commit_message', 'string'),
  });
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}

async function bringUpToDate(call: Call): Promise<Answer> {
  const pull = pullAsked(call);
  await updateBranch(call.hub, pull, actorOf(call), optional(call, 'expected_head_sha', 'string'));
  const { url } = simplePull(call.hub, pull);
  return { status: 202, body: { message: 'Updating pull request branch.', url } };
}
