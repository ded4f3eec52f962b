import { signatureOf } from '../accounts/signature.js';
import type { Signature } from '../git/commit.js';
import { commitTree, moveRefs } from '../git/write.js';
import { branchHead, type Hub, stampNow } from '../hub.js';
import { Refusal } from '../refusal.js';
import { branchesMoved } from '../repository/branches.js';
import { refuseMissingCheck } from '../repository/rules.js';
import { type Account, accountNamed, type PullRequest, type Sha, WEB_FLOW } from '../state.js';
import { mergedPull } from './changed.js';
import { comparison } from './comparison.js';
import { refOfBranch } from './find.js';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface MergeFacts {
  readonly method?: MergeMethod | undefined;
  /** The head must be this: 409 otherwise. */
  readonly sha?: Sha | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** Branch rules do not hold this merge. */
  readonly bypass?: boolean | undefined;
}

const METHODS: Readonly<Record<MergeMethod, (job: Job) => Promise<Sha | null>>> = {
  merge: mergeCommit,
  squash: squashCommit,
  rebase: rebasedCommits,
};

interface Job {
  readonly hub: Hub;
  readonly pull: PullRequest;
  readonly actor: Account;
  readonly base: Sha;
  readonly facts: MergeFacts;
}

/** The merge button. Base and head are as they are now, whatever the pull request showed. */
export async function mergePull(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  facts: MergeFacts = {},
): Promise<Sha> {
  const base = branchHead(hub, pull.baseRef);
  if (pull.state === 'closed' || base === undefined) throw new Refusal(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (facts.sha !== undefined && facts.sha !== pull.headSha) {
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  }
  if (!facts.bypass) refuseMissingCheck(hub, actor, pull.baseRef, pull.headSha);
  const commit = await METHODS[facts.method ?? 'merge']({ hub, pull, actor, base, facts });
  if (commit === null) throw new Refusal(405, 'Pull Request is not mergeable');
  const ref = refOfBranch(pull.baseRef);
  await moveRefs(hub.git.run, [{ ref, to: commit }]);
  await mergedPull(hub, pull, actor, { commit, baseSha: base });
  await branchesMoved(hub, actor, [{ ref, before: base, after: commit, merge: true }]);
  return commit;
}

const webFlow = (hub: Hub): Signature => ({ name: 'GitHub', email: WEB_FLOW.email, date: stampNow(hub) });

const ownerOfHead = ({ hub, pull }: Job): string =>
  pull.fork === null ? hub.options.owner : (hub.state.accounts.get(pull.fork)?.login ?? 'unknown');

async function mergeCommit(job: Job): Promise<Sha | null> {
  const { hub, pull, actor, base, facts } = job;
  const tree = await hub.git.merged(base, pull.headSha);
  if (tree === null) return null;
  const title = facts.title ?? `Merge pull request #${pull.number} from ${ownerOfHead(job)}/${pull.headRef}`;
  return webFlowCommit(hub, tree, {
    parents: [base, pull.headSha],
    author: signatureOf(hub, actor),
    message: `${title}\n\n${facts.message ?? pull.title}`,
  });
}

/** One commit by the opener, with the other authors as co-authors. */
async function squashCommit({ hub, pull, base, facts }: Job): Promise<Sha | null> {
  const tree = await hub.git.merged(base, pull.headSha);
  if (tree === null) return null;
  const { commits } = await comparison(hub, { baseSha: base, headSha: pull.headSha });
  const known = await Promise.all(commits.map((sha) => hub.git.commit(sha)));
  const messages = known.map((commit) => commit?.message ?? '');
  const [only] = messages;
  const single = messages.length === 1 && only !== undefined;
  const title = single ? (only.split('\n')[0] ?? '') : pull.title;
  const body = single
    ? only.split('\n').slice(1).join('\n').trim()
    : messages.map((m) => `* ${m}`).join('\n\n');
  const opener = hub.state.accounts.get(pull.openedBy) ?? accountNamed(hub.state, WEB_FLOW.login);
  const author = opener === undefined ? webFlow(hub) : signatureOf(hub, opener);
  const others = new Set(
    known.flatMap((c) =>
      c === undefined || c.author.email === author.email ? [] : [`${c.author.name} <${c.author.email}>`],
    ),
  );
  const trailers = [...others].map((who) => `Co-authored-by: ${who}`).join('\n');
  const text = [facts.message ?? body, trailers].filter((part) => part !== '').join('\n\n');
  return webFlowCommit(hub, tree, {
    parents: [base],
    author,
    message: `${facts.title ?? `${title} (#${pull.number})`}${text === '' ? '' : `\n\n${text}`}`,
  });
}

async function webFlowCommit(
  hub: Hub,
  tree: Sha,
  commit: { readonly parents: readonly Sha[]; readonly author: Signature; readonly message: string },
): Promise<Sha> {
  const sha = await commitTree(hub.git.run, tree, { ...commit, committer: webFlow(hub) });
  hub.state.webFlowCommits.add(sha);
  return sha;
}

/** New commits with their old authors and the merging person as committer; merges are left out, and nothing is signed. */
async function rebasedCommits({ hub, pull, actor, base }: Job): Promise<Sha | null> {
  const committer = signatureOf(hub, actor);
  let tip = base;
  for (const sha of await hub.git.between(base, pull.headSha)) {
    const commit = await hub.git.commit(sha);
    const [parent, second] = commit?.parents ?? [];
    if (commit === undefined || parent === undefined || second !== undefined) continue;
    const tree = await picked(hub, tip, sha, parent);
    if (tree === null) return null;
    const { author, message } = commit;
    tip = await commitTree(hub.git.run, tree, { parents: [tip], author, committer, message });
  }
  return tip === base ? null : tip;
}

/** The tree of `commit` put on `tip`: a three-way merge whose base is forced to be the commit's parent by a stand-in for the tip. */
async function picked(hub: Hub, tip: Sha, commit: Sha, parent: Sha): Promise<Sha | null> {
  const onto = await hub.git.commit(tip);
  if (onto === undefined) return null;
  const nobody = webFlow(hub);
  const standIn = await commitTree(hub.git.run, onto.tree, {
    parents: [parent],
    author: nobody,
    committer: nobody,
    message: 'stand-in',
  });
  return hub.git.merged(standIn, commit);
}
