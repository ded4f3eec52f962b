import type { Entry } from '../../core/grant.js';
import { catchUp, timesGranted } from '../../core/lifecycle/grant.js';
import { type EndIndex, endingEntries, indexEnds } from '../../core/reconcile/end-index.js';
import type { RequestId } from '../../core/request.js';
import { secondsBetween } from '../../core/time.js';
import { isFault } from '../../ports/fault.js';
import { type KnownLedger, type LedgerSnapshot, readableEntries } from '../../ports/ledger.js';
import type { Spooled } from '../../ports/spool.js';
import type { Ports } from '../ports.js';
import { patiently } from './lanes.js';

type Deps = Pick<Ports, 'ledger' | 'spool' | 'clock' | 'timer' | 'log'>;

/** What is live as far as is known here: the ledger, and what has happened since and waits to be recorded. */
export interface KnownGrants {
  /** Equal snapshots, equal grants but for what waits to be recorded. */
  readonly snapshot: LedgerSnapshot;
  readonly entries: readonly Entry[];
}

const NOTHING: LedgerSnapshot = { head: null, cursor: null, active: [] };

/** Waits for nothing but the disk. */
export async function knownGrants(deps: Pick<Ports, 'ledger' | 'spool'>): Promise<KnownGrants> {
  const { snapshot, since } = await knownNow(deps);
  return { snapshot, entries: readableEntries(snapshot).map((entry) => since.get(entry.id) ?? entry) };
}

/** Those that have to end now, with all that share a holding with one of them: what their ends are planned by. */
export async function endingGrants(deps: Pick<Ports, 'ledger' | 'spool' | 'clock'>): Promise<KnownGrants> {
  const { snapshot, since } = await knownNow(deps);
  return { snapshot, entries: endingEntries(indexOf(snapshot), deps.clock.now(), since) };
}

/** One of them as it stands at this moment, and the snapshot it is from. */
export async function knownGrant(
  deps: Pick<Ports, 'ledger' | 'spool'>,
  id: RequestId,
): Promise<{ readonly snapshot: LedgerSnapshot; readonly entry: Entry | undefined }> {
  const [known, own] = await Promise.all([deps.ledger.known(), deps.spool.pendingOf(id)]);
  const snapshot = known?.snapshot ?? NOTHING;
  const entry = indexOf(snapshot).byId.get(id)?.entry;
  return { snapshot, entry: entry && asItStands(entry, own) };
}

interface KnownNow {
  readonly snapshot: LedgerSnapshot;
  /** Entries of the snapshot to which something has happened since, as they stand now. */
  readonly since: ReadonlyMap<RequestId, Entry>;
}

async function knownNow(deps: Pick<Ports, 'ledger' | 'spool'>): Promise<KnownNow> {
  const [known, spooled] = await Promise.all([deps.ledger.known(), deps.spool.pending()]);
  const snapshot = known?.snapshot ?? NOTHING;
  const happened = new Map<RequestId, Spooled[]>();
  for (const one of spooled) happened.set(one.id, [...(happened.get(one.id) ?? []), one]);
  const { byId } = indexOf(snapshot);
  const since = new Map<RequestId, Entry>();
  for (const [id, own] of happened) {
    const entry = byId.get(id)?.entry;
    if (entry !== undefined) since.set(id, asItStands(entry, own));
  }
  return { snapshot, since };
}

function asItStands(entry: Entry, spooled: readonly Spooled[]): Entry {
  const happened = spooled.filter((one) => !isOvertaken(entry, one));
  return catchUp(
    entry,
    happened.map(({ event }) => event),
  );
}

/**
 * Whether an end that waits to be recorded is none any more: another replica has granted the access once more, since it found it missing. The
 * one that ended it knew less, or its clock was ahead.
 */
export function isOvertaken(entry: Entry, { event, granted }: Spooled): boolean {
  return event.event === 'ended' && granted !== undefined && timesGranted(entry, event.entitlement) > granted;
}

const indexes = new WeakMap<LedgerSnapshot, EndIndex>();

function indexOf(snapshot: LedgerSnapshot): EndIndex {
  const index = indexes.get(snapshot) ?? indexEnds(readableEntries(snapshot));
  indexes.set(snapshot, index);
  return index;
}

/** The ledger as it is or, while it cannot be read, as it was when it was last verified. */
export interface ReadOrKnown {
  readonly snapshot: LedgerSnapshot;
  /** Why it could not be read. What is not in the snapshot may live all the same. */
  readonly fault?: unknown;
}

/** Enough to take access away by. @throws the fault where nothing is known. */
export async function readOrKnown({ ledger }: Pick<Ports, 'ledger'>): Promise<ReadOrKnown> {
  try {
    return { snapshot: await ledger.read() };
  } catch (fault) {
    const known = await ledger.known();
    if (known === undefined) throw fault;
    return { snapshot: known.snapshot, fault };
  }
}

/** What was read longer ago than a heartbeat may have been changed by another process. */
const FRESH_SECONDS = 90;
/** How long an end waits to learn whether another process has prolonged the access. */
const PATIENCE_SECONDS = 5;

/** What has to end, after a look at the ledger where the last one was long ago; but an end waits for no ledger for long. */
export async function freshEndingGrants(deps: Deps): Promise<KnownGrants> {
  if (!isFresh(deps, await deps.ledger.known())) {
    await patiently(deps.timer, PATIENCE_SECONDS, async () => {
      try {
        await deps.ledger.read();
      } catch (error) {
        deps.log.warn('ends go by the last ledger known', {
          code: isFault(error) ? error.code : 'unexpected',
        });
      }
    });
  }
  return endingGrants(deps);
}

function isFresh({ clock }: Deps, known: KnownLedger | undefined): boolean {
  const age = known?.asOf === undefined ? Number.NaN : secondsBetween(known.asOf, clock.now());
  return age >= 0 && age <= FRESH_SECONDS;
}
