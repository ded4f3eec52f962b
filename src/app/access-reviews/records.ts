import type { AccessReviewRecord } from '../../core/access-review/access-review.js';
import { addSeconds, type Instant, monthsBetween } from '../../core/time.js';
import type { Ports } from '../ports.js';

/** What policy may ask for at most (`policy-lint.ts`): a year, and three times as long as owners may have to answer. */
const LOOKBACK_SECONDS = (366 + 3 * 92) * 86_400;

/** Every access review that can still mean anything. */
export async function recentReviews(
  { ledger }: Pick<Ports, 'ledger'>,
  now: Instant,
): Promise<readonly AccessReviewRecord[]> {
  return ledger.accessReviewsOf(monthsBetween(addSeconds(now, -LOOKBACK_SECONDS), now));
}
