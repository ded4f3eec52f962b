import type { Entry } from '../core/grant.js';
import type { Account } from '../core/identity.js';
import { isEndRequested, isLiveEntry } from '../core/lifecycle/grant.js';
import type { RequestId } from '../core/request.js';
import { Retry } from '../ports/fault.js';
import { openJournal } from './journal.js';
import type { Ports } from './ports.js';

type Deps = Pick<Ports, 'ledger' | 'clock'>;

export type Revoked =
  | { readonly kind: 'requested'; readonly ids: readonly RequestId[] }
  /** Nothing of it lives: it ended, or was never granted. */
  | { readonly kind: 'not_live' };

/** Others write at the same time, the server's own pass above all. In an incident nobody wants to be told to try again. */
const MOST_TRIES = 5;

/**
 * Records that grants are to end now; the next pass ends them. Only takes access away, so who may ask is for the caller to say.
 * @param wanted picks the grants among the live ones, again each time another writer was faster.
 */
export async function revokeGrants(
  deps: Deps,
  wanted: (entry: Entry) => boolean,
  by?: Account,
): Promise<Revoked> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await requestEnds(deps, wanted, by);
    } catch (error) {
      const moved = error instanceof Retry && error.code === 'ledger_moved';
      if (!moved || tries >= MOST_TRIES) throw error;
    }
  }
}

async function requestEnds(deps: Deps, wanted: (entry: Entry) => boolean, by?: Account): Promise<Revoked> {
  const journal = openJournal(deps.ledger, await deps.ledger.read());
  const entries = journal.live().filter((entry) => isLiveEntry(entry) && wanted(entry));
  if (entries.length === 0) return { kind: 'not_live' };
  for (const entry of entries) {
    if (isEndRequested(entry)) continue;
    const event = { event: 'end_requested', at: deps.clock.now(), reason: 'revoked' } as const;
    journal.change(entry.id, by === undefined ? event : { ...event, by });
  }
  await journal.record('revoke');
  return { kind: 'requested', ids: entries.map((entry) => entry.id) };
}
