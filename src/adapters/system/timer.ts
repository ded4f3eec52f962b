import type { Timer } from '../../ports/timer.js';

/** A longer delay would make the timer fire at once (T088). */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;

/** Timers of the process. They keep it alive no longer than other work does. */
export const systemTimer: Timer = {
  after(seconds, work) {
    const timer = setTimeout(work, millisecondsOf(seconds)).unref();
    return () => clearTimeout(timer);
  },
};

/** For a command that does nothing but wait: the process lives until it is over. */
export const heldTimer: Timer = {
  after(seconds, work) {
    const timer = setTimeout(work, millisecondsOf(seconds));
    return () => clearTimeout(timer);
  },
};

function millisecondsOf(seconds: number): number {
  return Math.min(Math.max(seconds, 0) * 1_000, LONGEST_MILLISECONDS);
}
