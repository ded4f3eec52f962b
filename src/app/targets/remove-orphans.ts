import { type Holding, holdingKey } from '../../core/grant.js';
import { type Claim, claimsOf, mayBeHeld } from '../../core/reconcile/claim.js';
import type { Orphan, OrphanRecord } from '../../core/reconcile/orphan.js';
import type { DriftFinding, DriftReport, TargetReport } from '../../core/reconcile/report.js';
import { isFault } from '../../ports/fault.js';
import { readableEntries } from '../../ports/ledger.js';
import type { Provider } from '../../ports/provider.js';
import type { Ports } from '../ports.js';
import { asFault, findIn } from '../reconciling/end-due.js';
import { inTurns } from '../reconciling/in-turns.js';

type Deps = Pick<Ports, 'providers' | 'ledger' | 'lanes' | 'timer' | 'clock' | 'log'>;

interface Known {
  /** What this pass knows to be wanted, recorded or not. */
  readonly claims: readonly Claim[];
  /** Orphans whose removal is recorded as intended already. */
  readonly recorded: Set<string>;
}

/**
 * Removes what is ours and wanted by no grant, within the guard's limits. No grant tells of it, so the ledger does: before the target is
 * touched and after it was read back (ADR 11). Without a ledger to record it in, it stays and is reported: nothing is past its end here.
 * @returns keys of what is gone.
 */
export async function removeOrphans(
  deps: Deps,
  { targets }: DriftReport,
  known: Known,
): Promise<ReadonlySet<string>> {
  const removed = await Promise.all(
    targets.map(async (report) => {
      const orphans = report.findings.filter(({ kind }) => kind === 'orphaned');
      if (orphans.length === 0 || isStopped(deps, report)) return [];
      try {
        return await removeFrom(deps, { target: report.target, orphans }, known);
      } catch (error) {
        deps.log.warn('orphans not removed', { target: report.target, code: asFault(error).code });
        return [];
      }
    }),
  );
  return new Set(removed.flat());
}

function isStopped(deps: Deps, { target, stopped }: TargetReport): boolean {
  if (stopped !== null) deps.log.error('orphans left alone', { target, reason: stopped });
  return stopped !== null;
}

async function removeFrom(
  deps: Deps,
  { target, orphans }: { readonly target: string; readonly orphans: readonly DriftFinding[] },
  { claims, recorded }: Known,
): Promise<readonly string[]> {
  const provider = deps.providers.get(target);
  if (provider === undefined) return [];
  const fresh = orphans.filter((orphan) => !recorded.has(holdingKey(orphan)));
  await record(deps, { target, stage: 'intended', orphans: fresh.map((one) => orphanOf(one)) });
  for (const orphan of fresh) recorded.add(holdingKey(orphan));
  // Whatever was intended meanwhile, here or by another process, is no orphan any more.
  const wanted = new Set([...claims, ...(await claimsNow(deps))].filter(mayBeHeld).map(({ key }) => key));
  const codes = new Map<string, string | undefined>();
  const steps = orphans.map((orphan) => ({ holding: holdingOf(orphan) }));
  const late = await inTurns(deps, { steps, urgency: 'other' }, async ({ holding }) => {
    const key = holdingKey(holding);
    codes.set(key, wanted.has(key) ? 'held_by_grant' : await removeOne(deps, provider, holding));
  });
  for (const { holding } of late) codes.set(holdingKey(holding), 'target_silent');
  const gone = orphans.map(holdingKey).filter((key) => codes.get(key) === undefined);
  const said = orphans.filter((orphan) => gone.includes(holdingKey(orphan)) || fresh.includes(orphan));
  const done = said.map((orphan) => orphanOf(orphan, codes.get(holdingKey(orphan))));
  await record(deps, { target, stage: 'done', orphans: done }).catch(unlessFault(deps, target));
  for (const key of gone) recorded.delete(key);
  return gone;
}

/** One that cannot be removed does not keep the others. @returns why it was not, or `undefined` once it was seen to be gone. */
async function removeOne(deps: Deps, provider: Provider, holding: Holding): Promise<string | undefined> {
  const { target, subject } = holding;
  try {
    await provider.revoke(holding, null);
    await provider.endSessions?.(holding);
    const left = findIn(await provider.observe([holding]), holding);
    if (left?.managed === 'yes') return 'still_held';
    deps.log.warn('orphan removed', { target, subject });
    return undefined;
  } catch (error) {
    const { code } = asFault(error);
    deps.log.error('orphan not removed', { target, subject, code });
    return code;
  }
}

async function claimsNow(deps: Deps): Promise<readonly Claim[]> {
  return claimsOf(readableEntries(await deps.ledger.read()), deps.clock.now());
}

async function record(deps: Deps, record: Pick<OrphanRecord, 'target' | 'stage' | 'orphans'>): Promise<void> {
  const { orphans } = record;
  if (orphans.length === 0) return;
  const { head } = await deps.ledger.read();
  await deps.ledger.append({
    base: head,
    subject: `${record.stage === 'intended' ? 'remove' : 'removed'}: ${orphans.length} orphans`,
    entries: [],
    violations: [],
    orphans: [{ version: 1, at: deps.clock.now(), ...record }],
  });
}

/** The removal is done and was announced in the ledger; that its end could not be recorded undoes nothing. */
function unlessFault(deps: Deps, target: string): (error: unknown) => void {
  return (error) => {
    if (!isFault(error)) throw error;
    deps.log.error('removal of orphans not recorded', { target, code: error.code });
  };
}

function orphanOf({ subject, grant, entitlements }: DriftFinding, code?: string): Orphan {
  return { subject, grant, entitlements, ...(code === undefined ? {} : { code }) };
}

function holdingOf({ target, subject, grant }: DriftFinding): Holding {
  return { target, subject, grant };
}
