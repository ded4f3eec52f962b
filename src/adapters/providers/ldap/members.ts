import { Blocked, Retry } from '../../../ports/fault.js';
import type { Found, Session } from './session.js';

/** @returns the values of an attribute, however the server spells its name. */
export function valuesOf(found: Found, attribute: string): readonly string[] {
  const key = Object.keys(found).find((name) => name.toLowerCase() === attribute.toLowerCase());
  const value = key === undefined ? [] : found[key];
  return [value ?? []].flat().map(String);
}

/** The same entry has the same id, whatever it is called and wherever it lies. @returns it in base64. */
export function idOf(found: Found, attribute: string): string | undefined {
  const key = Object.keys(found).find((name) => name.toLowerCase() === attribute.toLowerCase());
  const [value] = [key === undefined ? [] : (found[key] ?? [])].flat();
  return value === undefined || value.length === 0 ? undefined : Buffer.from(value).toString('base64');
}

/** More members than that are more than anybody reviews. */
const MOST_MEMBERS = 100_000;

/**
 * Every member of a group that was read with its member attribute. Active Directory hands out only 1,500 at once, under a name that
 * says which (MS-ADTS 3.1.1.3.1.3.3).
 * @param read reads one attribute of the group.
 */
export async function allMembers(
  group: Found,
  attribute: string,
  read: (attribute: string) => Promise<Found | undefined>,
): Promise<readonly string[]> {
  const members = [...valuesOf(group, attribute)];
  let part = rangeOf(group, attribute);
  while (part !== undefined) {
    members.push(...part.values);
    if (part.last === undefined) return members;
    if (members.length > MOST_MEMBERS)
      throw new Blocked('list_too_long', `${group.dn} has too many members`, 'Grant a smaller group.');
    const wanted = `${attribute};range=${part.last + 1}-*`;
    const next = rangeOf((await read(wanted)) ?? { dn: group.dn }, attribute);
    if (next?.first !== part.last + 1)
      throw new Retry('no_list', `the server did not answer ${wanted} of ${group.dn}`);
    part = next;
  }
  return members;
}

interface Part {
  readonly first: number;
  /** Absent: there are no more. */
  readonly last?: number;
  readonly values: readonly string[];
}

function rangeOf(found: Found, attribute: string): Part | undefined {
  for (const name of Object.keys(found)) {
    const [base, first, last] = /^(.+);range=([0-9]+)-([0-9]+|\*)$/i.exec(name)?.slice(1) ?? [];
    if (base?.toLowerCase() !== attribute.toLowerCase()) continue;
    const values = valuesOf(found, name);
    return { first: Number(first), values, ...(last === '*' ? {} : { last: Number(last) }) };
  }
  return undefined;
}

const AT_ONCE = 50;

/** Who the members are. */
export interface Named {
  /** Names below the base of people, and the bare DN of whatever is not there, such as a group in the group. */
  readonly names: readonly string[];
  /** False: some may be on another server. */
  readonly complete: boolean;
}

/** Leaves out the placeholder, which is nobody. */
export async function namesOfMembers(session: Session, members: readonly string[]): Promise<Named> {
  const { placeholder } = session;
  const nobody = placeholder === undefined ? undefined : await idAt(session, placeholder);
  const names: string[] = [];
  let complete = true;
  for (let at = 0; at < members.length; at += AT_ONCE) {
    const some = members.slice(at, at + AT_ONCE);
    const ids = await Promise.all(some.map((dn) => idAt(session, dn)));
    const people = await peopleWith(session, [...new Set(ids.filter((id) => id !== undefined))]);
    complete &&= people.complete;
    for (const [index, dn] of some.entries()) {
      const id = ids[index];
      if (id !== undefined && id === nobody) continue;
      names.push(...(people.names.get(id ?? '') ?? [dn]));
    }
  }
  return { names, complete };
}

async function peopleWith(
  session: Session,
  ids: readonly string[],
): Promise<{ readonly names: ReadonlyMap<string, readonly string[]>; readonly complete: boolean }> {
  const { peopleBase, peopleAttribute, idAttribute } = session;
  if (ids.length === 0) return { names: new Map(), complete: true };
  const { entries, complete } = await session.search(peopleBase, {
    scope: 'sub',
    any: ids.map((id) => [idAttribute, Buffer.from(id, 'base64')] as const),
    attributes: [peopleAttribute, idAttribute],
  });
  const named = entries.map(
    (found) => [idOf(found, idAttribute) ?? '', valuesOf(found, peopleAttribute)] as const,
  );
  return { names: new Map(named.filter(([, names]) => names.length > 0)), complete };
}

/** @returns the DN by which an entry is a member, wherever it lies and whatever it is called by now. */
export async function memberWithId(
  session: Session,
  members: readonly string[],
  id: string,
): Promise<string | undefined> {
  for (const dn of members) if ((await idAt(session, dn)) === id) return dn;
  return undefined;
}

/** Asks the server which entry a DN means; it knows how they compare. @returns undefined when there is none. */
async function idAt(session: Session, dn: string): Promise<string | undefined> {
  const { entries } = await unlessMissing(() =>
    session.search(dn, { scope: 'base', attributes: [session.idAttribute], most: 1 }),
  );
  return entries[0] === undefined ? undefined : idOf(entries[0], session.idAttribute);
}

const NO_SUCH_OBJECT = 32;
const INVALID_DN = 34;

/** Nothing is where it was looked for. */
export async function unlessMissing<T extends { readonly entries: readonly Found[] }>(
  ask: () => Promise<T>,
): Promise<T | { readonly entries: readonly Found[] }> {
  try {
    return await ask();
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === NO_SUCH_OBJECT || code === INVALID_DN) return { entries: [] };
    throw error;
  }
}
