import type { EndReason, Holding, VoidReason } from '../grant.js';
import type { RequestId } from '../request.js';
import { type Instant, later, secondsBetween } from '../time.js';
import { byKey, type Claim, isDue, mayBeHeld } from './claim.js';

/** One intended step. Plain JSON: a dry run prints the plan and stops. */
export type Step = RevokeStep | ReleaseStep | VoidStep | StartStep | LookStep | GrantStep;

/** Take the access away, end its sessions, read back, record. */
export interface RevokeStep {
  readonly step: 'revoke';
  readonly id: RequestId;
  readonly entitlement: string;
  readonly holding: Holding;
  readonly reason: EndReason;
  readonly overdueSince: Instant;
}

/** Record the end and leave the target alone: another grant still covers it, the subject had it before us, or we never touched it. */
export interface ReleaseStep {
  readonly step: 'release';
  readonly id: RequestId;
  readonly entitlement: string;
  readonly holding: Holding;
  readonly reason: EndReason;
  readonly because: 'covered' | 'preexisting' | 'untouched';
}

/** Record that something approved will never be granted. Nothing was, so no target is touched. */
export interface VoidStep {
  readonly step: 'void';
  readonly id: RequestId;
  readonly entitlement: string;
  readonly reason: VoidReason;
}

/** Its start has come: check once more who may hold it, then grant. */
export interface StartStep {
  readonly step: 'start';
  readonly id: RequestId;
  readonly entitlement: string;
  readonly holding: Holding;
}

/**
 * Intended, but what the subject had before us is not recorded yet. It is looked at and recorded before the target is touched:
 * after a crash nobody could tell standing access from our own on a target that does not remember who granted, such as a GitHub team.
 */
export interface LookStep {
  readonly step: 'look';
  readonly id: RequestId;
  readonly entitlement: string;
  readonly holding: Holding;
}

/** Grant, or grant again: the intent is recorded already. */
export interface GrantStep {
  readonly step: 'grant';
  readonly id: RequestId;
  readonly entitlement: string;
  readonly holding: Holding;
  /**
   * The latest end of all claims to the same holding that are due, and of those that prolong one of them without a gap: native expiry
   * never cuts one short (I-25).
   */
  readonly until: Instant;
  readonly because: 'intended' | 'missing' | 'shortened' | 'prolonged';
}

export interface Plan {
  /** Revokes first, then releases and voids, then starts and grants. */
  readonly steps: readonly Step[];
}

/** Steps of one kind by their target, in their order: targets go side by side, and one that is away delays no other. */
export function byTarget<Kind extends Step['step']>(
  steps: readonly Step[],
  kind: Kind,
): readonly (readonly Extract<Step, { step: Kind }>[])[] {
  const lanes = new Map<string, Extract<Step, { step: Kind }>[]>();
  for (const step of steps) {
    if (!isOf(step, kind) || !('holding' in step)) continue;
    lanes.set(step.holding.target, [...(lanes.get(step.holding.target) ?? []), step]);
  }
  return [...lanes.values()];
}

function isOf<Kind extends Step['step']>(step: Step, kind: Kind): step is Extract<Step, { step: Kind }> {
  return step.step === kind;
}

export interface PlanContext {
  readonly now: Instant;
  /** Keys of holdings that were read back and found absent. */
  readonly missing?: ReadonlySet<string>;
  /**
   * Whether grants whose start has come were dealt with in this pass. Before that, a grant that ends waits for the one that takes
   * over from it; after that, only what is granted or intended can take over, and nothing waits past its end.
   */
  readonly starts: 'open' | 'settled';
  /**
   * With `open`: nothing waits for a successor longer than half a minute after its end or after this instant, whichever is later. Absent
   * in a pass, which settles starts itself.
   */
  readonly waitingSince?: Instant;
}

const LONGEST_WAIT_SECONDS = 30;

/**
 * What to do about every live claim. Pure and total: the same claims at the same instant give the same plan, so running a
 * pass twice changes nothing.
 *
 * Access at an instant is the union of the grants that are due: one that ends never removes what another still covers (T098).
 */
