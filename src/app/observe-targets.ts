import { type Holding, holdingKey } from '../core/grant.js';
import type { Claim } from '../core/reconcile/claim.js';
import { coordinatesKey, type Drift, driftOf } from '../core/reconcile/drift.js';
import { guard } from '../core/reconcile/guard.js';
import type { Provider } from '../ports/provider.js';
import { asFault } from './end-due.js';
import { loadControl } from './load-control.js';
import type { Ports } from './ports.js';

type Deps = Pick<Ports, 'providers' | 'clock' | 'log'>;

/** What the targets showed, against what the ledger wants. */
export interface Observed {
  readonly drift: readonly Drift[];
  /** Keys of holdings that a complete observation did not show. */
  readonly missing: ReadonlySet<string>;
}

/** What nobody may hold but through a grant, as the catalog of the default branch says. None while it cannot be read. */
export async function exclusiveOf(deps: Pick<Ports, 'repository' | 'kinds'>): Promise<ReadonlySet<string>> {
  const loaded = await loadControl(deps, await deps.repository.head());
  if ('issues' in loaded) return new Set();
  const entitlements = [...loaded.control.catalog.entitlements.values()].filter(({ exclusive }) => exclusive);
  return new Set(entitlements.map(({ target, grant }) => coordinatesKey({ target: target.id, grant })));
}

/**
 * Looks at every target with live claims, all side by side. A target that is away adds nothing: unseen is not absent. Orphans, which
 * are ours and wanted by no grant, are removed within the guard's limits; everything else is reported.
 */
export async function observeTargets(
  deps: Deps,
  claims: readonly Claim[],
  exclusive: ReadonlySet<string>,
): Promise<Observed> {
  const targets = new Set(claims.map((claim) => claim.holding.target));
  const drifts = await Promise.all(
    [...targets].map((target) => observeTarget(deps, target, { claims, exclusive })),
  );
  const drift = drifts.flat();
  for (const one of drift) {
    deps.log.warn('drift', {
      kind: one.kind,
      target: one.holding.target,
      subject: one.holding.subject,
      id: one.id,
    });
  }
  return {
    drift,
    missing: new Set(drift.filter((one) => one.kind === 'missing').map((one) => holdingKey(one.holding))),
  };
}

async function observeTarget(
  deps: Deps,
  target: string,
  { claims, exclusive }: { readonly claims: readonly Claim[]; readonly exclusive: ReadonlySet<string> },
): Promise<Drift[]> {
  const provider = deps.providers.get(target);
  const mine = claims.filter((claim) => claim.holding.target === target);
  if (provider === undefined) return [];
  try {
    const { held, complete } = await provider.observe(mine.map((claim) => claim.holding));
    const drift = driftOf(mine, held, { now: deps.clock.now(), complete, exclusive });
    const managed = held.filter((one) => one.managed === 'yes').length;
    await removeOrphans(deps, provider, {
      orphans: drift.filter((one) => one.kind === 'orphaned').map((one) => one.holding),
      managed,
    });
    return drift;
  } catch (error) {
    deps.log.warn('target not observed', { target, code: asFault(error).code });
    return [];
  }
}

async function removeOrphans(
  deps: Deps,
  provider: Provider,
  { orphans, managed }: { readonly orphans: readonly Holding[]; readonly managed: number },
): Promise<void> {
  const verdict = guard({ removals: orphans.length, managed });
  if (verdict.verdict === 'stop') {
    deps.log.error('orphans left alone', { reason: verdict.message });
    return;
  }
  for (const orphan of orphans) {
    await provider.revoke(orphan, null);
    await provider.endSessions?.(orphan);
    deps.log.warn('orphan removed', { target: orphan.target, subject: orphan.subject });
  }
}
