import { type GrantedHolding, type Holding, holdingKey } from '../../core/grant.js';
import { eventAfter, isLive } from '../../core/lifecycle/grant.js';
import { claimsOf } from '../../core/reconcile/claim.js';
import {
  type GrantStep,
  type PlanContext,
  planOf,
  type ReleaseStep,
  type VoidStep,
} from '../../core/reconcile/plan.js';
import type { RequestId } from '../../core/request.js';
import type { Spooled } from '../../ports/spool.js';
import type { Ports } from '../ports.js';
import type { Journal } from './journal.js';
import { isOvertaken } from './known-grants.js';
import { type StartDeps, startGrants } from './start-grants.js';

/** What was taken into a journal. */
export interface TakenIn {
  /** To be settled once the journal is recorded. What the ledger is past already is among them. */
  readonly spooled: readonly Spooled[];
  /** Keys of holdings that are gone from their targets. */
  readonly gone: ReadonlySet<string>;
}

/** Takes what has happened since the last record into the journal. */
export async function takeInSpool(deps: Pick<Ports, 'spool'>, journal: Journal): Promise<TakenIn> {
  const spooled = await deps.spool.pending();
  const gone = new Set<string>();
  for (const one of spooled) {
    const { id, event } = one;
    const entry = journal.entry(id);
    const possible = entry && !isOvertaken(entry, one) ? eventAfter(entry, event) : undefined;
    if (possible === undefined) continue;
    journal.change(id, possible);
    const held = entry?.holdings.find(({ entitlement }) => entitlement === event.entitlement);
    if (held !== undefined && event.event === 'ended') gone.add(holdingKey(held.holding));
  }
  return { spooled, gone };
}

/**
 * Ends that touch no target, because another grant covers the access, the subject had it before us or it was never given; and what will
 * not be granted any more. Where a longer grant ends before a shorter one, native expiry moves back first: afterwards nothing would
 * tell that the target ends it too late (I-25), so the longer one stays until that is done, and so does an extension that will not start.
 */
export async function settleEnds(
  deps: StartDeps,
  journal: Journal,
  starts: PlanContext['starts'],
): Promise<void> {
  const now = deps.clock.now();
  const { steps } = planOf(claimsOf(journal.live(), now), { now, starts });
  const shortened = steps.filter((step) => step.step === 'grant' && step.because === 'shortened');
  const failed = await startGrants(deps, journal, shortened);
  for (const step of steps) {
    if (step.step === 'release' && !(step.because === 'covered' && isHeldUp(journal, step, failed)))
      release(deps, journal, step);
    if (step.step === 'void' && !isHeldUp(journal, step, failed)) voidGrant(deps, journal, step);
  }
}

function isHeldUp(
  journal: Journal,
  { id, entitlement }: ReleaseStep | VoidStep,
  failed: readonly GrantStep[],
): boolean {
  const held = journal.entry(id)?.holdings.find((one) => one.entitlement === entitlement);
  return failed.some((one) => held !== undefined && holdingKey(one.holding) === holdingKey(held.holding));
}

type Deps = Pick<Ports, 'clock'>;

/**
 * What another grant covers stays, so the other one has to be what it was: two processes that each end one of two grants must not both
 * leave the access to the other's (T110).
 */
function release(deps: Deps, journal: Journal, step: ReleaseStep): void {
  if (step.because === 'covered') journal.relyOn(holdersOf(journal, step.holding));
  const { entitlement, reason } = step;
  journal.change(step.id, { event: 'ended', at: deps.clock.now(), entitlement, reason, code: step.because });
}

function holdersOf(journal: Journal, holding: Holding): RequestId[] {
  const key = holdingKey(holding);
  const holds = (held: GrantedHolding): boolean => isLive(held) && holdingKey(held.holding) === key;
  return journal.live().flatMap((entry) => (entry.holdings.some(holds) ? [entry.id] : []));
}

function voidGrant(deps: Deps, journal: Journal, step: VoidStep): void {
  const { entitlement, reason } = step;
  journal.change(step.id, { event: 'voided', at: deps.clock.now(), entitlement, reason });
}
