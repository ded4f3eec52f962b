import type { Instant } from '../core/time.js';

/** Wall time, injected everywhere. */
export interface Clock {
  now(): Instant;
}
