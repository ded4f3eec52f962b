import { reads } from '../auth/access.js';
import { type Answer, type Call, ok } from '../http/call.js';
import { listed, pageOf } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { branchHead, DEFAULT_BRANCH, type Hub } from '../hub.js';
import { comparison } from '../pulls/comparison.js';
import { allPulls } from '../pulls/find.js';
import { simplePull } from '../pulls/shape.js';
import { notFound, Refusal } from '../refusal.js';
import type { Schema } from '../schemas.js';
import type { PullRequest, Sha } from '../state.js';
import { commitShape, commitWithFiles } from './commit-shape.js';
import { fileShape } from './file-shape.js';
import { commitAsked, commitOf } from './revision.js';
import { repositoryShape } from './shape.js';

const READ = reads('contents');
const COMMITS = '/repos/{owner}/{repo}/commits';
/** A comparison lists this many files, however many there are. */
const MOST_COMPARED_FILES = 300;

export const commitRoutes: readonly RouteRow[] = [
  ['GET', COMMITS, READ, listCommits],
  ['GET', `${COMMITS}/{commit_sha}/pulls`, reads('pull_requests'), pullsOfCommit],
  ['GET', '/repos/{owner}/{repo}/compare/{basehead}', READ, compare],
];

/** Last of all routes: a ref may contain slashes. */
export const commitByRef: RouteRow = ['GET', `${COMMITS}/{ref}`, READ, getCommit];

async function getCommit(call: Call): Promise<Answer> {
  const { sha } = await commitAsked(call);
  return ok(await commitWithFiles(call.hub, sha));
}

async function listCommits(call: Call): Promise<Answer> {
  const { hub, query } = call;
  const start = await commitOf(hub, query.get('sha') ?? DEFAULT_BRANCH);
  if (start === undefined) throw notFound();
  const [path, since, until] = [query.get('path'), query.get('since'), query.get('until')];
  const { out } = await hub.git.run([
    '--literal-pathspecs',
    'rev-list',
    ...(since === null ? [] : [`--since=${since}`]),
    ...(until === null ? [] : [`--until=${until}`]),
    start.sha,
    ...(path === null ? [] : ['--', path]),
  ]);
  const shas = out
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  return listed(call, shas, (sha) => commitShape(hub, sha));
}

/** On the default branch: the merged pull request that brought the commit. Elsewhere: those that contain it. */
async function pullsOfCommit(call: Call): Promise<Answer> {
  const found = await pullsWith(call.hub, call.params.commit_sha ?? '');
  return listed(call, found, (pull) => simplePull(call.hub, pull));
}

/** Merged pull requests that brought a commit; while it has not landed, the open ones that have it too. */
export async function pullsWith(hub: Hub, sha: Sha): Promise<readonly PullRequest[]> {
  const commit = await commitOf(hub, sha);
  if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${sha}`);
  const main = branchHead(hub, DEFAULT_BRANCH);
  const landed = main !== undefined && (await hub.git.isAncestor(commit.sha, main));
  const found: PullRequest[] = [];
  for (const pull of allPulls(hub)) {
    const candidate = pull.merged !== null || (!landed && pull.state === 'open');
    if (candidate && (await contains(hub, pull, commit.sha))) found.push(pull);
  }
  return found;
}

async function contains(hub: Hub, pull: PullRequest, sha: Sha): Promise<boolean> {
  if (pull.merged?.commit === sha || (await comparison(hub, pull)).commits.includes(sha)) return true;
  // Every commit that a rebase made belongs to its pull request, not only the last.
  return pull.merged !== null && (await hub.git.between(pull.baseSha, pull.merged.commit)).includes(sha);
}

/** `base...head`: what head has since the merge base. */
async function compare(call: Call): Promise<Answer> {
  const { hub } = call;
  const [left = '', right = ''] = (call.params.basehead ?? '').split('...', 2);
  const [base, head] = await Promise.all([commitOf(hub, left), commitOf(hub, right)]);
  if (base === undefined || head === undefined) throw notFound();
  const fork = await hub.git.mergeBase(base.sha, head.sha);
  if (fork === null) throw new Refusal(404, `No common ancestor between ${left} and ${right}.`);
  const [ahead, behind, files] = await Promise.all([
    hub.git.between(base.sha, head.sha),
    hub.git.between(head.sha, base.sha),
    hub.git.changes(fork, head.sha),
  ]);
  const { items, headers } = pageOf(call, ahead);
  const { url, html_url: html } = repositoryShape(hub);
  const page = `${html}/compare/${left}...${right}`;
  const shape: Schema<'commit-comparison'> = {
    url: `${url}/compare/${left}...${right}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: await commitShape(hub, base.sha),
    merge_base_commit: await commitShape(hub, fork),
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: await Promise.all(items.map((sha) => commitShape(hub, sha))),
    files: files.slice(0, MOST_COMPARED_FILES).map((file) => fileShape(hub, head.sha, file)),
  };
  return { ...ok(shape), headers };
}

function statusOf(ahead: number, behind: number): Schema<'commit-comparison'>['status'] {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
