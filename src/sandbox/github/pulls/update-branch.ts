import { signatureOf } from '../accounts/signature.js';
import { commitTree } from '../git/write.js';
import { branchHead, type Hub, stampNow } from '../hub.js';
import { Refusal } from '../refusal.js';
import { moveBranches } from '../repository/branches.js';
import { type Account, type PullRequest, type Sha, WEB_FLOW } from '../state.js';
import { headRefOf } from './find.js';

/** The *Update branch* button: merges the base into the head branch. */
export async function updateBranch(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  expected: Sha | undefined,
): Promise<void> {
  const base = branchHead(hub, pull.baseRef);
  if (expected !== undefined && expected !== pull.headSha) {
    throw new Refusal(422, 'expected head sha didn’t match current head ref.');
  }
  if (base === undefined || pull.state === 'closed' || (await hub.git.isAncestor(base, pull.headSha))) {
    throw new Refusal(422, 'There are no new commits on the base branch.');
  }
  const tree = await hub.git.merged(pull.headSha, base);
  if (tree === null) throw new Refusal(422, 'merge conflict between base and head');
  const after = await commitTree(hub.git.run, tree, {
    parents: [pull.headSha, base],
    author: signatureOf(hub, actor),
    committer: { name: 'GitHub', email: WEB_FLOW.email, date: stampNow(hub) },
    message: `Merge branch '${pull.baseRef}' into ${pull.headRef}`,
  });
  hub.state.webFlowCommits.add(after);
  await moveBranches(hub, actor, [{ ref: headRefOf(pull), before: pull.headSha, after }]);
}
