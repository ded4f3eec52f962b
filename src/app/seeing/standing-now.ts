import type { Entry } from '../../core/grant.js';
import { overdueOf } from '../../core/reconcile/overdue.js';
import { isReviewLate } from '../../core/report/totals.js';
import { addSeconds, type Instant } from '../../core/time.js';
import { Retry } from '../../ports/fault.js';
import type { NowModel } from '../../views/web/now-page.js';
import type { HistoryRow } from '../../views/web/past.js';
import { byUrgency, type Hindrance, type Problem } from '../../views/web/problem.js';
import type { Ports } from '../ports.js';
import { knownGrants } from '../reconciling/known-grants.js';
import { ledgerLag } from '../reconciling/ledger-lag.js';
import type { History } from './history.js';
import type { LastSeen } from './last-seen.js';

export type SeeingDeps = Pick<Ports, 'ledger' | 'spool' | 'troubles' | 'clock'> & {
  readonly lastSeen: LastSeen;
  readonly history: History;
};

/** Who holds what now, what waits, and what is wrong, as far as is known here. Waits for nothing but the disk. */
export async function standingNow(deps: SeeingDeps): Promise<NowModel> {
  const now = deps.clock.now();
  const [{ entries, snapshot }, known, lag, owed] = await Promise.all([
    knownGrants(deps),
    deps.ledger.known(),
    ledgerLag(deps),
    reviewsOwed(deps, now),
  ]);
  const quarantined = snapshot.active.flatMap((one): Problem[] =>
    'problem' in one ? [{ kind: 'quarantined', id: one.id, problem: one.problem }] : [],
  );
  const problems = [
    ...overdue(deps, entries, now),
    ...quarantined,
    ...ofLastPass(deps.lastSeen),
    ...ofLastLook(deps.lastSeen),
    ...(lag.seconds >= BEHIND_SECONDS ? [{ kind: 'behind', ...lag } as const] : []),
    ...owed,
  ];
  const byEnd = entries.toSorted((a, b) => (endOf(a) < endOf(b) ? -1 : 1));
  return {
    now,
    problems: problems.toSorted(byUrgency),
    pending: deps.lastSeen.pullRequests(),
    held: byEnd.filter((entry) => holds(entry)),
    scheduled: byEnd.filter((entry) => !holds(entry)),
    ledgerAsOf: known?.asOf ?? null,
    passAt: deps.lastSeen.pass()?.at ?? null,
  };
}

/** A pass records what happened within seconds; a ledger that is further behind cannot be written. */
const BEHIND_SECONDS = 120;

const endOf = ({ window, id }: Entry): string => `${window?.expiresAt ?? ''} ${id}`;

const HELD: ReadonlySet<string> = new Set(['intended', 'active', 'ending']);

function holds({ holdings }: Entry): boolean {
  return holdings.some(({ state }) => HELD.has(state));
}

function overdue(
  deps: Pick<SeeingDeps, 'troubles'>,
  entries: readonly Entry[],
  now: Instant,
): readonly Problem[] {
  return overdueOf(entries, now).map((one) => ({
    kind: 'overdue',
    ...one,
    hindrances: hindrancesOf(deps, one.entry, one.entitlements),
  }));
}

/** What keeps it from ending, as this process knows since it began. */
export function hindrancesOf(
  { troubles }: Pick<SeeingDeps, 'troubles'>,
  { id }: Pick<Entry, 'id'>,
  entitlements: readonly string[],
): readonly Hindrance[] {
  return entitlements.flatMap((entitlement) => {
    const trouble = troubles.of({ id, entitlement });
    return trouble === undefined ? [] : [{ entitlement, ...trouble }];
  });
}

function ofLastPass(lastSeen: LastSeen): readonly Problem[] {
  const pass = lastSeen.pass();
  if (pass === undefined) return [];
  return pass.faults.map((fault) => ({ kind: 'stopped', ...fault, at: pass.at }));
}

function ofLastLook(lastSeen: LastSeen): readonly Problem[] {
  const look = lastSeen.look();
  if (look === undefined) return [];
  return look.targets.flatMap(({ target, looked, code, findings }): Problem[] => {
    if (looked === 'not') return [{ kind: 'unseen', target, code, at: look.at }];
    return findings.length === 0 ? [] : [{ kind: 'drift', target, count: findings.length }];
  });
}

/** Reviews of break-glass are owed after the grant has ended too. While too many look back, there is no time to look for them. */
async function reviewsOwed({ history }: SeeingDeps, now: Instant): Promise<readonly Problem[]> {
  const from = addSeconds(now, -OWED_SECONDS);
  const wants = ({ review }: HistoryRow) => review !== null && review.at === null;
  try {
    const { rows } = await history.ask({ wants, from, most: MOST_OWED });
    return rows.map((row) => {
      const due = row.review?.due ?? null;
      const { id, subject, pullRequest } = row;
      return { kind: 'review', id, subject, pullRequest, due, isLate: isReviewLate(row, now) };
    });
  } catch (error) {
    if (error instanceof Retry) return [];
    throw error;
  }
}

const MOST_OWED = 50;
const OWED_SECONDS = 31 * 86_400;
