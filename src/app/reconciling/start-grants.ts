import { type GrantedHolding, holdingKey } from '../../core/grant.js';
import { byKey, type Claim, claimsOf, mayBeHeld } from '../../core/reconcile/claim.js';
import { byTarget, type GrantStep, type LookStep, planOf, type Step } from '../../core/reconcile/plan.js';
import { hasEnded, secondsBetween } from '../../core/time.js';
import { Blocked, type Fault, Retry } from '../../ports/fault.js';
import type { Observation, Provider } from '../../ports/provider.js';
import type { Ports } from '../ports.js';
import { asFault, findIn } from './end-due.js';
import { inTurns } from './in-turns.js';
import type { Journal } from './journal.js';
import { knownGrant } from './known-grants.js';

export type StartDeps = Pick<Ports, 'ledger' | 'spool' | 'providers' | 'lanes' | 'clock' | 'timer' | 'log'>;

/**
 * Looks at what subjects have before anything is granted, and notes it in the journal. What another of our grants holds is no
 * standing access. A target that cannot be looked at leaves its steps for the next pass: nothing is granted unseen.
 */
export async function lookBefore(deps: StartDeps, journal: Journal, claims: readonly Claim[]): Promise<void> {
  const { steps } = planOf(claims, { now: deps.clock.now(), starts: 'open' });
  const rivals = byKey(claims);
  const isOurs = ({ holding }: LookStep): boolean =>
    (rivals.get(holdingKey(holding)) ?? []).some((rival) => mayBeHeld(rival) && rival.preexisting === false);
  const look = async (step: LookStep, still: () => boolean): Promise<void> => {
    try {
      const preexisting = await isStanding(deps, step, isOurs(step));
      const { entitlement } = step;
      if (still()) journal.look(step.id, { entitlement, at: deps.clock.now(), preexisting });
    } catch (error) {
      if (still()) noteFault(deps, journal, step, asFault(error));
    }
  };
  await eachTarget(deps, journal, { lanes: byTarget(steps, 'look'), work: look });
}

async function isStanding(deps: StartDeps, { holding }: LookStep, isOurs: boolean): Promise<boolean> {
  const provider = providerOf(deps, holding.target);
  const observation = await provider.observe([holding]);
  refuseSkew(deps, holding.target, observation);
  const seen = findIn(observation, holding);
  return !isOurs && seen !== undefined && seen.managed !== 'yes';
}

const MOST_SKEW_SECONDS = 60;

/** A target whose clock is wrong ends what it ends by itself at the wrong time: nothing new is granted there (T089). */
function refuseSkew({ clock }: StartDeps, target: string, { clock: theirs }: Observation): void {
  const skew = theirs === undefined ? 0 : Math.abs(secondsBetween(clock.now(), theirs));
  if (skew <= MOST_SKEW_SECONDS) return;
  throw new Blocked(
    'target_clock_skew',
    `the clock of ${target} is ${skew} seconds away from ours`,
    `Set the clock of ${target} or of this server right; nothing new is granted there before that.`,
  );
}

/**
 * Grants what is intended, reads it back and notes it. Targets go side by side; one that fails delays nobody else.
 * @returns the steps that could not be done.
 */
export async function startGrants(
  deps: StartDeps,
  journal: Journal,
  steps: readonly Step[],
): Promise<readonly GrantStep[]> {
  const failed: GrantStep[] = [];
  const work = async (step: GrantStep, still: () => boolean): Promise<void> => {
    try {
      await grantOne(deps, journal, step);
    } catch (error) {
      failed.push(step);
      if (still()) noteFault(deps, journal, step, asFault(error));
    }
  };
  const late = await eachTarget(deps, journal, { lanes: byTarget(steps, 'grant'), work });
  return [...failed, ...late];
}

async function eachTarget<Of extends LookStep | GrantStep>(
  deps: StartDeps,
  journal: Journal,
  {
    lanes,
    work,
  }: {
    readonly lanes: readonly (readonly Of[])[];
    readonly work: (step: Of, still: () => boolean) => Promise<void>;
  },
): Promise<readonly Of[]> {
  const late = await Promise.all(lanes.map((steps) => inTurns(deps, { steps, urgency: 'other' }, work)));
  for (const step of late.flat()) {
    const { target } = step.holding;
    noteFault(deps, journal, step, new Retry('target_silent', `${target} does not answer`));
  }
  return late.flat();
}

async function grantOne(deps: StartDeps, journal: Journal, step: GrantStep): Promise<void> {
  if (!(await isWanted(deps, step))) return;
  const { entitlement } = step;
  if (heldOf(journal, step)?.preexisting === true) {
    journal.change(step.id, { event: 'granted', at: deps.clock.now(), entitlement, code: 'preexisting' });
    return;
  }
  const provider = providerOf(deps, step.holding.target);
  await provider.preflight?.(step.holding);
  const { receipt } = await provider.grant(step.holding, step.until, `${step.id}#${entitlement}`);
  if (findIn(await provider.observe([step.holding]), step.holding) === undefined) {
    throw new Retry('not_held', `${step.holding.target} does not show the access after it was granted`);
  }
  const event = { event: 'granted', at: deps.clock.now(), entitlement } as const;
  journal.change(step.id, step.because === 'intended' ? event : { ...event, code: step.because }, {
    receipt,
  });
}

/**
 * Whether the grant still stands when its turn has come: recorded with what the subject had before, not ended and not to be ended.
 * What was planned may have waited behind the very end of the grant, and an end never moves.
 */
async function isWanted(deps: StartDeps, step: GrantStep): Promise<boolean> {
  const now = deps.clock.now();
  if (hasEnded(step.until, now)) return false;
  const { entry } = await knownGrant(deps, step.id);
  const claims = entry === undefined ? [] : claimsOf([entry], now);
  const own = claims.find(({ entitlement }) => entitlement === step.entitlement);
  return own !== undefined && own.end === undefined && own.preexisting !== undefined;
}

function providerOf(deps: StartDeps, target: string): Provider {
  const provider = deps.providers.get(target);
  if (provider !== undefined) return provider;
  throw new Blocked(
    'target_not_configured',
    `the target ${target} is not in the settings`,
    `Add the target ${target} to the settings of the server.`,
  );
}

type Of = Pick<GrantStep, 'id' | 'entitlement' | 'holding'>;

function heldOf(journal: Journal, step: Of): GrantedHolding | undefined {
  return journal.entry(step.id)?.holdings.find((one) => one.entitlement === step.entitlement);
}

/** Records a fault once; the same one again says nothing new and would only make the entry grow. */
function noteFault(deps: StartDeps, journal: Journal, step: Of, fault: Fault): void {
  const unblock = fault.fault === 'blocked' ? fault.unblock : undefined;
  deps.log.warn('grant failed', { id: step.id, target: step.holding.target, code: fault.code, unblock });
  const entry = journal.entry(step.id);
  const own = entry?.events.findLast((event) => event.entitlement === step.entitlement);
  if (own?.code === fault.code) return;
  const at = deps.clock.now();
  journal.change(step.id, { event: 'faulted', at, entitlement: step.entitlement, code: fault.code });
}
