import { holdingKey } from '../core/grant.js';
import { claimsOf, mayBeHeld } from '../core/reconcile/claim.js';
import type { Step } from '../core/reconcile/plan.js';
import type { LedgerSnapshot } from '../ports/ledger.js';
import type { Ports } from './ports.js';

type Deps = Pick<Ports, 'ledger' | 'providers' | 'clock' | 'log'>;

/**
 * Takes back what was just granted and could not be recorded, unless the ledger as it stands still knows of it: another process may
 * have ended the grant while this one was granting, and then nobody would ever look at it again (T110).
 */
export async function takeBack(deps: Deps, steps: readonly Step[]): Promise<void> {
  const known = await knownNow(deps);
  for (const step of steps) {
    if (step.step !== 'grant' || known.has(holdingKey(step.holding))) continue;
    const { id, holding } = step;
    const provider = deps.providers.get(holding.target);
    await provider?.revoke(holding, null);
    await provider?.endSessions?.(holding);
    deps.log.warn('taken back', { id, target: holding.target });
  }
}

/** Keys of what live grants may hold. A ledger that cannot be read proves nothing. */
async function knownNow(deps: Deps): Promise<ReadonlySet<string>> {
  const snapshot = await deps.ledger.read().catch((): LedgerSnapshot | undefined => undefined);
  const live = (snapshot?.active ?? []).flatMap((one) => ('entry' in one ? [one.entry] : []));
  const claims = claimsOf(live, deps.clock.now()).filter(mayBeHeld);
  return new Set(claims.map((claim) => claim.key));
}
