import { holdingKey } from '../../core/grant.js';
import { claimsOf, mayBeHeld } from '../../core/reconcile/claim.js';
import { byTarget, type GrantStep, type Step } from '../../core/reconcile/plan.js';
import { Retry } from '../../ports/fault.js';
import { type LedgerSnapshot, readableEntries } from '../../ports/ledger.js';
import type { Ports } from '../ports.js';
import { inTurns } from './in-turns.js';
import type { Journal } from './journal.js';

type Deps = Pick<Ports, 'ledger' | 'providers' | 'lanes' | 'timer' | 'clock' | 'log'>;

/**
 * Takes back what was just granted and could not be recorded, unless the ledger as it stands still wants it: another process may
 * have ended the grant while this one was granting, and then nobody would ever look at it again (T110). Standing access stays, and so
 * does what another grant holds.
 */
export async function takeBack(deps: Deps, journal: Journal, steps: readonly Step[]): Promise<void> {
  const given = steps.filter((step): step is GrantStep => step.step === 'grant' && isOurs(journal, step));
  const known = await knownNow(deps, journal, new Set(given.map(nameOf)));
  const back = given.filter(({ holding }) => !known.has(holdingKey(holding)));
  const late = await Promise.all(
    byTarget(back, 'grant').map((lane) =>
      inTurns(deps, { steps: lane, urgency: 'end' }, async ({ id, holding }) => {
        const provider = deps.providers.get(holding.target);
        await provider?.revoke(holding, null);
        await provider?.endSessions?.(holding);
        deps.log.warn('taken back', { id, target: holding.target });
      }),
    ),
  );
  if (late.some((steps) => steps.length > 0)) throw new Retry('target_silent', 'a target does not answer');
}

const nameOf = ({ id, entitlement }: Pick<Step, 'id' | 'entitlement'>): string => `${id}#${entitlement}`;

function isOurs(journal: Journal, { id, entitlement }: Step): boolean {
  const held = journal.entry(id)?.holdings.find((one) => one.entitlement === entitlement);
  return held?.preexisting === false;
}

/**
 * Keys of what live grants may hold and are to hold on. One that is to end counts for nothing: another process may have ended it before our
 * grant arrived and not recorded that yet, and would then look at the target no more. A ledger that cannot be read proves nothing about the
 * grants just given, but those that were there before them are not forgotten.
 */
async function knownNow(
  deps: Deps,
  journal: Journal,
  given: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const now = deps.clock.now();
  const snapshot = await deps.ledger.read().catch((): LedgerSnapshot | undefined => undefined);
  const claims =
    snapshot === undefined
      ? claimsOf(journal.live(), now).filter((claim) => !given.has(nameOf(claim)))
      : claimsOf(readableEntries(snapshot), now);
  return new Set(claims.filter((claim) => claim.end === undefined && mayBeHeld(claim)).map(({ key }) => key));
}
