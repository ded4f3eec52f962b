import { type Entry, type GrantEvent, type Holding, holdingKey } from '../../core/grant.js';
import { isLive, timesGranted } from '../../core/lifecycle/grant.js';
import { claimsOf } from '../../core/reconcile/claim.js';
import { byTarget, type PlanContext, planOf, type RevokeStep, type Step } from '../../core/reconcile/plan.js';
import { type Instant, secondsBetween } from '../../core/time.js';
import { Blocked, type Fault, isFault, Retry } from '../../ports/fault.js';
import type { Observation, ObservedHolding, Provider } from '../../ports/provider.js';
import type { Spooled } from '../../ports/spool.js';
import type { Ports } from '../ports.js';
import { inTurns } from './in-turns.js';
import { endingGrants, freshEndingGrants, type KnownGrants, knownGrant } from './known-grants.js';

export type EndDeps = Pick<
  Ports,
  'ledger' | 'providers' | 'spool' | 'lanes' | 'troubles' | 'clock' | 'timer' | 'log'
> & { readonly host: Pick<Ports['host'], 'hostClock'> };

/** What is taken into account of a plan. */
export type EndContext = Pick<PlanContext, 'starts' | 'waitingSince'> & {
  /** Only what should have ended so long ago; absent: all that is due. */
  readonly lateSeconds?: number;
};

/**
 * Takes away what is due: revoke, end sessions, read back, and only then an `ended` in the spool (T096). Targets go side by side and every
 * grant on its own, so a target that is away delays nobody else. Asks no policy and no review host, and waits for no ledger; what
 * happened is recorded by the next pass.
 * @returns when something that could not be ended is tried again.
 */
export async function endDue(deps: EndDeps, context: EndContext): Promise<Instant | undefined> {
  const known = await freshEndingGrants(deps);
  const now = deps.clock.now();
  const { steps } = planOf(claimsOf(known.entries, now), { now, ...context });
  const ready = steps.filter((step) => step.step === 'revoke' && deps.troubles.isReady(step, now));
  const late =
    context.lateSeconds === undefined ? ready : ready.filter(isLate(known.entries, now, context.lateSeconds));
  await Promise.all(
    byTarget(late, 'revoke').map((lane) => endOnTarget(deps, lane, { snapshot: known.snapshot, context })),
  );
  return deps.troubles.next();
}

/** Whether an end has been due for so long: since somebody asked for it, or since the grant was over. */
function isLate(entries: readonly Entry[], now: Instant, seconds: number): (step: Step) => boolean {
  const asked = new Map(
    entries.map(({ id, events }) => [id, events.find(({ event }) => event === 'end_requested')?.at]),
  );
  return (step) =>
    step.step === 'revoke' &&
    [step.overdueSince, asked.get(step.id)].some(
      (since) => since !== undefined && secondsBetween(since, now) >= seconds,
    );
}

interface Planned {
  readonly snapshot: KnownGrants['snapshot'];
  readonly context: EndContext;
}

async function endOnTarget(deps: EndDeps, steps: readonly RevokeStep[], planned: Planned): Promise<void> {
  // The next one need not wait for the disk: what is appended counts at once, and many are written together.
  const written: Promise<void>[] = [];
  const late = await inTurns(deps, { steps, urgency: 'end' }, async (step) => {
    const events = await endOne(deps, step, planned);
    written.push(deps.spool.append(events));
  });
  for (const step of late) {
    const silent = new Retry('target_silent', `${step.holding.target} does not answer`);
    written.push(deps.spool.append(await noteFault(deps, step, silent)));
  }
  await Promise.all(written);
}

/** @returns what there is to note of it. */
async function endOne(deps: EndDeps, step: RevokeStep, planned: Planned): Promise<readonly Spooled[]> {
  try {
    const { snapshot, entry } = await knownGrant(deps, step.id);
    const held = entry?.holdings.find(({ entitlement }) => entitlement === step.entitlement);
    if (entry === undefined || held === undefined || !isLive(held)) return [];
    if (snapshot !== planned.snapshot && !(await isStillDue(deps, step, planned.context))) return [];
    const left = await takeAway(deps.providers.get(step.holding.target), step.holding, held.receipt ?? null);
    deps.troubles.clear(step);
    const ended = stamped(deps, step, { event: 'ended', ...(left === 'standing' ? STANDING : {}) });
    return [{ ...ended, granted: timesGranted(entry, step.entitlement) }];
  } catch (error) {
    return noteFault(deps, step, asFault(error));
  }
}

const STANDING = { code: 'standing_access_remains' } as const;

/** Another grant may have come to cover it while this one waited for its turn. */
async function isStillDue(deps: EndDeps, step: RevokeStep, context: Planned['context']): Promise<boolean> {
  const { entries } = await endingGrants(deps);
  const now = deps.clock.now();
  const key = holdingKey(step.holding);
  const rivals = claimsOf(entries, now).filter((claim) => claim.key === key);
  return planOf(rivals, { now, ...context }).steps.some(
    (one) => one.step === 'revoke' && one.id === step.id && one.entitlement === step.entitlement,
  );
}

function stamped(
  deps: EndDeps,
  { id, entitlement, reason }: RevokeStep,
  event: Pick<GrantEvent, 'event' | 'code'>,
): Spooled {
  const hostAt = deps.host.hostClock();
  const stamps = { at: deps.clock.now(), ...(hostAt === undefined ? {} : { hostAt }) };
  const why = event.event === 'faulted' ? {} : { reason };
  return { id, event: { ...event, ...stamps, entitlement, ...why } };
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
  const seen = findIn(await provider.observe([holding]), holding);
  if (seen === undefined) return 'gone';
  // Somebody else gave it while ours ran. It is not ours to take, and the target can tell; it shows as drift from now on.
  if (seen.managed === 'no') return 'standing';
  throw new Retry('still_held', `${holding.target} still shows the access after it was revoked`);
}

/** What the target shows of the holding. @throws Retry when it showed a part and not this: a part of an answer proves no absence. */
export function findIn({ held, complete }: Observation, holding: Holding): ObservedHolding | undefined {
  const key = holdingKey(holding);
  const seen = held.find((one) => holdingKey(one.holding) === key);
  if (seen === undefined && !complete) {
    throw new Retry('partial_observation', `${holding.target} showed only a part`);
  }
  return seen;
}

/** @returns the fault, once: the same one again says nothing new and would only make the entry grow. */
async function noteFault(deps: EndDeps, step: RevokeStep, fault: Fault): Promise<readonly Spooled[]> {
  deps.troubles.note(step, fault, deps.clock.now());
  const { attempts = 1, unblock } = deps.troubles.of(step) ?? {};
  deps.log.error('revocation failed', {
    id: step.id,
    target: step.holding.target,
    code: fault.code,
    attempts,
    unblock,
  });
  const { entry } = await knownGrant(deps, step.id);
  const own = entry?.events.findLast((event) => event.entitlement === step.entitlement);
  const state = entry?.holdings.find(({ entitlement }) => entitlement === step.entitlement)?.state;
  if (state !== 'ending') return [stamped(deps, step, { event: 'ending', code: fault.code })];
  return own?.code === fault.code ? [] : [stamped(deps, step, { event: 'faulted', code: fault.code })];
}

/** A fault as it is; anything else is a bug in a provider, which must not stop the others and is tried again. */
export function asFault(error: unknown): Fault {
  return isFault(error)
    ? error
    : new Retry('unexpected', 'the provider failed in a way it does not declare', 0, error);
}
