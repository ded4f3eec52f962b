import type { Violation } from '../../core/grant.js';
import type { LedgerSnapshot } from '../../ports/ledger.js';
import type { Ports } from '../ports.js';
import { type Journal, openJournal, type Recorded } from './journal.js';
import { takeInSpool } from './settle-ends.js';

/** The journal of one pass, with what happened beside the pass taken in, and what was recorded of it all. */
export interface Book {
  readonly journal: Journal;
  /** Keys of holdings that were found gone from their targets or taken from them. */
  readonly gone: ReadonlySet<string>;
  /** What is recorded so far, and in how many commits. */
  readonly soFar: {
    readonly recorded: readonly Recorded[];
    readonly violations: readonly Violation[];
    readonly pushes: number;
  };
  /** Takes in what has happened beside the pass. */
  takeIn(): Promise<void>;
  /** Records everything in one commit; where there is nothing to record, in none. @throws what the ledger's `append` throws. */
  record(verb: string): Promise<void>;
}

export function openBook(deps: Pick<Ports, 'ledger' | 'spool' | 'host'>, snapshot: LedgerSnapshot): Book {
  const journal = openJournal(deps.ledger, snapshot, deps.host.hostClock);
  const gone = new Set<string>();
  const recorded: Recorded[] = [];
  const violations: Violation[] = [];
  let pushes = 0;
  const takeIn = async () => {
    const taken = await takeInSpool(deps, journal);
    for (const key of taken.gone) gone.add(key);
    return taken.spooled;
  };
  return {
    journal,
    gone,
    get soFar() {
      return { recorded, violations, pushes };
    },
    async takeIn() {
      await takeIn();
    },
    async record(verb) {
      const spooled = await takeIn();
      const batch = await journal.record(verb);
      recorded.push(...batch.events);
      violations.push(...batch.violations);
      if (batch.pushed) pushes += 1;
      await deps.spool.settle(spooled);
    },
  };
}
