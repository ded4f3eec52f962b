import type { PullRequest } from '../../core/pull-request.js';
import { addSeconds, durationSeconds, type Instant } from '../../core/time.js';
import { Retry } from '../../ports/fault.js';
import { approvalWantedText } from '../../views/alerts.js';
import { checkOf } from '../../views/check.js';
import { commentOf } from '../../views/comment.js';
import { type DecisionView, mergesItself, standingOf } from '../../views/decision-view.js';
import { aboutRequests, subjectOf } from '../../views/notice-about.js';
import { titleOf } from '../../views/notice-titles.js';
import type { Ports } from '../ports.js';
import { askReviewers } from './ask-reviewers.js';
import { type Examined, examinePullRequest } from './examine-pull-request.js';

type Deps = Pick<
  Ports,
  'host' | 'directory' | 'repository' | 'ledger' | 'past' | 'kinds' | 'clock' | 'log' | 'notices' | 'rules'
>;

export type Reviewed =
  /** Not ours to look at: closed, or into another branch (T045). */
  | { readonly kind: 'ignored' }
  /** It has merged: a pass decides. */
  | { readonly kind: 'landed' }
  | {
      readonly kind: 'published';
      readonly view: DecisionView;
      readonly merged: boolean;
      /** When others are to be asked for a review, should nobody answer before. */
      readonly again?: Instant;
    };

/**
 * Reads a pull request anew, says on it what is missing, asks those who can give it, and merges where policy lets the app.
 * A webhook only ever leads here; nothing it says is believed (T072). Running it again changes nothing.
 */
export async function reviewPullRequest(deps: Deps, number: number): Promise<Reviewed> {
  // Fetched meanwhile: most that anybody hints at for the first time is open. Where it is not, nobody waits for what comes of it.
  const fetched = deps.repository.fetchFirst(number);
  fetched.catch(() => {});
  const look = await deps.host.look(number);
  const pullRequest = look?.facts.pullRequest;
  if (look === undefined || pullRequest === undefined || pullRequest.baseBranch !== deps.rules.branch)
    return { kind: 'ignored' };
  if (pullRequest.merged !== null) return { kind: 'landed' };
  if (pullRequest.state !== 'open') return { kind: 'ignored' };

  await fetched;
  const { head } = pullRequest;
  await deps.repository.fetchNamed({ number, head, branch: look.heads.branch });
  const examined = await examinePullRequest(deps, look);
  const asking = await askReviewers(deps, pullRequest, examined);
  const view = { ...examined.view, asked: asking.shown };
  const check = deps.host.publishCheck(checkOf(view, pullRequest.head));
  if (view.pullRequest === 'other') {
    await check;
    return { kind: 'published', view, merged: false };
  }
  // Asked for together, so that the host can write them together.
  await allOf([
    check,
    deps.host.publishComment(number, commentOf(view)),
    deps.host.setLabels(number, ...labelsOf(view, pullRequest)),
    ...(asking.now.length > 0 ? [deps.host.requestReviews(number, asking.now)] : []),
  ]);
  tellApprovers(deps, pullRequest, view);
  const merged = await mergeIfAllowed(deps, pullRequest, view);
  return { kind: 'published', view, merged, ...againAt(deps, pullRequest, examined) };
}

function againAt(
  { clock }: Deps,
  { openedAt }: PullRequest,
  { askAgainAfter }: Examined,
): { readonly again?: Instant } {
  if (askAgainAfter === undefined) return {};
  const again = addSeconds(openedAt, durationSeconds(askAgainAfter));
  return again > clock.now() ? { again } : {};
}

/** Waits for each, so that nothing goes on beside another try, and throws the first fault. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

const LABELS = ['hallpass: approved', 'hallpass: pending', 'hallpass: denied', 'hallpass: invalid'] as const;

function labelsOf(view: DecisionView, pullRequest: PullRequest): [add: string[], remove: string[]] {
  const standing = standingOf(view);
  const wanted = LABELS.find((label) => label === `hallpass: ${standing}`);
  const remove = LABELS.filter((label) => label !== wanted && pullRequest.labels.includes(label));
  return [wanted === undefined || pullRequest.labels.includes(wanted) ? [] : [wanted], remove];
}

/** Merging decides nothing: what lands is decided on once more. The head is the guard against a push in between (T071). */
async function mergeIfAllowed(deps: Deps, pullRequest: PullRequest, view: DecisionView): Promise<boolean> {
  if (standingOf(view) !== 'approved' || !mergesItself(view)) return false;
  const merged = await deps.host.merge(pullRequest.number, pullRequest.head);
  if (!merged)
    throw new Retry(
      'not_merged',
      'the review host did not merge; the head moved or a branch rule is not met',
    );
  return true;
}

/** Said once for each head: another one needs other approvals. */
function tellApprovers(deps: Deps, { number, head }: PullRequest, view: DecisionView): void {
  if (standingOf(view) !== 'pending' || view.asked.length === 0) return;
  const about = aboutRequests(view, number);
  const key = `pull request ${number} ${head} wants approval`;
  const at = deps.clock.now();
  const asked = view.asked.map(({ login }) => login);
  deps.notices.tell({
    ...about,
    event: 'approval_wanted',
    key,
    thread: key,
    title: titleOf('approval_wanted', { ...subjectOf(about), at }),
    markdown: approvalWantedText(subjectOf(about), asked),
    at,
  });
}
