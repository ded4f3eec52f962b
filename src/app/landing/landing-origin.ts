import type { Oid } from '../../core/approval.js';
import type { ViolationCode } from '../../core/grant.js';
import { classOf, MAX_REQUESTS_PER_PULL_REQUEST, type TreeChange } from '../../core/pull-request.js';
import type { PullRequestFacts } from '../../ports/review-host.js';
import { touchesControl } from '../control/touches-control.js';
import type { Ports } from '../ports.js';

type Deps = Pick<Ports, 'host' | 'repository' | 'rules'>;

/** One first-parent step of the default branch. */
export interface Step {
  readonly commit: Oid;
  readonly parent: Oid;
}

/** Why a landing is nobody's grant. */
export interface Refusal {
  readonly code: ViolationCode;
  readonly message: string;
}

/** The pull request that brought a landing, when it is one that may bring requests; else why not. */
export async function originOf(
  deps: Deps,
  step: Step,
  appeared: readonly TreeChange[],
): Promise<{ readonly facts: PullRequestFacts } | { readonly refusal: Refusal }> {
  const facts = await mergedPullRequest(deps, step);
  if (facts === undefined) {
    return refuse(
      'unapproved_landing',
      'It reached the default branch without a pull request that was merged there.',
    );
  }
  const { pullRequest } = facts;
  if (!pullRequest.sameRepository && !deps.rules.allowForks) {
    return refuse('unapproved_landing', `Pull request ${pullRequest.number} comes from another repository.`);
  }
  if (pullRequest.authorType !== 'User') {
    return refuse('unapproved_landing', `Pull request ${pullRequest.number} was not opened by a person.`);
  }
  await deps.repository.fetch([pullRequest.number]);
  const base = await deps.repository.mergeBase(step.parent, pullRequest.head);
  if (base === undefined) {
    return refuse(
      'unapproved_landing',
      `The head of pull request ${pullRequest.number} has no common history with the default branch.`,
    );
  }
  const proposed = await deps.repository.changes(base, pullRequest.head);
  if (classOf(proposed) !== 'request' || proposed.length > MAX_REQUESTS_PER_PULL_REQUEST) {
    return refuse(
      'mixed_landing',
      `Pull request ${pullRequest.number} does more than add up to ${MAX_REQUESTS_PER_PULL_REQUEST} requests.`,
    );
  }
  const touching = await touchesControl(deps, step.parent, pullRequest.head);
  if (touching !== undefined) {
    return refuse(
      'mixed_landing',
      `Commit ${touching} of pull request ${pullRequest.number} changes a control document.`,
    );
  }
  const asProposed = new Map(proposed.map((change) => [change.path, change.after?.oid]));
  const foreign = appeared.find((change) => asProposed.get(change.path) !== change.after?.oid);
  if (foreign !== undefined) {
    return refuse(
      'unapproved_landing',
      `${foreign.path} is not what pull request ${pullRequest.number} proposed.`,
    );
  }
  return { facts };
}

function refuse(code: ViolationCode, message: string): { readonly refusal: Refusal } {
  return { refusal: { code, message } };
}

/**
 * The pull request GitHub merged with this commit. A merge, squash or rebase by GitHub always makes a new commit, so a commit that
 * the head itself contains was pushed, however merged the pull request looks (indirect merge, T050).
 */
export async function mergedPullRequest(deps: Deps, step: Step): Promise<PullRequestFacts | undefined> {
  for (const facts of await deps.host.factsOf(step.commit)) {
    const found = facts.pullRequest;
    if (found.merged === null || found.baseBranch !== deps.rules.branch) continue;
    const landed = await deps.repository.isAncestor(step.commit, found.merged.commit);
    if (!landed) continue;
    await deps.repository.fetch([found.number]);
    if (!(await deps.repository.isAncestor(step.commit, found.head))) return facts;
  }
  return undefined;
}
