import { type KnownReview, knownReviews, type RecordedItem } from '../../core/access-review/access-review.js';
import {
  closedRecord,
  dueReviews,
  type Ending,
  endingsOf,
  outcomeOf,
} from '../../core/access-review/close.js';
import { type Holding, holdingKey } from '../../core/grant.js';
import { isEndRequested, isLiveEntry } from '../../core/lifecycle/grant.js';
import { type Claim, claimsOf, mayBeHeld } from '../../core/reconcile/claim.js';
import type { Instant } from '../../core/time.js';
import { Blocked } from '../../ports/fault.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import { asFault, findIn } from '../reconciling/end-due.js';
import type { Journal } from '../reconciling/journal.js';
import { recentReviews } from './records.js';

type Deps = Pick<Ports, 'host' | 'repository' | 'kinds' | 'ledger' | 'providers' | 'clock' | 'log'>;

/**
 * Closes access reviews whose deadline has come: what nobody keeps ends. Grants end by the one path of early ends; what was never ours is
 * taken from its target only where its owners said so, and read back. That they said so is in the ledger before the target is touched.
 * @param observe only full passes: a deadline is days away, and looking costs reads.
 */
export async function closeReviews(
  deps: Deps,
  journal: Journal,
  { observe }: { readonly observe: boolean },
): Promise<void> {
  if (!observe) return;
  const now = earlierNow(deps);
  // An answer that is not in the ledger yet is acted upon by the next full pass.
  const fresh = new Set(journal.accessReviews().map(({ id }) => id));
  const known = knownReviews(await recentReviews(deps, now)).values();
  const due = dueReviews(known, now).filter(({ asked }) => !fresh.has(asked.id));
  if (due.length === 0) return;
  const loaded = await loadControl(deps, await deps.repository.head());
  const rules = 'control' in loaded ? loaded.control.policy.accessReviews : undefined;
  for (const review of due) {
    const items = await closeItems(deps, journal, review);
    if (items === undefined) continue;
    journal.accessReview(closedRecord(review, items, { now: deps.clock.now(), rules }));
  }
}

/** A clock that is fast must not take anything away before its deadline: owners go by GitHub's. */
function earlierNow({ clock, host }: Deps): Instant {
  const [here, there] = [clock.now(), host.hostClock()];
  return there !== undefined && there < here ? there : here;
}

/** @returns `undefined` when something may go well later: then all of it is tried again, which changes nothing that is done. */
async function closeItems(
  deps: Deps,
  journal: Journal,
  review: KnownReview,
): Promise<readonly RecordedItem[] | undefined> {
  const items: RecordedItem[] = [];
  let isComplete = true;
  for (const ending of endingsOf(review)) {
    const done = await CLOSE[ending.kind](deps, journal, ending as never);
    if (done === 'later') isComplete = false;
    else items.push(done);
  }
  if (!isComplete) deps.log.warn('access review not closed yet', { id: review.asked.id });
  return isComplete ? items : undefined;
}

type Close<Kind extends Ending['kind']> = (
  deps: Deps,
  journal: Journal,
  ending: Extract<Ending, { kind: Kind }>,
) => Promise<RecordedItem | 'later'>;

const CLOSE: { readonly [Kind in Ending['kind']]: Close<Kind> } = {
  keep: async (_, journal, ending) => {
    const { grant } = ending.item;
    const isGone = grant !== undefined && !isLiveIn(journal, grant);
    return outcomeOf(ending, isGone ? 'gone' : 'kept');
  },
  leave: async (_, _journal, ending) => outcomeOf(ending, 'left', ending.code),
  end_grant: async (deps, journal, ending) => {
    const entry = ending.item.grant === undefined ? undefined : journal.entry(ending.item.grant);
    if (entry === undefined || !isLiveEntry(entry)) return outcomeOf(ending, 'gone');
    if (!isEndRequested(entry)) {
      const at = deps.clock.now();
      journal.change(entry.id, { event: 'end_requested', at, reason: 'revoked', code: 'not_kept' });
    }
    return outcomeOf(ending, 'ended');
  },
  remove: async (deps, journal, ending) => {
    const { standing } = ending.item;
    if (standing === undefined) return outcomeOf(ending, 'left', 'not_answered');
    const claims = claimsOf(journal.live(), deps.clock.now());
    const removed = await removeStanding(deps, standing, claims);
    if (removed === 'later') return 'later';
    return removed === 'removed' || removed === 'gone'
      ? outcomeOf(ending, removed)
      : outcomeOf(ending, 'left', removed);
  },
};

function isLiveIn(journal: Journal, id: NonNullable<RecordedItem['grant']>): boolean {
  const entry = journal.entry(id);
  return entry !== undefined && isLiveEntry(entry);
}

/** @returns what came of it: `removed`, `gone`, `later`, or the code of what stands in the way. */
async function removeStanding(deps: Deps, holding: Holding, claims: readonly Claim[]): Promise<string> {
  const { target, subject } = holding;
  const provider = deps.providers.get(target);
  if (provider === undefined) return 'unknown_target';
  const key = holdingKey(holding);
  // What somebody has by a grant as well would go with it.
  if (claims.some((claim) => claim.key === key && mayBeHeld(claim))) return 'held_by_grant';
  try {
    if (findIn(await provider.observe([holding]), holding) === undefined) return 'gone';
    await provider.revoke(holding, null);
    await provider.endSessions?.(holding);
    if (findIn(await provider.observe([holding]), holding) !== undefined) return 'still_held';
    deps.log.warn('standing privilege removed', { target, subject });
    return 'removed';
  } catch (error) {
    const fault = asFault(error);
    deps.log.error('standing privilege not removed', { target, subject, code: fault.code });
    return fault instanceof Blocked ? fault.code : 'later';
  }
}
