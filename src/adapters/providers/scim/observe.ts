import type { Coordinates, Holding } from '../../../core/grant.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { type Ask, type GroupAsk, parseAsk, parseCoordinates } from './ask.js';
import { findGroup, findUser, type Group, userNameOf } from './directory.js';
import { isHiddenMember, type Manners, readMembers } from './membership.js';

/** How many members nobody asked about are looked up by name; each costs a call. */
const MOST_OTHERS = 200;

interface Asked {
  readonly group: GroupAsk;
  readonly subjects: readonly string[];
  /** Whether everybody in it was asked about. */
  readonly everybody: boolean;
}

interface Seen {
  readonly complete: boolean;
  readonly subjects: readonly string[];
}

/** Who is in the groups that are named. */
export async function observe(
  api: Api,
  manners: Manners,
  {
    scope,
    everybodyOf,
  }: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const asked = byGroup([...scope.map(parseAsk), ...everybodyOf.map(parseCoordinates)]);
  const users = await findUsers(api, asked);
  const held: ObservedHolding[] = [];
  let complete = true;
  for (const one of asked) {
    const seen = await observeGroup(api, one, { manners, users });
    complete &&= seen.complete;
    const grant =
      one.group.id === undefined ? { group: one.group.name } : { group: one.group.name, id: one.group.id };
    for (const subject of seen.subjects)
      held.push({ holding: { target: api.target, subject, grant }, managed: 'unknown' });
  }
  return { complete, held };
}

interface Knowing {
  readonly manners: Manners;
  /** The id of each subject that exists. */
  readonly users: ReadonlyMap<string, string>;
}

async function observeGroup(api: Api, asked: Asked, { manners, users }: Knowing): Promise<Seen> {
  const group = await findGroup(api, asked.group);
  // A group that is not found by name may be called something else now; an id that is in no list was deleted.
  if (group === undefined) return { complete: asked.group.id !== undefined, subjects: [] };
  const wanted = new Map(asked.subjects.flatMap((name) => pair(users.get(name), name)));
  if (manners.members === 'hidden')
    return { complete: !asked.everybody, subjects: await hiddenOf(api, group, wanted) };
  const members = await readMembers(api, group);
  if (members === undefined) return { complete: false, subjects: [] };
  const subjects = [...members.ids].flatMap((id) => wanted.get(id) ?? []);
  const others = [...members.ids].filter((id) => !wanted.has(id));
  if (others.length > MOST_OTHERS) return { complete: !asked.everybody, subjects };
  const names = await namesOf(api, others);
  return {
    complete: !asked.everybody || names.length === others.length,
    subjects: [...new Set([...subjects, ...names])],
  };
}

async function hiddenOf(api: Api, group: Group, wanted: ReadonlyMap<string, string>): Promise<string[]> {
  const found: string[] = [];
  for (const [id, name] of wanted) if (await isHiddenMember(api, group, id)) found.push(name);
  return found;
}

async function namesOf(api: Api, ids: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (const id of ids) {
    const name = await userNameOf(api, id);
    if (name !== undefined) names.push(name);
  }
  return names;
}

async function findUsers(api: Api, asked: readonly Asked[]): Promise<ReadonlyMap<string, string>> {
  const users = new Map<string, string>();
  for (const subject of new Set(asked.flatMap(({ subjects }) => subjects))) {
    const user = await findUser(api, subject);
    if (user !== undefined) users.set(subject, user.id);
  }
  return users;
}

/** Names that cannot exist are held by nobody. */
function byGroup(asks: readonly (Ask | GroupAsk | string)[]): readonly Asked[] {
  const groups = new Map<string, Asked>();
  for (const ask of asks) {
    if (typeof ask === 'string') continue;
    const key = JSON.stringify([ask.name, ask.id]);
    const { subjects, everybody } = groups.get(key) ?? { subjects: [], everybody: false };
    const group = { name: ask.name, id: ask.id };
    groups.set(
      key,
      'subject' in ask
        ? { group, subjects: [...subjects, ask.subject], everybody }
        : { group, subjects, everybody: true },
    );
  }
  return [...groups.values()];
}

function pair(id: string | undefined, name: string): [string, string][] {
  return id === undefined ? [] : [[id, name]];
}
