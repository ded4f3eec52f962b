import type { Instant } from '../core/time.js';

/** Wall time, injected everywhere. */
export interface Clock {
  now(): Instant;
  /** The same in milliseconds since 1970, for whoever has to be on time to less than a second. */
  milliseconds?(): number;
}