export function planOf(claims: readonly Claim[], context: PlanContext): Plan {
  const rivals = byKey(claims);
  const steps = claims.flatMap((claim) => stepFor(claim, rivals.get(claim.key) ?? [], context));
  return { steps: steps.toSorted((a, b) => ORDER[a.step] - ORDER[b.step]) };
}

const ORDER: Readonly<Record<Step['step'], number>> = {
  revoke: 0,
  release: 1,
  void: 2,
  start: 3,
  look: 4,
  grant: 5,
};

function stepFor(claim: Claim, rivals: readonly Claim[], context: PlanContext): Step[] {
  const { id, entitlement, holding, end } = claim;
  if (end !== undefined) return endStep(claim, end, { rivals, context });
  if (!isDue(claim, context.now)) return [];
  if (claim.state === 'scheduled') return [{ step: 'start', id, entitlement, holding }];
  if (claim.state === 'intended' && claim.preexisting === undefined)
    return [{ step: 'look', id, entitlement, holding }];
  const because = grantCause(claim, rivals, context);
  if (because === undefined) return [];
  const due = rivals.filter((rival) => isDue(rival, context.now) && rival.state !== 'scheduled');
  const covering = [...due, ...due.flatMap((one) => successorsOf(one, rivals))];
  const until = covering.map((one) => one.expiresAt).reduce(later, claim.expiresAt);
  return [{ step: 'grant', id, entitlement, holding, until, because }];
}

function grantCause(
  claim: Claim,
  rivals: readonly Claim[],
  context: PlanContext,
): GrantStep['because'] | undefined {
  if (claim.state === 'intended') return 'intended';
  if (claim.state !== 'active' || claim.preexisting !== false) return undefined;
  if (context.missing?.has(claim.key)) return 'missing';
  // One that lasts longer is being ended early: what the target will end by itself must move back to what remains.
  const longerEnds = rivals.some((rival) => rival.end !== undefined && rival.expiresAt > claim.expiresAt);
  if (longerEnds) return 'shortened';
  // It starts where this one ends; a target that ends by itself would leave a gap between the two.
  return successorsOf(claim, rivals).length > 0 && !claim.prolonged ? 'prolonged' : undefined;
}

/** Approved grants that prolong a claim and have not started. */
function successorsOf(claim: Claim, rivals: readonly Claim[]): readonly Claim[] {
  return rivals.filter(
    (rival) =>
      rival.extends === claim.id &&
      rival.state === 'scheduled' &&
      rival.end === undefined &&
      rival.startsAt <= claim.expiresAt,
  );
}

function endStep(
  claim: Claim,
  reason: EndReason,
  { rivals, context }: { rivals: readonly Claim[]; context: PlanContext },
): Step[] {
  const { id, entitlement, holding } = claim;
  if (claim.state === 'scheduled') return [{ step: 'void', id, entitlement, reason: voidReason(reason) }];
  const release = (because: ReleaseStep['because']): Step[] => [
    { step: 'release', id, entitlement, holding, reason, because },
  ];
  if (claim.preexisting === true) return release('preexisting');
  // Nothing is granted before it was looked at, so this one was not.
  if (claim.state === 'intended' && claim.preexisting === undefined) return release('untouched');
  const heirs = rivals.filter((rival) => isDue(rival, context.now) && rival.preexisting !== true);
  if (heirs.some((heir) => mayBeHeld(heir) && heir.preexisting === false)) return release('covered');
  if (heirs.length > 0 && waits(claim, context)) return [];
  return [{ step: 'revoke', id, entitlement, holding, reason, overdueSince: claim.expiresAt }];
}

function waits({ expiresAt }: Claim, { now, starts, waitingSince }: PlanContext): boolean {
  if (starts === 'settled' || waitingSince === undefined) return starts === 'open';
  return secondsBetween(later(expiresAt, waitingSince), now) <= LONGEST_WAIT_SECONDS;
}

/** A scheduled grant whose window has passed was missed; the other reasons keep their name. */
function voidReason(reason: EndReason): VoidReason {
  if (reason === 'expired' || reason === 'superseded') return 'missed';
  return reason;
}
