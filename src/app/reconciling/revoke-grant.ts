import type { Entry } from '../../core/grant.js';
import type { Account } from '../../core/identity.js';
import { isEndRequested, isLiveEntry } from '../../core/lifecycle/grant.js';
import type { RequestId } from '../../core/request.js';
import { Retry } from '../../ports/fault.js';
import type { Ports } from '../ports.js';
import { openJournal } from './journal.js';
import { keepEndsAsked } from './keep-ends-asked.js';
import { readOrKnown } from './known-grants.js';

type Deps = Pick<Ports, 'ledger' | 'spool' | 'clock'>;

export type Revoked =
  | { readonly kind: 'requested'; readonly ids: readonly RequestId[] }
  /** Nothing of it lives: it ended, or was never granted. */
  | { readonly kind: 'not_live' };

/** Others write at the same time, the server's own pass above all. In an incident nobody wants to be told to try again. */
const MOST_TRIES = 5;

/**
 * Records that grants are to end now; the next pass ends them. Only takes access away, so who may ask is for the caller to say. Where the ledger
 * cannot be read or written it is kept in the spool, so that whoever serves from the same data ends them all the same; the fault passes through.
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
      if (!isMoved(error) || tries >= MOST_TRIES) throw error;
    }
  }
}

function isMoved(error: unknown): boolean {
  return error instanceof Retry && error.code === 'ledger_moved';
}

async function requestEnds(deps: Deps, wanted: (entry: Entry) => boolean, by?: Account): Promise<Revoked> {
  const { snapshot, fault } = await readOrKnown(deps);
  const journal = openJournal(deps.ledger, snapshot);
  const entries = journal.live().filter((entry) => isLiveEntry(entry) && wanted(entry));
  if (entries.length === 0 && fault !== undefined) throw fault;
  if (entries.length === 0) return { kind: 'not_live' };
  for (const entry of entries) {
    if (isEndRequested(entry)) continue;
    const event = { event: 'end_requested', at: deps.clock.now(), reason: 'revoked' } as const;
    journal.change(entry.id, by === undefined ? event : { ...event, by });
  }
  try {
    await journal.record('revoke');
  } catch (error) {
    if (!isMoved(error)) await keepEndsAsked(deps, journal);
    throw error;
  }
  return { kind: 'requested', ids: entries.map((entry) => entry.id) };
}
