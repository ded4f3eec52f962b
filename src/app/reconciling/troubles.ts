import { addSeconds, type Instant } from '../../core/time.js';
import type { Fault } from '../../ports/fault.js';

/** What keeps one holding from ending, and when that is tried again. */
export interface Trouble {
  readonly code: string;
  /** A sentence: who must do what. Absent where waiting may be enough. */
  readonly unblock?: string;
  readonly since: Instant;
  readonly attempts: number;
  /** When it was tried last. */
  readonly at: Instant;
  readonly nextAt: Instant;
}

/** One entitlement of one grant. */
export interface Held {
  readonly id: string;
  readonly entitlement: string;
}

/**
 * What could not be ended yet. Kept in memory: the ledger has the codes, and after a restart everything is tried at once. Attempts go on for
 * ever, further and further apart.
 */
export interface Troubles {
  of(held: Held): Trouble | undefined;
  isReady(held: Held, now: Instant): boolean;
  note(held: Held, fault: Fault, now: Instant): void;
  clear(held: Held): void;
  /** When the next attempt is due. */
  next(): Instant | undefined;
}

const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;
/** No answer makes an end wait for longer, also where nobody bounded what it says before. */
const LONGEST_ASKED_SECONDS = 3_600;

/** @param random from 0 to 1; jitter keeps what failed together from being tried together. */
export function createTroubles(random: () => number): Troubles {
  const known = new Map<string, Trouble>();
  const nameOf = ({ id, entitlement }: Held): string => `${id}#${entitlement}`;

  return {
    of: (held) => known.get(nameOf(held)),
    isReady(held, now) {
      const trouble = known.get(nameOf(held));
      // A clock that was fast and is set right again must not make an end wait until it is there again (T089).
      return trouble === undefined || trouble.nextAt <= now || now < trouble.at;
    },
    note(held, fault, now) {
      const before = known.get(nameOf(held));
      const attempts = (before?.attempts ?? 0) + 1;
      const longest = Math.min(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), LONGEST_WAIT_SECONDS);
      const asked = fault.fault === 'retry' ? Math.min(fault.after, LONGEST_ASKED_SECONDS) : 0;
      const seconds = Math.max(Math.ceil(longest * (0.5 + random() / 2)), asked);
      known.set(nameOf(held), {
        code: fault.code,
        ...(fault.fault === 'blocked' ? { unblock: fault.unblock } : {}),
        since: before?.since ?? now,
        attempts,
        at: now,
        nextAt: addSeconds(now, seconds),
      });
    },
    clear: (held) => void known.delete(nameOf(held)),
    next: () => [...known.values()].map(({ nextAt }) => nextAt).toSorted()[0],
  };
}
