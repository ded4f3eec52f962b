import type { Entry } from '../../core/grant.js';
import { isLive } from '../../core/lifecycle/grant.js';
import type { TargetHealth, TargetsModel } from '../../views/web/targets-page.js';
import type { Ports } from '../ports.js';
import { knownGrants } from '../reconciling/known-grants.js';
import type { ControlNow } from './control-now.js';
import { hindrancesOf, type SeeingDeps } from './standing-now.js';

type Deps = SeeingDeps & Pick<Ports, 'providers'> & { readonly controlNow: ControlNow };

/** How targets are, by what was seen last: nobody is asked anything for a page. */
export async function targetHealth(deps: Deps): Promise<TargetsModel> {
  const [{ entries }, control] = await Promise.all([knownGrants(deps), deps.controlNow()]);
  const look = deps.lastSeen.look() ?? null;
  const catalog = control?.catalog.targets;
  const ids = new Set([
    ...deps.providers.keys(),
    ...(catalog?.keys() ?? []),
    ...entries.flatMap(({ holdings }) => holdings.map(({ holding }) => holding.target)),
  ]);
  const targets = [...ids].sort().map((id): TargetHealth => {
    const provider = deps.providers.get(id);
    const target = catalog?.get(id);
    return {
      id,
      kind: target?.kind ?? null,
      abilities: provider?.abilities ?? target?.abilities ?? null,
      isConfigured: provider !== undefined,
      live: entries.reduce((sum, entry) => sum + liveOn(entry, id).length, 0),
      hindrances: entries.flatMap((entry) =>
        hindrancesOf(deps, entry, liveOn(entry, id)).map((one) => ({ ...one, id: entry.id })),
      ),
      report: look?.targets.find(({ target: name }) => name === id) ?? null,
    };
  });
  return { targets, lookedAt: look?.at ?? null };
}

function liveOn({ holdings }: Entry, target: string): readonly string[] {
  return holdings.flatMap((held) =>
    isLive(held) && held.holding.target === target ? [held.entitlement] : [],
  );
}
