import type { Entry } from '../../core/grant.js';
import { owesReview } from '../../core/lifecycle/grant.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../core/pull-request.js';
import { addSeconds, type Instant, later, monthsBetween } from '../../core/time.js';
import { isFault } from '../../ports/fault.js';
import { readableEntries } from '../../ports/ledger.js';
import { recordReview } from '../landing/record-review.js';
import type { Ports } from '../ports.js';
import { readOrKnown } from '../reconciling/known-grants.js';
import { alertOfReviews } from '../telling/alert-people.js';
import { commandOf, obeyComment } from './obey-comment.js';
import { type Reviewed, reviewPullRequest } from './review-pull-request.js';

/** Whoever wants to know what looking at pull requests came to. */
export interface ReviewWatch {
  /** Every pull request that is open. */
  open(numbers: readonly number[]): void;
  reviewed(number: number, reviewed: Reviewed): void;
}

/** Comments are read from a little before the last sweep, since GitHub may list one late. Obeying twice changes nothing. */
const OVERLAP_SECONDS = 300;

/**
 * Looks at everything open again, as if every webhook had been lost: open pull requests, comments since the last sweep, and reviews that
 * break-glass grants owe while they live. What fails is left for the next sweep and stops nothing else.
 * @param options `since` is absent after a start: then comments are read from the landing of the oldest live grant on, since nobody heard those
 *   that were made meanwhile.
 */
export async function sweep(deps: Ports, { since, seen, showing, watch }: SweepOptions): Promise<Swept> {
  const started = deps.clock.now();
  const failed = await reviewChanged(showing, { seen, ...(watch && { watch }) });
  const live = readableEntries((await readOrKnown(deps)).snapshot);
  // A sweep that lies ahead was made while the clock was fast; what was said since is read all the same (T089).
  const from = since === undefined || since > started ? started : since;
  const unheard = await obeyComments(deps, live, { since: from, isFirst: since === undefined });
  if (since?.slice(0, 13) !== started.slice(0, 13)) await isolated(deps, {}, () => lookForReviews(deps));
  const owing = new Set(live.filter(owesReview).map((entry) => entry.landing.pullRequest));
  for (const pullRequest of owing) {
    await isolated(deps, { pullRequest }, async () => {
      await recordReview(deps, pullRequest);
    });
  }
  const forgotten = addSeconds(started, -MONTH_SECONDS);
  return { since: unheard === undefined ? started : later(unheard, forgotten), failed };
}

export interface Swept {
  /** From when the next sweep has to read comments. */
  readonly since: Instant;
  /** Open pull requests that could not be looked at; the log says why. */
  readonly failed: readonly number[];
}

export interface SweepOptions {
  readonly since: Instant | undefined;
  /** What sweeps before have looked at. */
  readonly seen: SweepMemory;
  /** With a directory that may remember, since reviewing only shows. */
  readonly showing: Ports;
  readonly watch?: ReviewWatch;
}

/** By the number of a pull request, what it was like when a sweep looked at it last. */
export type SweepMemory = Map<number, { readonly like: string; readonly until: Instant }>;

/** What looks the same may still be decided otherwise, as when an approval wears out or a webhook about a team was lost. */
const LOOK_AGAIN_SECONDS = 3_600;

/** Reads on their own only those that changed since they were looked at; the list of all costs nothing while none has. */
async function reviewChanged(
  deps: Ports,
  { seen, watch }: Pick<SweepOptions, 'seen' | 'watch'>,
): Promise<readonly number[]> {
  const failed: number[] = [];
  const open = await deps.host.openPullRequests();
  watch?.open(open.map(({ number }) => number));
  const control = await controlNow(deps);
  const now = deps.clock.now();
  const numbers = new Set(open.map(({ number }) => number));
  for (const number of seen.keys()) if (!numbers.has(number)) seen.delete(number);
  for (const { number, head, updatedAt } of open) {
    const like = [head, updatedAt, control].join(' ');
    const known = seen.get(number);
    if (known?.like === like && now < known.until) continue;
    seen.delete(number);
    const isDone = await isolated(deps, { pullRequest: number }, async () => {
      const reviewed = await reviewPullRequest(deps, number);
      watch?.reviewed(number, reviewed);
      const again = reviewed.kind === 'published' ? reviewed.again : undefined;
      const latest = addSeconds(now, LOOK_AGAIN_SECONDS);
      seen.set(number, { like, until: again !== undefined && again < latest ? again : latest });
    });
    if (!isDone) failed.push(number);
  }
  return failed;
}

/** Which control documents are in force, as far as they were fetched. */
async function controlNow({ repository }: Ports): Promise<string> {
  try {
    const head = await repository.head();
    const files = await Promise.all(
      [POLICY_PATH, CATALOG_PATH, PEOPLE_PATH].map((path) => repository.file(head, path)),
    );
    return files.map((file) => file?.oid ?? '-').join(' ');
  } catch (error) {
    if (isFault(error)) return 'unknown';
    throw error;
  }
}

/** Once an hour: most break-glass grants have ended before their review is late, and looking for those reads whole months. */
async function lookForReviews(deps: Ports): Promise<void> {
  const now = deps.clock.now();
  alertOfReviews(deps, await deps.ledger.filedIn(monthsBetween(addSeconds(now, -MONTH_SECONDS), now)));
}

const MONTH_SECONDS = 31 * 86_400;

/** @returns when somebody asked first for an end and could not be obeyed: the next sweep must not begin after that. */
async function obeyComments(
  deps: Ports,
  live: readonly Entry[],
  { since, isFirst }: { readonly since: Instant; readonly isFirst: boolean },
): Promise<Instant | undefined> {
  const recent = addSeconds(since, -OVERLAP_SECONDS);
  const landings = isFirst ? live.map((entry) => entry.landing.mergedAt) : [];
  const [from = recent] = [...landings, recent].toSorted();
  const failed: Instant[] = [];
  for (const comment of await deps.host.comments(from)) {
    const command = commandOf(comment);
    if (command === undefined || command === '/hallpass recheck') continue;
    // An old `cancel` may have been answered by opening the pull request again; taking access away is never wrong.
    if (command === '/hallpass cancel' && comment.createdAt < recent) continue;
    const isObeyed = await isolated(deps, { comment: comment.id }, async () => {
      await obeyComment(deps, comment.id);
    });
    if (!isObeyed && command === '/hallpass revoke') failed.push(comment.createdAt);
  }
  return failed.toSorted()[0];
}

/** @returns whether it was done. */
async function isolated(
  deps: Ports,
  about: Readonly<Record<string, number>>,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown';
    deps.log.warn('sweep skipped', { ...about, code: isFault(error) ? error.code : 'unexpected', message });
    return false;
  }
}
