import type { Entry } from '../../core/grant.js';
import { sameLogin } from '../../core/identity.js';
import { isLive, isLiveEntry } from '../../core/lifecycle/grant.js';
import { parseRequestId, type RequestId } from '../../core/request.js';
import { hasEnded } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { OwnPullRequests } from '../../ports/own-pull-requests.js';
import type { Wish } from './draft-request.js';

interface Deps {
  readonly desk: Pick<OwnPullRequests, 'entry'>;
  readonly clock: Clock;
}

/** How many of the grants asked for before under the same name are looked at; each is a call. */
const MOST_LOOKED = 3;

/** A grant by which the subject holds all of it now, among those that were asked for under the same name. */
export async function heldAlready(
  { desk, clock }: Deps,
  { subject, entitlements }: Wish,
  before: readonly RequestId[],
): Promise<Entry | undefined> {
  for (const id of before.slice(-MOST_LOOKED).toReversed()) {
    const entry = await desk.entry(id);
    if (entry === undefined || entry.subject === null || !sameLogin(entry.subject.login, subject)) continue;
    const held = new Set(entry.holdings.filter(isLive).map(({ entitlement }) => entitlement));
    const isOver = hasEnded(entry.window?.expiresAt, clock.now());
    if (!isOver && entitlements.every((id) => held.has(id))) return entry;
  }
  return undefined;
}

/** Why the grant that a wish names cannot be prolonged; `undefined`: nothing speaks against it, or it names none. */
export async function whyNotProlonged({ desk, clock }: Deps, wish: Wish): Promise<string | undefined> {
  if (wish.extends === undefined) return undefined;
  const id = parseRequestId(wish.extends);
  const entry = id === undefined ? undefined : await desk.entry(id);
  if (entry === undefined) return 'the ledger has no such grant';
  if (!isLiveEntry(entry) || hasEnded(entry.window?.expiresAt, clock.now()))
    return 'it does not live any more';
  if (entry.subject === null || !sameLogin(entry.subject.login, wish.subject))
    return `it is not held by ${wish.subject}`;
  return undefined;
}
