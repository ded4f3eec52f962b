import type { Timer } from '../../src/ports/timer.js';

/** A timer whose time passes when the test says so. */
export interface ManualTimer extends Timer {
  /** Lets so many seconds pass, and everything that becomes due happen in its order. */
  pass(seconds: number): Promise<void>;
  /** How many wait. */
  readonly waiting: number;
}

export function createManualTimer(): ManualTimer {
  let now = 0;
  let pending: { readonly at: number; readonly work: () => void }[] = [];
  return {
    after(seconds, work) {
      const one = { at: now + seconds, work };
      pending.push(one);
      return () => {
        pending = pending.filter((other) => other !== one);
      };
    },
    async pass(seconds) {
      const until = now + seconds;
      for (;;) {
        const [next] = pending.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        now = next.at;
        pending = pending.filter((other) => other !== next);
        next.work();
        await turns();
      }
      now = until;
      await turns();
    },
    get waiting() {
      return pending.length;
    },
  };
}

/** Lets everything happen that needs no waiting. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
}

/** Waits for something that needs no time to pass, but may need the disk. */
export async function until(met: () => boolean): Promise<void> {
  for (let turn = 0; !met() && turn < 100_000; turn += 1) await new Promise(setImmediate);
}
