import { approvalTimes, grantsOverTime, lateness } from '../../core/report/charts.js';
import { totalsOf } from '../../core/report/totals.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { NumbersModel } from '../../views/web/numbers-page.js';
import type { History } from './history.js';

const DAY_SECONDS = 86_400;
/** More grants than this in a period are counted up to here, and the page says so. */
const MOST = 20_000;

/** How much, how fast and how late, over the last days. */
export async function numbersOf(
  { history }: { readonly history: History },
  { days, now }: { readonly days: number; readonly now: Instant },
): Promise<NumbersModel> {
  const from = addSeconds(now, -days * DAY_SECONDS);
  const answer = await history.ask({ wants: () => true, from, most: MOST });
  const grants = answer.rows.filter(({ refused }) => refused === null);
  const refused = answer.rows.filter((row) => row.refused !== null);
  const period = { from, to: now, open: true } as const;
  const totals = totalsOf({ period, grants, refused, ...NOTHING_ELSE });
  return {
    days,
    grants: totals.grants,
    refused: totals.refused,
    breakGlass: totals.breakGlass,
    endedLate: totals.endedLate,
    medianLateSeconds: totals.medianLateSeconds,
    mostLateSeconds: totals.mostLateSeconds,
    medianApprovalSeconds: totals.medianApprovalSeconds,
    overTime: grantsOverTime({ grants }, { from, to: now }),
    approvalTimes: approvalTimes({ grants }),
    lateness: lateness({ grants }),
    gaps: answer,
  };
}

/** What is told of elsewhere. */
const NOTHING_ELSE = {
  violations: [],
  orphans: [],
  accessReviews: { items: [], adopted: [] },
  changes: [],
};
