import { isEndRequested } from '../../core/lifecycle/grant.js';
import type { Ports } from '../ports.js';
import type { Journal } from './journal.js';
import { knownGrants } from './known-grants.js';

/**
 * Keeps the ends that were asked for and could not be recorded. Whoever takes access away while the ledger cannot be written wants it gone now,
 * and ends go by the ledger and the spool alone; the next pass records what was asked together with what came of it.
 */
export async function keepEndsAsked(deps: Pick<Ports, 'ledger' | 'spool'>, journal: Journal): Promise<void> {
  const { entries } = await knownGrants(deps);
  const open = new Set(entries.filter((entry) => !isEndRequested(entry)).map(({ id }) => id));
  const asked = journal.endsAsked().filter(({ entry }) => open.has(entry.id));
  await deps.spool.append(asked.map(({ entry: { id }, event }) => ({ id, event })));
}
