import type { Coordinates, Holding } from '../../../core/grant.js';
import type { Blocked } from '../../../ports/fault.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import { isAboutResource } from './fault.js';
import { type Place, parseAsk, parseCoordinates } from './names.js';
import { holdersOf } from './policy.js';
import type { Gcp } from './session.js';

/**
 * Who holds what is named, one policy a resource. A resource that cannot be read leaves the others; when none can, that is the answer.
 * A binding of ours counts until it is gone, also when its time has passed: only Google's clock knows whether it has.
 */
export async function observe(
  gcp: Gcp,
  target: string,
  {
    scope,
    everybodyOf,
  }: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const held: ObservedHolding[] = [];
  const faults: Blocked[] = [];
  const places = byResource([...scope.map(parseAsk), ...everybodyOf.map(parseCoordinates)]);
  for (const [resource, roles] of places) {
    try {
      const policy = await gcp.readPolicy(resource);
      for (const role of roles)
        for (const { subject, ...seen } of holdersOf(policy, { resource, role }))
          held.push({ holding: { target, subject, grant: { resource, role } }, ...seen });
    } catch (error) {
      if (!isAboutResource(error)) throw error;
      faults.push(error);
    }
  }
  const [first] = faults;
  if (first !== undefined && faults.length === places.size) throw first;
  const clock = gcp.clock();
  return { complete: faults.length === 0, held, ...(clock === undefined ? {} : { clock }) };
}

/** Names that cannot exist are held by nobody. */
function byResource(places: readonly (Place | string)[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const place of places) {
    if (typeof place === 'string') continue;
    all.set(place.resource, (all.get(place.resource) ?? new Set()).add(place.role));
  }
  return all;
}
