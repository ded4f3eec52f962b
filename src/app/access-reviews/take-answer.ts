import { isAnswered } from '../../core/access-review/answer.js';
import type { ViolationProblem } from '../../core/grant.js';
import { classOf, type TreeChange } from '../../core/pull-request.js';
import { mergedPullRequest, type Step } from '../landing/landing-origin.js';
import type { Ports } from '../ports.js';
import type { Journal } from '../reconciling/journal.js';
import { examineList } from './examine-list.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'kinds' | 'clock' | 'log' | 'rules'>;

/**
 * Takes what landed among the lists for an answer, if it is one: the pull request that brought it is looked at once more, as it was merged.
 * Anything else is recorded as a violation and is no answer, so that what it is about ends at the deadline unless somebody answers yet.
 */
export async function takeAnswers(
  deps: Deps,
  journal: Journal,
  step: Step,
  changes: readonly TreeChange[],
): Promise<readonly ViolationProblem[]> {
  // A list that is taken away says nothing.
  const brought = changes.filter(({ after }) => after !== null);
  const problems: ViolationProblem[] = [];
  for (const change of brought) {
    const why = await takeAnswer(deps, journal, { step, change });
    if (why !== undefined) problems.push({ code: 'unapproved_landing', path: change.path, message: why });
  }
  return problems;
}

/** @returns why it is no answer, or `undefined` once it is recorded as one. */
async function takeAnswer(
  deps: Deps,
  journal: Journal,
  { step, change }: { readonly step: Step; readonly change: TreeChange },
): Promise<string | undefined> {
  const facts = await mergedPullRequest(deps, step);
  const pullRequest = facts?.pullRequest;
  const merged = pullRequest?.merged ?? null;
  if (facts === undefined || pullRequest === undefined || merged === null)
    return 'A list reached the default branch without a pull request that was merged there.';
  await deps.repository.fetch([pullRequest.number]);
  const base = await deps.repository.mergeBase(step.parent, pullRequest.head);
  const changes = base === undefined ? [] : await deps.repository.changes(base, pullRequest.head);
  if (classOf(changes) !== 'access_review')
    return `Pull request ${pullRequest.number} does more than answer a list.`;
  if (changes.find(({ path }) => path === change.path)?.after?.oid !== change.after?.oid)
    return `The list is not what pull request ${pullRequest.number} proposed.`;
  const found = await examineList(deps, { facts, changes, base: step.parent, at: merged.at });
  if ('refusal' in found) return found.refusal.message;
  if ('issues' in found) return `The list cannot be taken: ${found.issues[0]?.message ?? 'it is not valid'}.`;
  const { asked, say, items } = found;
  if (!isAnswered(say))
    return `No owner stands behind the list that pull request ${pullRequest.number} brought.`;
  const { id, kind, due, owners } = asked;
  if (journal.accessReviews().some((record) => record.id === id)) return 'This list is answered already.';
  journal.accessReview({
    version: 1,
    id,
    stage: 'answered',
    at: deps.clock.now(),
    kind,
    due,
    owners,
    landing: { commit: step.commit, pullRequest: pullRequest.number, mergedAt: merged.at },
    approvals: say.approvals,
    items,
  });
  return undefined;
}
