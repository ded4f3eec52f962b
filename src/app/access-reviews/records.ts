import type { AccessReviewRecord } from '../../core/access-review/access-review.js';
import { adoptedHoldings } from '../../core/access-review/adopted.js';
import { addSeconds, type Instant, monthsBetween } from '../../core/time.js';
import { isFault } from '../../ports/fault.js';
import type { Ports } from '../ports.js';

/** What policy may ask for at most (`policy-lint.ts`): a year, and three times as long as owners may have to answer. */
const LOOKBACK_SECONDS = (366 + 3 * 92) * 86_400;

/**
 * Keys of what owners adopted. While the records cannot be read nothing is, so that it shows as drift: looking at targets must not depend
 * on them.
 */
export async function adoptedNow(
  deps: Pick<Ports, 'ledger' | 'log'>,
  now: Instant,
): Promise<ReadonlySet<string>> {
  try {
    return adoptedHoldings(await recentReviews(deps, now), now);
  } catch (error) {
    if (!isFault(error)) throw error;
    deps.log.warn('access reviews not readable', { code: error.code });
    return new Set();
  }
}

/** Every access review that can still mean anything. */
export async function recentReviews(
  { ledger }: Pick<Ports, 'ledger'>,
  now: Instant,
): Promise<readonly AccessReviewRecord[]> {
  return ledger.accessReviewsOf(monthsBetween(addSeconds(now, -LOOKBACK_SECONDS), now));
}
