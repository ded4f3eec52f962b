import type { Json } from '../../../core/entitlement.js';
import type { Instant } from '../../../core/time.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import type { Settings } from './connection.js';
import { type Facts, type Membership, readFacts } from './facts.js';
import { refuseUnfit } from './judge.js';
import type { Ask } from './names.js';
import { forgetEnd, holdReaper, noteEnd } from './reaper.js';
import { readReceipt, receiptOf } from './receipt.js';
import { inTurn, type Session } from './session.js';

const OPTIONS_SINCE = 160_000;

/** Makes an existing login a member of the role, unless it is one already. */
export async function grantMembership(
  session: Session,
  ask: Ask,
  { until, settings }: { readonly until: Instant; readonly settings: Settings },
): Promise<GrantResult> {
  return inTurn(session, ask.login, async () => {
    await holdReaper(session, ask, settings);
    const before = await readFacts(session, ask);
    refuseUnfit(before, ask, session.name);
    const receipt = receiptOf(before);
    const isHeld = before.memberships.some(isOurs);
    if (!isHeld && before.memberships.some(isStanding)) return { changed: false, preexisting: true, receipt };
    await noteEnd(session, before, { until, settings, made: false });
    if (!isHeld) await addMember(session, ask, before.version);
    return { changed: !isHeld, preexisting: false, receipt };
  });
}

/** Grants and reads back. Never with the ADMIN option: whoever has it can hand access on (T109). */
export async function addMember(session: Session, ask: Ask, version: number): Promise<void> {
  const options =
    version >= OPTIONS_SINCE ? 'WITH ADMIN FALSE, INHERIT TRUE, SET TRUE GRANTED BY CURRENT_USER' : '';
  await session.query(`GRANT ${session.name(ask.role)} TO ${session.name(ask.login)} ${options}`);
  const after = await readFacts(session, ask);
  if (after.role?.name === ask.role && after.login?.name === ask.login && after.memberships.some(isOurs))
    return;
  throw new Blocked(
    'not_granted',
    `${ask.login} did not become a member of ${ask.role}`,
    'Look into the log of the server.',
  );
}

/** Takes away what we gave, and nothing else. */
export async function revokeMembership(
  session: Session,
  ask: Ask,
  receipt: Json,
): Promise<{ changed: boolean }> {
  return inTurn(session, ask.login, async () => {
    const facts = await readFacts(session, ask, readReceipt(receipt));
    refuseForeign(facts, ask, { session, receipt });
    const changed = facts.memberships.some(({ ours }) => ours);
    if (changed) await removeMember(session, facts);
    await forgetEnd(session, facts);
    return { changed };
  });
}

/**
 * PostgreSQL 16 keeps what others gave; before, there is but one row, and it is ours or theirs. CASCADE: should somebody have
 * added the ADMIN option to it, what was handed on by it goes too.
 */
export async function removeMember(session: Session, { role, login, version }: Facts): Promise<void> {
  if (role === null || login === null) return;
  const by = version >= OPTIONS_SINCE ? 'GRANTED BY CURRENT_USER' : '';
  await session.query(`REVOKE ${session.name(role.name)} FROM ${session.name(login.name)} ${by} CASCADE`);
}

/** What we gave under another name cannot be told from standing access, so it must not pass for ended. */
function refuseForeign(
  facts: Facts,
  ask: Ask,
  { session, receipt }: { session: Session; receipt: Json },
): void {
  const grantor = readReceipt(receipt).grantor;
  if (grantor === undefined || grantor === session.user) return;
  if (!facts.memberships.some((one) => one.grantor === grantor)) return;
  const by = facts.version >= OPTIONS_SINCE ? ` GRANTED BY ${session.name(grantor)}` : '';
  throw new Blocked(
    'other_grantor',
    `${ask.role} was given to ${ask.login} by ${grantor}, and we are ${session.user} now`,
    `Run: REVOKE ${session.name(ask.role)} FROM ${session.name(ask.login)}${by};`,
  );
}

function isOurs(one: Membership): boolean {
  return one.ours && one.usable && !one.admin;
}

function isStanding(one: Membership): boolean {
  return !one.ours && one.usable;
}
