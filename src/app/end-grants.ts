import { type GrantedHolding, type Holding, type HoldingState, holdingKey } from '../core/grant.js';
import { isLive } from '../core/lifecycle/grant.js';
import {
  byTarget,
  type ReleaseStep,
  type RevokeStep,
  type Step,
  type VoidStep,
} from '../core/reconcile/plan.js';
import type { RequestId } from '../core/request.js';
import { Blocked, type Fault, isFault, Retry } from '../ports/fault.js';
import type { ObservedHolding, Provider } from '../ports/provider.js';
import type { Journal } from './journal.js';
import type { Ports } from './ports.js';

type Deps = Pick<Ports, 'providers' | 'clock' | 'log'>;

/**
 * Takes access away: revoke, end sessions, read back, and only then an `ended` in the journal (T096). Targets go side by side and
 * every grant on its own, so a target that is away delays nobody else. Asks no policy, no review host and no ledger.
 */
export async function endGrants(deps: Deps, journal: Journal, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (step.step === 'release') release(deps, journal, step);
    if (step.step === 'void') voidGrant(deps, journal, step);
  }
  await Promise.all(byTarget(steps, 'revoke').map((lane) => revokeInTurn(deps, journal, lane)));
}

async function revokeInTurn(deps: Deps, journal: Journal, steps: readonly RevokeStep[]): Promise<void> {
  for (const step of steps) {
    try {
      const left = await takeAway(
        deps.providers.get(step.holding.target),
        step.holding,
        receiptOf(journal, step),
      );
      const { entitlement, reason } = step;
      const event = { event: 'ended', at: deps.clock.now(), entitlement, reason } as const;
      journal.change(step.id, left === 'standing' ? { ...event, code: 'standing_access_remains' } : event);
    } catch (error) {
      noteFault(deps, journal, step, asFault(error));
    }
  }
}

async function takeAway(
  provider: Provider | undefined,
  holding: Holding,
  receipt: Parameters<Provider['revoke']>[1],
): Promise<'gone' | 'standing'> {
  if (provider === undefined) {
    throw new Blocked(
      'target_not_configured',
      `the target ${holding.target} is not in the settings`,
      `Add the target ${holding.target} to the settings again, so that its access can be ended.`,
    );
  }
  await provider.revoke(holding, receipt);
  await provider.endSessions?.(holding);
  const seen = await find(provider, holding);
  if (seen === undefined) return 'gone';
  // Somebody else gave it while ours ran. It is not ours to take, and the target can tell; it shows as drift from now on.
  if (seen.managed === 'no') return 'standing';
  throw new Retry('still_held', `${holding.target} still shows the access after it was revoked`);
}

/** What the target shows of the holding. A part of an answer proves no absence. */
export async function find(provider: Provider, holding: Holding): Promise<ObservedHolding | undefined> {
  const observation = await provider.observe([holding]);
  const key = holdingKey(holding);
  const seen = observation.held.find((one) => holdingKey(one.holding) === key);
  if (seen === undefined && !observation.complete) {
    throw new Retry('partial_observation', `${holding.target} showed only a part`);
  }
  return seen;
}

function receiptOf(journal: Journal, step: RevokeStep) {
  const held = journal.entry(step.id)?.holdings.find((one) => one.entitlement === step.entitlement);
  return held?.receipt ?? null;
}

/** Records a fault once; the same one again says nothing new and would only make the entry grow. */
function noteFault(deps: Deps, journal: Journal, step: RevokeStep, fault: Fault): void {
  deps.log.error('revocation failed', { id: step.id, target: step.holding.target, code: fault.code });
  const { entitlement, reason } = step;
  const state = stateOf(journal, step);
  const at = deps.clock.now();
  if (state !== 'ending') {
    journal.change(step.id, { event: 'ending', at, entitlement, reason, code: fault.code });
  } else if (lastCode(journal, step) !== fault.code) {
    journal.change(step.id, { event: 'faulted', at, entitlement, code: fault.code });
  }
}

function stateOf(
  journal: Journal,
  step: { id: RevokeStep['id']; entitlement: string },
): HoldingState | undefined {
  return journal.entry(step.id)?.holdings.find((one) => one.entitlement === step.entitlement)?.state;
}

/** The code of the last fault of one holding. */
export function lastCode(
  journal: Journal,
  step: { id: RevokeStep['id']; entitlement: string },
): string | undefined {
  return journal.entry(step.id)?.events.findLast((event) => event.entitlement === step.entitlement)?.code;
}

/** A fault as it is; anything else is a bug in a provider, which must not stop the others and is tried again. */
export function asFault(error: unknown): Fault {
  return isFault(error)
    ? error
    : new Retry('unexpected', 'the provider failed in a way it does not declare', 0, error);
}

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
