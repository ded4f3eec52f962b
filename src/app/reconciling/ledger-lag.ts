import { secondsBetween } from '../../core/time.js';
import type { Ports } from '../ports.js';

/** How far the ledger is behind what has happened. */
export interface LedgerLag {
  /** Age of the oldest event that waits to be recorded; 0 when none does. */
  readonly seconds: number;
  readonly spooled: number;
}

export async function ledgerLag({ spool, clock }: Pick<Ports, 'spool' | 'clock'>): Promise<LedgerLag> {
  const waiting = await spool.pending();
  const now = clock.now();
  const [oldest = now] = waiting.map(({ event }) => event.at).toSorted();
  return { seconds: Math.max(0, secondsBetween(oldest, now)), spooled: waiting.length };
}
