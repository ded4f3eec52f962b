import type { Catalog } from '../../core/entitlement.js';
import { type Coordinates, canonicalJson } from '../../core/grant.js';
import type { Claim } from '../../core/reconcile/claim.js';
import { coordinatesKey, driftOf } from '../../core/reconcile/drift.js';
import type { Look } from '../../core/reconcile/report.js';
import type { Provider } from '../../ports/provider.js';
import type { Ports } from '../ports.js';
import { asFault } from '../reconciling/end-due.js';

type Deps = Pick<Ports, 'providers' | 'clock' | 'log'>;

/**
 * Looks at every target that has live claims, or that can list who holds what the catalog has on it; all side by side. A target that is
 * away adds nothing: unseen is not absent.
 * @param catalog absent while it cannot be read: then only the claims say where to look.
 */
export async function lookAtTargets(
  deps: Deps,
  claims: readonly Claim[],
  catalog: Catalog | undefined,
): Promise<readonly Look[]> {
  const exclusive = exclusiveOf(catalog);
  const looks = [...deps.providers].map(([target, provider]) => {
    const mine = claims.filter((claim) => claim.holding.target === target);
    const everybodyOf = provider.abilities.enumerates ? coordinatesOn(target, catalog) : [];
    return lookAtTarget(deps, { target, provider, claims: mine, everybodyOf, exclusive });
  });
  return (await Promise.all(looks)).flat();
}

/** Keys of what nobody may hold but through a grant. */
function exclusiveOf(catalog: Catalog | undefined): ReadonlySet<string> {
  const entitlements = [...(catalog?.entitlements.values() ?? [])].filter(({ exclusive }) => exclusive);
  return new Set(entitlements.map(({ target, grant }) => coordinatesKey({ target: target.id, grant })));
}

/** What the catalog has on a target, each once. */
function coordinatesOn(target: string, catalog: Catalog | undefined): readonly Coordinates[] {
  const grants = [...(catalog?.entitlements.values() ?? [])]
    .filter((entitlement) => entitlement.target.id === target)
    .map(({ grant }): [string, Coordinates] => [canonicalJson(grant), grant]);
  return [...new Map(grants).values()];
}

interface Target {
  readonly target: string;
  readonly provider: Provider;
  readonly claims: readonly Claim[];
  readonly everybodyOf: readonly Coordinates[];
  readonly exclusive: ReadonlySet<string>;
}

async function lookAtTarget(
  deps: Deps,
  { target, provider, claims, everybodyOf, exclusive }: Target,
): Promise<Look[]> {
  if (claims.length === 0 && everybodyOf.length === 0) return [];
  try {
    const { held, complete } = await provider.observe(
      claims.map((claim) => claim.holding),
      everybodyOf,
    );
    const drift = driftOf(claims, held, { now: deps.clock.now(), complete, exclusive });
    const managed = held.filter((one) => one.managed === 'yes').length;
    return [{ target, looked: complete ? 'whole' : 'part', drift, managed }];
  } catch (error) {
    const { code } = asFault(error);
    deps.log.warn('target not observed', { target, code });
    return [{ target, looked: 'not', code, drift: [], managed: 0 }];
  }
}
