import { Blocked } from '../../../ports/fault.js';
import { allMembers, idOf, valuesOf } from './members.js';
import type { Ask } from './names.js';
import type { Found, Session, Where } from './session.js';

export interface Person {
  readonly dn: string;
  /** In base64. */
  readonly id: string;
}

export interface Group extends Person {
  readonly members: readonly string[];
  /** Its class forbids it to be empty (RFC 4519: `member` is mandatory). */
  readonly needsMember: boolean;
}

const NEVER_EMPTY: ReadonlySet<string> = new Set(['groupofnames', 'groupofuniquenames']);

/** @throws Blocked when the group or the person is not there. */
export async function lookUp(session: Session, ask: Ask): Promise<{ person: Person; group: Group }> {
  const group = await findGroup(session, ask.group);
  if (group === undefined) throw unknownGroup(session, ask);
  const person = await findPerson(session, ask.subject);
  if (person === undefined) throw unknownSubject(session, ask);
  return { person, group };
}

/** @returns undefined when nobody has exactly this name: servers find `alice` for `ALICE` as well. */
export async function findPerson(session: Session, subject: string): Promise<Person | undefined> {
  const { peopleBase, peopleAttribute } = session;
  const found = await findOne(session, peopleBase, { by: [peopleAttribute, subject], attributes: [] });
  if (found === undefined || !valuesOf(found, peopleAttribute).includes(subject)) return undefined;
  return { dn: found.dn, id: idIn(session, found) };
}

export async function findPersonById(session: Session, id: string): Promise<Person | undefined> {
  const by = [session.idAttribute, Buffer.from(id, 'base64')] as const;
  const found = await findOne(session, session.peopleBase, { by, attributes: [] });
  return found === undefined ? undefined : { dn: found.dn, id };
}

/** @param id in base64; goes before the name, so that a group is found after it was renamed. */
export async function findGroup(session: Session, name: string, id?: string): Promise<Group | undefined> {
  const { groupsBase, groupAttribute, memberAttribute, idAttribute } = session;
  const by =
    id === undefined
      ? ([groupAttribute, name] as const)
      : ([idAttribute, Buffer.from(id, 'base64')] as const);
  const attributes = ['objectClass', memberAttribute];
  const found = await findOne(session, groupsBase, { by, attributes });
  if (found === undefined) return undefined;
  if (id === undefined && !valuesOf(found, groupAttribute).includes(name)) return undefined;
  const members = await allMembers(found, memberAttribute, (attribute) =>
    readOne(session, found.dn, attribute),
  );
  const needsMember = valuesOf(found, 'objectClass').some((one) => NEVER_EMPTY.has(one.toLowerCase()));
  // What cannot be empty and shows nobody is hidden from us, and nobody would ever be seen to be in it.
  if (needsMember && members.length === 0) throw hidden(session, found.dn);
  return { dn: found.dn, id: idIn(session, found), members, needsMember };
}

/** Asks the server, which knows how DNs compare: case, spaces and escapes do not count. */
export async function isMember(session: Session, group: Group, dn: string): Promise<boolean> {
  const all = [[session.memberAttribute, dn] as const];
  const { entries } = await session.search(group.dn, { scope: 'base', all, attributes: ['1.1'], most: 1 });
  return entries.length === 1;
}

async function findOne(
  session: Session,
  base: string,
  { by, attributes }: { readonly by: Where; readonly attributes: readonly string[] },
): Promise<Found | undefined> {
  const wanted = [...attributes, by[0], session.idAttribute];
  const { entries } = await session.search(base, { scope: 'sub', all: [by], attributes: wanted, most: 2 });
  if (entries.length <= 1) return entries[0];
  throw new Blocked(
    'ambiguous',
    `${session.target}: there are several entries with ${by[0]}=${by[1]} below ${base}`,
    `Rename all but one of them, or name a narrower base in the settings.`,
  );
}

async function readOne(session: Session, dn: string, attribute: string): Promise<Found | undefined> {
  const { entries } = await session.search(dn, { scope: 'base', attributes: [attribute], most: 1 });
  return entries[0];
}

function idIn({ target, idAttribute }: Session, found: Found): string {
  const id = idOf(found, idAttribute);
  if (id !== undefined) return id;
  throw new Blocked(
    'no_id',
    `${target}: ${found.dn} has no ${idAttribute}`,
    'Let Hallpass read it, or correct id_attribute in the settings (objectGUID in Active Directory).',
  );
}

function hidden({ target, bindDn, memberAttribute }: Session, dn: string): Blocked {
  return new Blocked(
    'members_hidden',
    `${target}: ${bindDn} cannot read ${memberAttribute} of ${dn}`,
    'Run the set-up of docs/providers/ldap.md again.',
  );
}

export function unknownGroup({ target, groupsBase }: Session, { group }: Pick<Ask, 'group'>): Blocked {
  return new Blocked(
    'unknown_group',
    `${target}: there is no group named exactly ${group} below ${groupsBase}`,
    'Correct the group in the catalog. Where a group with grants was moved or deleted, move it back or make it again.',
  );
}

export function unknownSubject(session: Session, { subject }: Pick<Ask, 'subject'>): Blocked {
  const { target, peopleAttribute, peopleBase } = session;
  return new Blocked(
    'unknown_subject',
    `${target}: nobody below ${peopleBase} has exactly the ${peopleAttribute} ${subject}`,
    'Correct the identity in the people document.',
  );
}
