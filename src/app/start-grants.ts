import { type GrantedHolding, holdingKey } from '../core/grant.js';
import type { Claim } from '../core/reconcile/claim.js';
import { byKey, mayBeHeld } from '../core/reconcile/claim.js';
import { byTarget, type GrantStep, planOf, type Step } from '../core/reconcile/plan.js';
import { hasEnded } from '../core/time.js';
import { Blocked, type Fault, Retry } from '../ports/fault.js';
import type { Provider } from '../ports/provider.js';
import { asFault, find, lastCode } from './end-grants.js';
import type { Journal } from './journal.js';
import type { Ports } from './ports.js';

type Deps = Pick<Ports, 'providers' | 'clock' | 'log'>;

/**
 * Looks at what subjects have before anything is granted, and notes it in the journal. What another of our grants holds is no
 * standing access. A target that cannot be looked at leaves its steps for the next pass: nothing is granted unseen.
 */
export async function lookBefore(deps: Deps, journal: Journal, claims: readonly Claim[]): Promise<void> {
  const rivals = byKey(claims);
  for (const step of planOf(claims, { now: deps.clock.now(), starts: 'open' }).steps) {
    if (step.step !== 'look') continue;
    const ours = (rivals.get(holdingKey(step.holding)) ?? []).some(
      (rival) => mayBeHeld(rival) && rival.preexisting === false,
    );
    try {
      const preexisting = !ours && (await isStanding(providerOf(deps, step.holding.target), step.holding));
      journal.look(step.id, { entitlement: step.entitlement, at: deps.clock.now(), preexisting });
    } catch (error) {
      noteFault(deps, journal, step, asFault(error));
    }
  }
}

async function isStanding(provider: Provider, holding: GrantedHolding['holding']): Promise<boolean> {
  const seen = await find(provider, holding);
  return seen !== undefined && seen.managed !== 'yes';
}

/** Grants what is intended, reads it back and notes it. Targets go side by side; one that fails delays nobody else. */
export async function startGrants(deps: Deps, journal: Journal, steps: readonly Step[]): Promise<void> {
  await Promise.all(byTarget(steps, 'grant').map((lane) => grantInTurn(deps, journal, lane)));
}

async function grantInTurn(deps: Deps, journal: Journal, steps: readonly GrantStep[]): Promise<void> {
  for (const step of steps) {
    try {
      await grantOne(deps, journal, step);
    } catch (error) {
      noteFault(deps, journal, step, asFault(error));
    }
  }
}

async function grantOne(deps: Deps, journal: Journal, step: GrantStep): Promise<void> {
  // The steps before this one may have taken their time, and an end never moves.
  if (hasEnded(step.until, deps.clock.now())) return;
  const { entitlement } = step;
  if (heldOf(journal, step)?.preexisting === true) {
    journal.change(step.id, { event: 'granted', at: deps.clock.now(), entitlement, code: 'preexisting' });
    return;
  }
  const provider = providerOf(deps, step.holding.target);
  await provider.preflight?.(step.holding);
  const { receipt } = await provider.grant(step.holding, step.until, `${step.id}#${entitlement}`);
  if ((await find(provider, step.holding)) === undefined) {
    throw new Retry('not_held', `${step.holding.target} does not show the access after it was granted`);
  }
  const event = { event: 'granted', at: deps.clock.now(), entitlement } as const;
  journal.change(step.id, step.because === 'intended' ? event : { ...event, code: step.because }, {
    receipt,
  });
}

function providerOf(deps: Deps, target: string): Provider {
  const provider = deps.providers.get(target);
  if (provider !== undefined) return provider;
  throw new Blocked(
    'target_not_configured',
    `the target ${target} is not in the settings`,
    `Add the target ${target} to the settings of the server.`,
  );
}

function heldOf(journal: Journal, step: Pick<GrantStep, 'id' | 'entitlement'>): GrantedHolding | undefined {
  return journal.entry(step.id)?.holdings.find((one) => one.entitlement === step.entitlement);
}

/** Records a fault once; the same one again says nothing new and would only make the entry grow. */
function noteFault(
  deps: Deps,
  journal: Journal,
  step: Pick<GrantStep, 'id' | 'entitlement' | 'holding'>,
  fault: Fault,
): void {
  deps.log.warn('grant failed', { id: step.id, target: step.holding.target, code: fault.code });
  if (lastCode(journal, step) === fault.code) return;
  journal.change(step.id, {
    event: 'faulted',
    at: deps.clock.now(),
    entitlement: step.entitlement,
    code: fault.code,
  });
}
