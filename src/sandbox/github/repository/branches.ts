import { moveRefs } from '../git/write.js';
import { branchHead, type Hub, newId, stampNow } from '../hub.js';
import { record } from '../issues/events.js';
import { changeBase, closePull, mergedPull, tell } from '../pulls/changed.js';
import { allPulls, headRefOf, openPulls } from '../pulls/find.js';
import { type Account, type Activity, NO_COMMIT, type PullRequest, type Sha } from '../state.js';
import { tellPush } from '../webhooks/push.js';

/** A ref that moved. `null`: there was, or is, none. */
export interface RefChange {
  readonly ref: string;
  readonly before: Sha | null;
  readonly after: Sha | null;
  readonly merge?: true;
}

const BRANCH = /^refs\/heads\/(.+)$/;

/** Moves refs in git and lets everything that hangs on them follow. */
export async function moveBranches(hub: Hub, actor: Account, changes: readonly RefChange[]): Promise<void> {
  await moveRefs(
    hub.git.run,
    changes.map(({ ref, after }) => ({ ref, to: after })),
  );
  await branchesMoved(hub, actor, changes);
}

/** What GitHub does after refs moved: activities, heads of pull requests, merges by reachability, webhooks. */
export async function branchesMoved(hub: Hub, actor: Account, changes: readonly RefChange[]): Promise<void> {
  for (const { ref, after } of changes) {
    if (after === null) hub.git.refs.delete(ref);
    else hub.git.refs.set(ref, after);
  }
  for (const change of changes) {
    const branch = BRANCH.exec(change.ref)?.[1];
    if (branch !== undefined) {
      const forced = await isForced(hub, change);
      await noteActivity(hub, actor, change, forced);
      await tellPush(hub, actor, { ...change, forced });
    }
    await followHeads(hub, actor, change);
    if (branch !== undefined) await followBase(hub, actor, branch, change);
  }
}

async function isForced(hub: Hub, { before, after }: RefChange): Promise<boolean> {
  return before !== null && after !== null && !(await hub.git.isAncestor(before, after));
}

async function noteActivity(hub: Hub, actor: Account, change: RefChange, forced: boolean): Promise<void> {
  hub.state.activities.push({
    id: newId(hub),
    type: activityType(change, forced),
    ref: change.ref,
    before: change.before ?? NO_COMMIT,
    after: change.after ?? NO_COMMIT,
    actorId: actor.id,
    at: stampNow(hub),
  });
}

function activityType(change: RefChange, forced: boolean): Activity['type'] {
  if (change.merge) return 'pr_merge';
  if (change.before === null) return 'branch_creation';
  if (change.after === null) return 'branch_deletion';
  return forced ? 'force_push' : 'push';
}

/** Open pull requests whose head is the ref: a new head, or closed when the branch is gone. */
async function followHeads(hub: Hub, actor: Account, change: RefChange): Promise<void> {
  const { ref, before, after } = change;
  for (const pull of allPulls(hub).filter((each) => headRefOf(each) === ref)) {
    if (after === null) {
      record(hub, pull, 'head_ref_deleted', actor);
      if (pull.state === 'open') await closePull(hub, pull, actor);
    } else if (pull.state === 'open') {
      await moveHead(hub, actor, pull, { before, after, forced: await isForced(hub, change) });
    } else if (before === null) {
      record(hub, pull, 'head_ref_restored', actor);
    }
  }
}

async function moveHead(
  hub: Hub,
  actor: Account,
  pull: PullRequest,
  move: { before: Sha | null; after: Sha; forced: boolean },
): Promise<void> {
  const before = pull.headSha;
  const base = branchHead(hub, pull.baseRef);
  pull.headSha = move.after;
  pull.baseSha = base ?? pull.baseSha;
  if (move.forced) record(hub, pull, 'head_ref_force_pushed', actor, { commitId: move.after });
  await tell(hub, pull, 'synchronize', actor, { before, after: move.after });
  // A head without commits of its own leaves nothing to merge: GitHub closes the pull request.
  if (base !== undefined && (await hub.git.isAncestor(move.after, base))) await closePull(hub, pull, actor);
}

/** Open pull requests into a branch that moved: merged if it now contains their head; retargeted or closed if it is gone. */
async function followBase(hub: Hub, actor: Account, branch: string, change: RefChange): Promise<void> {
  const { before, after } = change;
  for (const pull of openPulls(hub).filter((each) => each.baseRef === branch)) {
    if (after === null) await baseDeleted(hub, actor, pull, branch);
    else if (before !== null && (await hub.git.isAncestor(pull.headSha, after))) {
      const commit = await landingOf(hub, pull.headSha, before, after);
      await mergedPull(hub, pull, actor, { commit, baseSha: before });
    }
  }
}

/** GitHub retargets pull requests on a merged head branch to the base it was merged into. */
async function baseDeleted(hub: Hub, actor: Account, pull: PullRequest, branch: string): Promise<void> {
  const merged = allPulls(hub).findLast(
    (each) => each.merged !== null && each.fork === null && each.headRef === branch,
  );
  const sha = merged === undefined ? undefined : branchHead(hub, merged.baseRef);
  if (merged === undefined || sha === undefined) await closePull(hub, pull, actor);
  else await changeBase(hub, pull, actor, { ref: merged.baseRef, sha, automatic: true });
}

/** The first first-parent commit of the base that contains the head. */
async function landingOf(hub: Hub, head: Sha, before: Sha, after: Sha): Promise<Sha> {
  const { out } = await hub.git.run(['rev-list', '--first-parent', '--reverse', after, `^${before}`]);
  for (const sha of out.toString().split('\n')) {
    if (sha !== '' && (await hub.git.isAncestor(head, sha))) return sha;
  }
  return after;
}
