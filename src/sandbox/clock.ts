import { instantOf } from '../core/time.js';
import type { Clock } from '../ports/clock.js';

/** A clock that runs like any other and can be moved forward, so that hours need not be waited for. */
export interface SandboxClock extends Clock {
  /** The same moment for GitHub's stand-in. */
  date(): Date;
  advance(seconds: number): void;
}

/** @param standing whether it stands still until it is moved, as tests want it. */
export function createSandboxClock({ standing }: { readonly standing: boolean }): SandboxClock {
  const began = Date.now();
  let moved = 0;
  const milliseconds = (): number => (standing ? began : Date.now()) + moved * 1_000;
  return {
    now: () => instantOf(milliseconds() / 1_000),
    milliseconds,
    date: () => new Date(milliseconds()),
    advance(seconds) {
      moved += seconds;
    },
  };
}
