import { withoutAdopted } from '../../core/access-review/adopted.js';
import type { Catalog } from '../../core/entitlement.js';
import { holdingKey } from '../../core/grant.js';
import type { People } from '../../core/people.js';
import type { Claim } from '../../core/reconcile/claim.js';
import type { Drift } from '../../core/reconcile/drift.js';
import { type DriftReport, driftKey, type Look, reportOf } from '../../core/reconcile/report.js';
import type { Instant } from '../../core/time.js';
import { adoptedNow } from '../access-reviews/records.js';
import { loadHoldings } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import { lookAtTargets } from './look-at-targets.js';
import { removeOrphans } from './remove-orphans.js';

type Deps = Pick<
  Ports,
  'providers' | 'repository' | 'kinds' | 'ledger' | 'lanes' | 'timer' | 'clock' | 'log'
>;

/** What the targets showed, against what the ledger wants. */
export interface Observed {
  /** What was found, orphans that were then removed included. */
  readonly drift: readonly Drift[];
  /** What is left of it. */
  readonly report: DriftReport;
  /** Keys of holdings that a complete observation did not show. */
  readonly missing: ReadonlySet<string>;
}

/** What passes of one process remember of drift. It only makes reports better and the ledger smaller: nothing is decided by it. */
export interface DriftMemory {
  readonly firstSeen: Map<string, Instant>;
  /** Orphans whose removal was recorded as intended and has failed since. */
  readonly recorded: Set<string>;
}

export function newDriftMemory(): DriftMemory {
  return { firstSeen: new Map(), recorded: new Set() };
}

/** What ids stand for by the default branch as it was last fetched; nothing while it cannot be read. */
export async function holdingsNow(
  deps: Pick<Ports, 'repository' | 'kinds' | 'log'>,
): Promise<{ readonly catalog?: Catalog; readonly people?: People }> {
  const loaded = await loadHoldings(deps, await deps.repository.head());
  if (loaded === undefined) deps.log.warn('catalog not readable, looking by live grants alone');
  return loaded ?? {};
}

/** Looks at the targets, removes orphans within the guard's limits, and reports everything else. */
export async function observeTargets(
  deps: Deps,
  claims: readonly Claim[],
  memory: DriftMemory = newDriftMemory(),
): Promise<Observed> {
  const documents = await holdingsNow(deps);
  const seen = await lookAtTargets(deps, claims, documents.catalog);
  const now = deps.clock.now();
  const looks = withoutAdopted(seen, await adoptedNow(deps, now));
  remember(memory, looks, now);
  const context = { ...documents, now, firstSeen: memory.firstSeen };
  const removed = await removeOrphans(deps, reportOf(looks, context), { claims, recorded: memory.recorded });
  const drift = looks.flatMap((look) => look.drift);
  for (const { kind, holding, id } of drift) {
    deps.log.warn('drift', { kind, target: holding.target, subject: holding.subject, id });
  }
  const left = looks.map((look) => ({
    ...look,
    drift: look.drift.filter((one) => one.kind !== 'orphaned' || !removed.has(holdingKey(one.holding))),
  }));
  return {
    drift,
    report: reportOf(left, context),
    missing: new Set(drift.filter((one) => one.kind === 'missing').map((one) => holdingKey(one.holding))),
  };
}

/** Keeps since when each drift is there. What a target that was away, or showed only a part, had before is kept as it was. */
function remember({ firstSeen }: DriftMemory, looks: readonly Look[], now: Instant): void {
  const seen = new Set(looks.flatMap(({ drift }) => drift.map(driftKey)));
  if (looks.every(({ looked }) => looked === 'whole')) {
    for (const key of firstSeen.keys()) if (!seen.has(key)) firstSeen.delete(key);
  }
  for (const key of seen) if (!firstSeen.has(key)) firstSeen.set(key, now);
}
