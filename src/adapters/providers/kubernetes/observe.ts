import { type Coordinates, canonicalJson, type Holding, holdingKey } from '../../../core/grant.js';
import { Blocked } from '../../../ports/fault.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { bindingName, type Place, parseAsk, parseCoordinates } from './ask.js';
import { type Binding, bindingsAt, isOfRole, nameOf, readBinding } from './binding.js';

interface Asked {
  readonly grant: Coordinates;
  readonly place: Place;
}

/**
 * Who holds the roles that are named. A namespace that refuses us leaves the others to be seen; when all do, it is a fault. A list is read
 * to its end or not at all.
 */
export async function observe(
  api: Api,
  {
    scope,
    everybodyOf,
  }: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const held = new Map<string, ObservedHolding>();
  const refusals: Blocked[] = [];
  const places = byNamespace(scope, everybodyOf);
  for (const asked of places.values()) {
    const bindings = await unlessBlocked(() => bindingsOf(api, asked), refusals);
    for (const { grant, place } of asked)
      for (const binding of (bindings ?? []).filter((one) => isOfRole(one, place)))
        for (const one of holdersOf(binding, api.target, grant)) keep(held, one);
  }
  const [refusal] = refusals;
  if (refusal !== undefined && refusals.length === places.size) throw refusal;
  const clock = api.clock();
  return {
    complete: refusal === undefined,
    held: [...held.values()],
    ...(clock === undefined ? {} : { clock }),
  };
}

async function bindingsOf(api: Api, [first]: readonly Asked[]): Promise<readonly Binding[]> {
  return first === undefined ? [] : (await api.list(bindingsAt(first.place))).map(readBinding);
}

async function unlessBlocked<T>(work: () => Promise<T>, refusals: Blocked[]): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Blocked)) throw error;
    refusals.push(error);
    return undefined;
  }
}

/** Names that cannot exist are held by nobody. */
function byNamespace(
  scope: readonly Holding[],
  everybodyOf: readonly Coordinates[],
): ReadonlyMap<string | undefined, readonly Asked[]> {
  const sound = scope.filter((holding) => typeof parseAsk(holding) !== 'string').map(({ grant }) => grant);
  const grants = new Map([...sound, ...everybodyOf].map((grant) => [canonicalJson(grant), grant]));
  const places = new Map<string | undefined, Asked[]>();
  for (const grant of grants.values()) {
    const place = parseCoordinates(grant);
    if (typeof place === 'string') continue;
    places.set(place.namespace, [...(places.get(place.namespace) ?? []), { grant, place }]);
  }
  return places;
}

function holdersOf(binding: Binding, target: string, grant: Coordinates): ObservedHolding[] {
  return binding.subjects.map((subject) => {
    const holding = { target, subject: nameOf(subject), grant };
    return { holding, managed: binding.name === bindingName(holding) ? 'yes' : 'no' };
  });
}

/** Who holds it by ours and by another binding holds it by ours; the other one shows when ours is gone. */
function keep(held: Map<string, ObservedHolding>, one: ObservedHolding): void {
  const key = holdingKey(one.holding);
  if (held.get(key)?.managed !== 'yes') held.set(key, one);
}
