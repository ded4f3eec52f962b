import { commitTree } from '../git/write.js';
import { branchHead, type Hub, stampNow } from '../hub.js';
import { type PullRequest, type Sha, WEB_FLOW } from '../state.js';

const known = new WeakMap<Hub, Map<string, Promise<Sha | null>>>();

/** GitHub's test merge of head into the base branch as it is now; `null` on conflict. */
export function testMerge(hub: Hub, pull: PullRequest): Promise<Sha | null> {
  const base = branchHead(hub, pull.baseRef);
  if (base === undefined) return Promise.resolve(null);
  const made = known.get(hub) ?? new Map<string, Promise<Sha | null>>();
  known.set(hub, made);
  const key = `${base} ${pull.headSha}`;
  const before = made.get(key);
  if (before !== undefined) return before;
  const merge = makeTestMerge(hub, base, pull.headSha);
  made.set(key, merge);
  return merge;
}

async function makeTestMerge(hub: Hub, base: Sha, head: Sha): Promise<Sha | null> {
  const tree = await hub.git.merged(base, head);
  if (tree === null) return null;
  const github = { name: 'GitHub', email: WEB_FLOW.email, date: stampNow(hub) };
  return commitTree(hub.git.run, tree, {
    parents: [base, head],
    author: github,
    committer: github,
    message: `Merge ${head} into ${base}`,
  });
}
