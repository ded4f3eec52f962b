import type { Entry } from '../../core/grant.js';
import type { Account } from '../../core/identity.js';
import { type LastHeld, lastHeldOf } from '../../core/lifecycle/last-held.js';
import { addSeconds, type Instant, monthsBetween } from '../../core/time.js';
import type { Ports } from '../ports.js';

/** As far as weekly limits look, so that the same documents are read for both. */
const LOOK_BACK_SECONDS = 31 * 86_400;

/**
 * When the subject had the same last, for whoever is asked to approve. It decides nothing: where the ledger cannot be read, or tells
 * of nothing within a month, nothing is said.
 */
export async function lookBack(
  { ledger }: Pick<Ports, 'ledger'>,
  asked: {
    readonly subject: Account | null;
    readonly entitlements: readonly string[];
    readonly live: readonly Entry[];
    readonly now: Instant;
  },
): Promise<readonly LastHeld[]> {
  const { subject, entitlements, live, now } = asked;
  if (subject === null) return [];
  try {
    const filed = await ledger.filedIn(monthsBetween(addSeconds(now, -LOOK_BACK_SECONDS), now));
    // The live ones are as they were just read.
    const entries = [...new Map([...filed, ...live].map((entry) => [entry.id, entry])).values()];
    return lastHeldOf(entries, { subject, entitlements });
  } catch {
    return lastHeldOf(live, { subject, entitlements });
  }
}
