import { signatureOf } from '../accounts/signature.js';
import { atLeast } from '../auth/principal.js';
import { commitFiles, type Files } from '../git/write.js';
import { branchHead, DEFAULT_BRANCH, type Hub } from '../hub.js';
import { refOfBranch } from '../pulls/find.js';
import { forbidden, Refusal } from '../refusal.js';
import type { Account, Sha } from '../state.js';
import { branchesMoved, moveBranches } from './branches.js';
import { commitOf } from './revision.js';
import { closedTo, mayForceMain, missingCheck } from './rules.js';

export interface PushFacts {
  /** The branch or commit to start from when the branch is new or `force` is set (default `main`). */
  readonly from?: string;
  /** Rewrites the branch: the commit is made on `from`, not on the branch. */
  readonly force?: boolean;
  readonly message?: string;
  readonly authorEmail?: string;
  readonly authorName?: string;
  readonly committerEmail?: string;
  /** Parents of the commit, first parent first (default: the head of the branch). */
  readonly parents?: readonly Sha[];
  /** `Name <address>`, each a `Co-authored-by` trailer. */
  readonly coAuthors?: readonly string[];
  /** Push to one's own fork. */
  readonly fork?: boolean;
}

interface Push {
  readonly branch: string;
  readonly files: Files;
  readonly facts: PushFacts;
}

/** A commit with these files on a branch, as if committed locally and pushed. @returns the new head */
export async function pushFiles(hub: Hub, actor: Account, { branch, files, facts }: Push): Promise<Sha> {
  const ref = refOfBranch(branch, facts.fork ? actor.id : null);
  const before = hub.git.refs.get(ref) ?? null;
  refuseBranch(hub, actor, branch, facts);
  const start = before === null || facts.force ? await startOf(hub, facts.from) : before;
  const own = signatureOf(hub, actor);
  const trailers = (facts.coAuthors ?? []).map((who) => `Co-authored-by: ${who}`).join('\n');
  const message = facts.message ?? `Change ${Object.keys(files).join(', ')}`;
  const author = { ...own, name: facts.authorName ?? own.name, email: facts.authorEmail ?? own.email };
  const committer = { ...own, email: facts.committerEmail ?? author.email };
  const commit = {
    parents: facts.parents ?? [start],
    author,
    committer,
    message: trailers === '' ? message : `${message}\n\n${trailers}`,
  };
  await refuseRewrite(hub, actor, { branch, before, parents: commit.parents, force: facts.force ?? false });
  const after = await commitFiles(hub.git.run, ref, commit, files);
  await branchesMoved(hub, actor, [{ ref, before, after }]);
  return after;
}

async function startOf(hub: Hub, from: string = DEFAULT_BRANCH): Promise<Sha> {
  const commit = await commitOf(hub, from);
  if (commit === undefined) throw new Error(`${from} is neither a branch nor a commit`);
  return commit.sha;
}

function refuseBranch(hub: Hub, actor: Account, branch: string, facts: PushFacts): void {
  if (facts.fork) {
    if (!hub.options.allowForks) throw forbidden('Forks are not allowed.');
    return;
  }
  if (actor.id !== hub.state.botId && !atLeast(actor.permission, 'write')) {
    throw forbidden(`Permission to ${hub.options.owner}/${hub.options.repo}.git denied to ${actor.login}.`);
  }
  const closed = closedTo(hub, actor, branch);
  if (closed !== undefined) throw forbidden(closed);
}

async function refuseRewrite(
  hub: Hub,
  actor: Account,
  push: { branch: string; before: Sha | null; parents: readonly Sha[]; force: boolean },
): Promise<void> {
  const { before, branch } = push;
  if (branch === DEFAULT_BRANCH && missingCheck(hub, actor, branch, '') !== undefined) {
    throw forbidden('Protected branch update failed: a required status check is expected.');
  }
  if (before === null) return;
  for (const parent of push.parents) if (await hub.git.isAncestor(before, parent)) return;
  if (!push.force) throw new Refusal(422, 'Update is not a fast forward');
  if (branch === DEFAULT_BRANCH && !mayForceMain(hub, actor))
    throw forbidden('Cannot force-push to this branch');
}

/** Points a branch at a commit that exists. */
export async function pushCommit(
  hub: Hub,
  actor: Account,
  { branch, sha, force }: { branch: string; sha: Sha; force: boolean },
): Promise<void> {
  refuseBranch(hub, actor, branch, {});
  const before = branchHead(hub, branch) ?? null;
  await refuseRewrite(hub, actor, { branch, before, parents: [sha], force });
  await moveBranches(hub, actor, [{ ref: refOfBranch(branch), before, after: sha }]);
}

export async function deleteBranch(hub: Hub, actor: Account, branch: string): Promise<void> {
  refuseBranch(hub, actor, branch, {});
  const before = branchHead(hub, branch);
  if (before === undefined) throw new Refusal(422, 'Reference does not exist');
  if (branch === DEFAULT_BRANCH) throw new Refusal(422, 'Cannot delete a protected branch');
  await moveBranches(hub, actor, [{ ref: refOfBranch(branch), before, after: null }]);
}

/** Makes somebody's fork, with `main` as it is now. */
export async function forkRepository(hub: Hub, actor: Account): Promise<void> {
  if (!hub.options.allowForks) throw forbidden('Forks are not allowed.');
  const ref = refOfBranch(DEFAULT_BRANCH, actor.id);
  const main = branchHead(hub, DEFAULT_BRANCH);
  if (main === undefined || hub.git.refs.has(ref)) return;
  await moveBranches(hub, actor, [{ ref, before: null, after: main }]);
}
