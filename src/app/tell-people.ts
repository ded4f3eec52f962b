import type { Recorded } from './journal.js';
import type { Ports } from './ports.js';

/** placeholder until the views are there */
export async function tellPeople(
  _deps: Pick<Ports, 'host' | 'log'>,
  _recorded: readonly Recorded[],
): Promise<void> {}
