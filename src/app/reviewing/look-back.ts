import type { Oid } from '../../core/approval.js';
import type { Entry } from '../../core/grant.js';
import type { Account } from '../../core/identity.js';
import { type HeldBy, heldBy, type LastHeld, lastHeldOf } from '../../core/lifecycle/last-held.js';
import type { FiledEntry, LedgerPast } from '../../ports/ledger-past.js';

/** So far back, and so many entries anew for one look. */
const MOST_MONTHS = 2;
const MOST_READ = 300;
const MOST_KEPT = 20_000;

/** By version, which is for ever the same document; `null`: it tells of nothing that was held. */
type Kept = Map<Oid, HeldBy | null>;
const keptOf = new WeakMap<LedgerPast, Kept>();

/**
 * When the subject had the same last, for whoever is asked to approve. It decides nothing and keeps nothing waiting: it goes by the
 * ledger as it was last known. While not all of the last months is read, only what lives is told, since something later may be among
 * what is not; the next look gets further.
 */
export async function lookBack(
  { past }: { readonly past: LedgerPast },
  asked: {
    readonly subject: Account | null;
    readonly entitlements: readonly string[];
    readonly live: readonly Entry[];
  },
): Promise<readonly LastHeld[]> {
  const { subject, entitlements, live } = asked;
  if (subject === null) return [];
  const living = live.flatMap((entry) => heldBy(entry) ?? []);
  const before = await toldBefore(past).catch(() => undefined);
  const now = new Set(live.map(({ id }) => id));
  // What lives is as it was just read, and not as it was filed.
  const over = (before ?? []).flatMap(({ id, told }) => (told === null || now.has(id) ? [] : [told]));
  return lastHeldOf([...living, ...over], { subject, entitlements });
}

interface Told {
  readonly id: FiledEntry['id'];
  readonly told: HeldBy | null;
}

/** @returns `undefined` while something of the last months is not read or cannot be. */
async function toldBefore(past: LedgerPast): Promise<readonly Told[] | undefined> {
  const kept = keptOf.get(past) ?? new Map();
  keptOf.set(past, kept);
  const months = (await past.months()).slice(0, MOST_MONTHS);
  const filed = (await Promise.all(months.map((month) => past.filed(month)))).flat();
  const fresh = filed.filter(({ version }) => !kept.has(version));
  for (const one of fresh.slice(0, MOST_READ)) await readInto(kept, past, one);
  if (fresh.length > MOST_READ) return undefined;
  const told = filed.map(({ id, version }) => ({ id, told: kept.get(version) ?? null }));
  forgetOldest(kept);
  return told;
}

/** @throws when an entry cannot be read: nobody knows what it tells. */
async function readInto(kept: Kept, past: LedgerPast, { id, version }: FiledEntry): Promise<void> {
  const read = await past.entry(id);
  if (read === undefined || 'problem' in read) throw new RangeError(`${id} cannot be read`);
  kept.set(version, heldBy(read.entry) ?? null);
}

function forgetOldest(kept: Kept): void {
  for (const version of kept.keys()) {
    if (kept.size <= MOST_KEPT) return;
    kept.delete(version);
  }
}
