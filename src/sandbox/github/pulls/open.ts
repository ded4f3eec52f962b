import { branchHead, type Hub } from '../hub.js';
import { newIssue } from '../issues/opened.js';
import { invalid, invalidBecause } from '../refusal.js';
import { type Account, accountNamed, type PullRequest } from '../state.js';
import { tell } from './changed.js';
import { openPulls, refOfBranch } from './find.js';

export interface OpenFacts {
  readonly title: string;
  readonly body: string | null;
  /** A branch, or `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

/** Opens a pull request, or refuses with GitHub's 422: unknown head or base, nothing to merge, one is open already. */
export async function openPull(hub: Hub, actor: Account, facts: OpenFacts): Promise<PullRequest> {
  const head = headNamed(hub, facts.head);
  const baseSha = branchHead(hub, facts.base);
  if (head === undefined) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (baseSha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  const twin = openPulls(hub).find(
    (pull) => pull.headRef === head.branch && pull.fork === head.fork && pull.baseRef === facts.base,
  );
  if (twin !== undefined) {
    throw invalidBecause('PullRequest', `A pull request already exists for ${head.owner}:${head.branch}.`);
  }
  if (await hub.git.isAncestor(head.sha, baseSha)) {
    throw invalidBecause('PullRequest', `No commits between ${facts.base} and ${head.branch}`);
  }
  const pull: PullRequest = {
    ...newIssue(hub, actor, facts),
    headRef: head.branch,
    fork: head.fork,
    headRepositoryDeleted: false,
    headSha: head.sha,
    baseRef: facts.base,
    baseSha,
    draft: facts.draft,
    merged: null,
    requestedUsers: [],
    requestedTeams: [],
    reviews: [],
  };
  hub.state.issues.set(pull.number, pull);
  await tell(hub, pull, 'opened', actor);
  return pull;
}

interface Head {
  readonly owner: string;
  readonly branch: string;
  readonly fork: number | null;
  readonly sha: string;
}

function headNamed(hub: Hub, name: string): Head | undefined {
  const colon = name.indexOf(':');
  const owner = colon < 0 ? hub.options.owner : name.slice(0, colon);
  const branch = name.slice(colon + 1);
  const own = owner.toLowerCase() === hub.options.owner.toLowerCase();
  const account = own ? undefined : accountNamed(hub.state, owner);
  if (!own && (account === undefined || !hub.options.allowForks)) return undefined;
  const fork = account?.id ?? null;
  const sha = hub.git.refs.get(refOfBranch(branch, fork));
  return sha === undefined ? undefined : { owner, branch, fork, sha };
}
