import type { Json } from '../../../core/entitlement.js';
import { type Holding, holdingKey } from '../../../core/grant.js';
import { addSeconds, epochSeconds, type Instant } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import { type Certificate, parseCertificate } from './certificate.js';
import { clearAway, publish, readState, replaceList, revokedBy, type Session, type State } from './folder.js';
import { type Ask, holdingOf } from './names.js';
import { sign } from './sign.js';

/** For hosts whose clock is behind. */
const BACKDATED_SECONDS = 60;
/** How long a certificate stays on the list after it expired, for hosts whose clock is far behind. */
const KEPT_SECONDS = 86_400;
const KEY_ID_LENGTH = 200;

export interface Wish {
  readonly holding: Holding;
  readonly ask: Ask;
  readonly until: Instant;
  /** Goes into the certificate, and so into the log of every host it is used on. */
  readonly key: string;
  readonly now: Instant;
}

/**
 * A certificate has one end. Where it moves, another is issued; those that would outlast it are revoked first, and the others
 * stay good until their own end, so that nobody is cut off by an extension.
 */
export async function grant(session: Session, wish: Wish): Promise<GrantResult> {
  const { until, now, key } = wish;
  if (!(until > now)) throw notIssued(session, `the end ${until} has passed`);
  const end = secondsOf(until);
  const before = await readState(session);
  const live = liveOf(before, now).filter((one) => isOf(session, one, wish.holding));
  await settle(session, before, { revoke: live.filter(({ validBefore }) => validBefore > end), now });
  let certificate = live.find(({ validBefore }) => validBefore === end);
  if (certificate === undefined) {
    const order = { ask: wish.ask, keyId: keyIdOf(key), from: addSeconds(now, -BACKDATED_SECONDS), until };
    certificate = await sign(session, before.authority, order);
    await publish(session, certificate);
  }
  const { serial, text } = certificate;
  if (liveOf(await readState(session), now).some((one) => one.text === text)) {
    const receipt = { serial: String(serial), certificate: text };
    return { changed: live.length === 0, preexisting: false, receipt };
  }
  throw notIssued(session, `the certificate ${serial} is not in the folder, or is revoked`);
}

function notIssued({ target }: Session, why: string): Blocked {
  return new Blocked(
    'not_issued',
    `${target}: ${why}`,
    'Look at the clock of the server of Hallpass, and at who else writes to the folder.',
  );
}

/** Sooner or later a host hears of it: when it fetches the list. */
export async function revoke(
  session: Session,
  holding: Holding,
  { receipt, now }: { readonly receipt: Json; readonly now: Instant },
): Promise<{ changed: boolean }> {
  const state = await readState(session);
  const live = liveOf(state, now).filter((one) => isOf(session, one, holding));
  const lost = lostOf(state, receipt, now).filter((one) => isOf(session, one, holding));
  const all = [...live, ...lost];
  if (all.length === 0) return { changed: false };
  for (const one of lost) await publish(session, one);
  await settle(session, state, { revoke: all, now });
  const isRevoked = revokedBy((await readState(session)).list);
  if (all.every(({ serial }) => isRevoked(serial))) return { changed: true };
  throw new Retry('not_revoked', `${session.target}: somebody else wrote another revocation list`);
}

/** What opens doors now. */
export function liveOf({ certificates, list }: State, now: Instant): readonly Certificate[] {
  const isRevoked = revokedBy(list);
  const at = secondsOf(now);
  return certificates.filter(({ serial, validBefore }) => validBefore > at && !isRevoked(serial));
}

/** What a receipt knows of and the folder does not: somebody took it out of the folder, and it is as good as ever. */
function lostOf(state: State, receipt: Json, now: Instant): readonly Certificate[] {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return [];
  const { certificate: text } = receipt as { readonly [key: string]: Json };
  const certificate = typeof text === 'string' ? parseCertificate(text) : undefined;
  if (certificate === undefined || state.certificates.some((one) => one.text === certificate.text)) return [];
  const { authority } = certificate;
  if (!state.authority.publicKey.endsWith(` ${authority}`)) return [];
  return liveOf({ ...state, certificates: [certificate] }, now);
}

/** Writes the list where it changes. What expired long ago leaves it, and then the folder: the other way it would stay for ever. */
async function settle(
  session: Session,
  state: State,
  { revoke: revoked, now }: { readonly revoke: readonly Certificate[]; readonly now: Instant },
): Promise<void> {
  const over = secondsOf(now) - BigInt(KEPT_SECONDS);
  const stale = state.certificates.filter(({ validBefore }) => validBefore < over);
  const forgotten = new Set(stale.map(lineOf));
  const kept = state.list.filter((line) => !forgotten.has(line));
  if (revoked.length > 0 || kept.length < state.list.length)
    await replaceList(session, [...kept, ...revoked.map(lineOf)], epochSeconds(now));
  await clearAway(session, stale);
}

function lineOf({ serial }: Certificate): string {
  return `serial: ${serial}`;
}

function isOf({ target }: Session, certificate: Certificate, holding: Holding): boolean {
  return holdingKey(holdingOf(certificate, target)) === holdingKey(holding);
}

function secondsOf(instant: Instant): bigint {
  return BigInt(epochSeconds(instant));
}

function keyIdOf(key: string): string {
  return key.replace(/[^!-~]/g, '?').slice(0, KEY_ID_LENGTH);
}
