import {
  type AccessReviewRecord,
  type KnownReview,
  knownReviews,
  listOf,
  pathOfAccessReview,
} from '../../core/access-review/access-review.js';
import { reviewsToAsk } from '../../core/access-review/ask.js';
import { waitingReviews } from '../../core/access-review/close.js';
import type { Entry } from '../../core/grant.js';
import { foldLogin } from '../../core/identity.js';
import type { DriftReport } from '../../core/reconcile/report.js';
import type { Instant } from '../../core/time.js';
import { renderReviewList } from '../../documents/access-review.js';
import { type LedgerSnapshot, readableEntries } from '../../ports/ledger.js';
import { accessReviewBody, accessReviewTitle } from '../../views/access-review.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import { reviewPullRequest } from '../reviewing/review-pull-request.js';
import { membersOf } from './owners.js';
import { recentReviews } from './records.js';

type Deps = Pick<
  Ports,
  'host' | 'directory' | 'repository' | 'ledger' | 'past' | 'kinds' | 'clock' | 'log' | 'notices' | 'rules'
>;

/**
 * Puts before their owners what policy says has to be: recorded first, then opened as a pull request for each list. A list that waits for
 * its owners has exactly one open, so one that was closed without an answer is opened again.
 * @param report what was seen on the targets; absent where nobody looked, and then nothing is asked.
 */
export async function askOwners(deps: Deps, report: DriftReport | undefined): Promise<void> {
  if (report === undefined) return;
  const now = deps.clock.now();
  const snapshot = await deps.ledger.read();
  const records = await recentReviews(deps, now);
  const fresh = await recordNew(deps, { report, records, now, snapshot });
  const waiting = waitingReviews(knownReviews([...records, ...fresh]).values(), now);
  await openEach(deps, waiting);
}

/** One that cannot be opened keeps no other from its owners. @throws the fault of the first such. */
async function openEach(deps: Deps, waiting: readonly KnownReview[]): Promise<void> {
  const faults: unknown[] = [];
  for (const { asked } of waiting) {
    try {
      await openList(deps, asked);
    } catch (fault) {
      deps.log.warn('access review not opened', { id: asked.id });
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
}

interface Looked {
  readonly report: DriftReport;
  readonly records: readonly AccessReviewRecord[];
  readonly now: Instant;
  /** Read before the records, so that what another process asked meanwhile is a conflict and never asked twice. */
  readonly snapshot: LedgerSnapshot;
}

async function recordNew(
  deps: Deps,
  { report, records, now, snapshot }: Looked,
): Promise<readonly AccessReviewRecord[]> {
  const loaded = await loadControl(deps, await deps.repository.head());
  if ('issues' in loaded) return [];
  const { policy, catalog } = loaded.control;
  const { accessReviews: rules } = policy;
  if (rules === undefined) return [];
  const live = await Promise.all(
    readableEntries(snapshot).map(async (entry) => ({ entry, since: await heldSince(deps, entry) })),
  );
  const standing = report.targets
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.next === 'adopt_or_remove' && canBeListed(deps, finding));
  const { reviews, unowned } = reviewsToAsk({ now, rules, catalog, live, standing, records });
  if (unowned.length > 0) deps.log.warn('access without owners', { items: unowned.length });
  if (reviews.length === 0) return [];
  await deps.ledger.append({
    base: snapshot.head,
    subject: `ask owners: ${reviews.length} access-reviews`,
    entries: [],
    violations: [],
    accessReviews: reviews,
  });
  return reviews;
}

const LONGEST_CHAIN = 100;

/** Since when the access has been there, over all grants that this one prolongs. */
async function heldSince({ ledger }: Pick<Ports, 'ledger'>, entry: Entry): Promise<Instant> {
  let first = entry;
  for (let step = 0; first.extends !== undefined && step < LONGEST_CHAIN; step += 1) {
    const before = await ledger.entry(first.extends);
    if (before === undefined) break;
    first = before;
  }
  return first.window?.startsAt ?? first.landing.mergedAt;
}

/** A target may call somebody what no document can hold; that stays in the report of drift. */
function canBeListed(
  { log }: Pick<Ports, 'log'>,
  finding: DriftReport['targets'][number]['findings'][number],
): boolean {
  const { target, subject, grant, login, entitlements } = finding;
  const item = { standing: { target, subject, grant }, subject: login ?? subject, entitlements };
  const head = { version: 1, kind: 'adoption', due: PROBE.due, owners: { teams: [], users: [] } } as const;
  try {
    renderReviewList({ ...head, items: [{ ...item, keep: 'no', justification: '' }] }, PROBE.id);
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    log.warn('standing privilege not listed', { target, code: 'unwritable_name' });
    return false;
  }
}

const PROBE = { id: '2026/01/probe', due: '2026-01-01T00:00:00Z' } as Pick<AccessReviewRecord, 'id' | 'due'>;

async function openList(deps: Deps, asked: AccessReviewRecord): Promise<void> {
  const { id } = asked;
  const kept = await deps.host.keepPullRequest({
    branch: `hallpass/access-reviews/${id}`,
    base: deps.rules.branch,
    path: pathOfAccessReview(id),
    content: renderReviewList(listOf(asked), id),
    title: accessReviewTitle(asked),
    markdown: accessReviewBody(asked),
  });
  if (kept === undefined) {
    deps.log.warn('access review without a pull request', { id });
    return;
  }
  // Whoever has reviewed is asked no more, so this is done once. What the app does itself is no news to it, and approvals count only from
  // this look on.
  if (!kept.isNew) return;
  await deps.host.requestReviews(kept.number, await whoMayAnswer(deps, asked));
  await reviewPullRequest(deps, kept.number);
}

/** Owners, but for one who is all it is about. */
async function whoMayAnswer(deps: Deps, { owners, items }: AccessReviewRecord): Promise<readonly string[]> {
  const subjects = new Set(items.map(({ subject }) => foldLogin(subject)));
  const logins = (await membersOf(deps, owners)).map(({ login }) => login);
  return logins.filter((login) => !(subjects.size === 1 && subjects.has(foldLogin(login))));
}
