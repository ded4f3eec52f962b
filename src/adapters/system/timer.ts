import type { Timer } from '../../ports/timer.js';

/** A longer delay would make the timer fire at once (T088). */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;

/** Timers of the process. They keep it alive no longer than other work does. */
export const systemTimer: Timer = {
  after(seconds, work) {
    const milliseconds = Math.min(Math.max(seconds, 0) * 1_000, LONGEST_MILLISECONDS);
    const timer = setTimeout(work, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
