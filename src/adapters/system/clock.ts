import { instantOf } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => instantOf(Date.now() / 1_000),
  milliseconds: () => Date.now(),
};
