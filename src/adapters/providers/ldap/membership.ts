import type { Json } from '../../../core/entitlement.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import { resultOf } from './fault.js';
import {
  findGroup,
  findPerson,
  findPersonById,
  type Group,
  isMember,
  lookUp,
  unknownGroup,
} from './lookup.js';
import { memberWithId } from './members.js';
import type { Ask } from './names.js';
import type { Session } from './session.js';

/** Result codes (RFC 4511, appendix A). Active Directory says 68 where others say 20. */
const NO_SUCH_ATTRIBUTE = 16;
const ALREADY: ReadonlySet<number | undefined> = new Set([20, 68]);
const OBJECT_CLASS_VIOLATION = 65;

/** The last member of such a group cannot be taken out, so one has to stay whom no grant takes out (T108). */
export async function refuseEmptying(session: Session, group: Group): Promise<void> {
  const { target, placeholder, memberAttribute } = session;
  if (!group.needsMember) return;
  if (placeholder !== undefined && (await isMember(session, group, placeholder))) return;
  throw new Blocked(
    'no_placeholder',
    `${target}: ${group.dn} cannot be empty, and has no member that stays`,
    placeholder === undefined
      ? 'Make an entry that is nobody, make it a member of the group, and name it as "placeholder" in the settings.'
      : `Add "${memberAttribute}: ${placeholder}" to ${group.dn}.`,
  );
}

/** @param begun whether this process began to grant it when the person was no member: directories do not say who added one. */
export async function grantMembership(
  session: Session,
  ask: Ask,
  begun: { has(): boolean; note(): void },
): Promise<GrantResult> {
  const { person, group } = await lookUp(session, ask);
  const receipt = { group: group.id, person: person.id, member: person.dn };
  if (await isMember(session, group, person.dn))
    return { changed: false, preexisting: !begun.has(), receipt };
  await refuseEmptying(session, group);
  begun.note();
  try {
    await session.change(group.dn, 'add', [session.memberAttribute, person.dn]);
  } catch (error) {
    if (!ALREADY.has(resultOf(error))) throw error;
  }
  if (await isMember(session, group, person.dn)) return { changed: true, preexisting: false, receipt };
  throw new Blocked(
    'not_granted',
    `${session.target}: ${person.dn} did not become a member of ${group.dn}`,
    'Look into the log of the server, and let Hallpass read the members of its groups.',
  );
}

/** Takes out whoever the entry is now, and the DN that was put in, should the entry be gone and leave it behind. */
export async function revokeMembership(
  session: Session,
  ask: Ask,
  receipt: Json,
): Promise<{ changed: boolean }> {
  const known = readReceipt(receipt);
  const group = await findGroup(session, ask.group, known.group);
  if (group === undefined) throw unknownGroup(session, ask);
  let changed = false;
  for (const dn of new Set([await memberDn(session, ask, { group, known }), known.member])) {
    if (dn !== undefined && (await isMember(session, group, dn)))
      changed = (await takeOut(session, group, dn)) || changed;
  }
  return { changed };
}

/** Whoever the entry is now. Outside the base of people it is looked for among the members, one by one. */
async function memberDn(
  session: Session,
  ask: Ask,
  { group, known }: { readonly group: Group; readonly known: Receipt },
): Promise<string | undefined> {
  if (known.person === undefined) return (await findPerson(session, ask.subject))?.dn;
  const person = await findPersonById(session, known.person);
  return person?.dn ?? memberWithId(session, group.members, known.person);
}

async function takeOut(session: Session, group: Group, dn: string): Promise<boolean> {
  try {
    await session.change(group.dn, 'delete', [session.memberAttribute, dn]);
    return true;
  } catch (error) {
    const result = resultOf(error);
    if (result === NO_SUCH_ATTRIBUTE) return false;
    if (result !== OBJECT_CLASS_VIOLATION) throw error;
    throw new Blocked(
      'last_member',
      `${session.target}: ${dn} is the last member of ${group.dn}, which cannot be empty`,
      `Add a member that stays to ${group.dn}: "${session.memberAttribute}: ${session.placeholder ?? 'an entry that is nobody'}". Then the access ends at the next attempt.`,
      error,
    );
  }
}

interface Receipt {
  readonly group?: string;
  readonly person?: string;
  readonly member?: string;
}

/** Total: receipts of other versions or none at all give what they can. */
function readReceipt(receipt: Json): Receipt {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return {};
  const { group, person, member } = receipt as { readonly [key: string]: Json };
  return {
    ...(typeof group === 'string' ? { group } : {}),
    ...(typeof person === 'string' ? { person } : {}),
    ...(typeof member === 'string' ? { member } : {}),
  };
}
