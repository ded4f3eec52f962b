import { type Coordinates, canonicalJson, type Holding } from '../../../core/grant.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import { findUser, isGone } from './directory.js';
import { isMissing } from './fault.js';
import type { Graph } from './graph.js';
import { listPeople } from './members.js';
import { coordinatesOf, isObjectId, type Place, parseAsk, parseCoordinates } from './names.js';
import { type Assignment, listAssignments } from './pim.js';

/** Entra does not tell who added somebody, but some of what it tells cannot be ours. */
export type Holder = Pick<ObservedHolding, 'managed' | 'until'> & { readonly user: string };

/** Who holds what is named. Subjects are written as they were asked about, and by object id otherwise. */
export async function observe(
  graph: Graph,
  target: string,
  {
    scope,
    everybodyOf,
  }: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const asks = scope.map(parseAsk).filter((ask) => typeof ask !== 'string');
  const spelled = await spellings(graph, new Set(asks.map(({ subject }) => subject)));
  const held: ObservedHolding[] = [];
  let complete = true;
  for (const place of distinct([...asks, ...everybodyOf.map(parseCoordinates)])) {
    const holders = await holdersUnlessMissing(graph, place);
    complete &&= holders !== undefined;
    for (const { user, ...seen } of holders ?? [])
      held.push({
        holding: { target, subject: spelled.get(user) ?? user, grant: coordinatesOf(place) },
        ...seen,
      });
  }
  const clock = graph.clock();
  return { complete, held, ...(clock === undefined ? {} : { clock }) };
}

async function spellings(graph: Graph, subjects: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const spelled = new Map<string, string>();
  for (const subject of subjects) {
    const user = isObjectId(subject) ? subject : await findUser(graph, subject);
    if (user !== undefined) spelled.set(user, subject);
  }
  return spelled;
}

/** Names that cannot exist are held by nobody. */
function distinct(places: readonly (Place | string)[]): readonly Place[] {
  const known = places.filter((place) => typeof place !== 'string');
  return [...new Map(known.map((place) => [canonicalJson(coordinatesOf(place)), place])).values()];
}

/** @returns undefined when nobody is proved to be out of it. */
async function holdersUnlessMissing(graph: Graph, place: Place): Promise<readonly Holder[] | undefined> {
  try {
    return await holdersOf(graph, place);
  } catch (error) {
    if (isMissing(error)) return (await isGone(graph, place.group)) ? [] : undefined;
    throw error;
  }
}

export async function holdersOf(graph: Graph, { group, isPim }: Place): Promise<readonly Holder[]> {
  if (isPim) {
    // A list of assignments may be empty for want of a group, which is no proof.
    await graph.get(`groups/${group}?$select=id`);
    return holdersByPim(await listAssignments(graph, group));
  }
  const direct = new Set(await listPeople(graph, group, 'members'));
  const all = await listPeople(graph, group, 'transitiveMembers');
  return [
    ...[...direct].map((user) => ({ user, managed: 'unknown' as const })),
    ...all.filter((user) => !direct.has(user)).map((user) => ({ user, managed: 'no' as const })),
  ];
}

/** What we assign has an end. So what has none, or was activated, or comes through a group, was there without us. */
function holdersByPim(assignments: readonly Assignment[]): readonly Holder[] {
  const holders = new Map<string, Holder>();
  for (const { user, until, isDirect } of assignments) {
    const isForeign = !isDirect || until === undefined;
    if (isForeign && holders.get(user)?.managed === 'unknown') continue;
    const end = until === undefined ? {} : { until };
    holders.set(user, { user, managed: isForeign ? 'no' : 'unknown', ...end });
  }
  return [...holders.values()];
}
