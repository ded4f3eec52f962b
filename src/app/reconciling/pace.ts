import { addSeconds, type Instant, secondsBetween } from '../../core/time.js';

/** Keeps commits to the ledger below what GitHub recommends for a repository: six pushes a minute. */
export interface Pace {
  note(pushes: number, now: Instant): void;
  /** Seconds until a pass may begin; 0 when it may at once, as it may whenever there was nothing to do for a while. */
  wait(now: Instant): number;
}

const MINUTE_SECONDS = 60;
/** A pass pushes at most twice. */
const PUSHES_OF_A_PASS = 2;

/** @param below so many pushes in any minute are never reached by passes. */
export function createPace(below: number): Pace {
  let pushed: readonly Instant[] = [];
  return {
    note(pushes, now) {
      pushed = [...pushed, ...Array.from({ length: pushes }, () => now)];
    },
    wait(now) {
      // What lies ahead was noted while the clock was fast; nobody waits until it is there again (T089).
      pushed = pushed.filter((at) => at <= now && addSeconds(at, MINUTE_SECONDS) > now);
      const [oldest] = pushed.slice(-(below - PUSHES_OF_A_PASS));
      if (pushed.length + PUSHES_OF_A_PASS < below || oldest === undefined) return 0;
      return Math.max(secondsBetween(now, addSeconds(oldest, MINUTE_SECONDS)), 1);
    },
  };
}
