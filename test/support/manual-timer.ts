import type { Timer } from '../../src/ports/timer.js';

/** A timer whose time passes when the test says so. */
export interface ManualTimer extends Timer {
  /** Lets so many seconds pass, and everything that becomes due happen in its order. */
  pass(seconds: number): Promise<void>;
  /** How many wait. */
  readonly waiting: number;
}

/** @param settle lets what became due happen; another than `turns` where that needs the disk. */
export function createManualTimer(settle: () => Promise<void> = turns): ManualTimer {
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
        await settle();
      }
      now = until;
      await settle();
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

/** Waits for something that needs no time to pass, but may need the disk or a server. However busy the machine is, it comes. */
export async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + GIVE_UP_MILLISECONDS;
  while (!(await met())) {
    if (performance.now() > giveUp) throw new Error('it never came about');
    await new Promise(setImmediate);
  }
}

/** Less than a test may take, so that it says where it waited. */
const GIVE_UP_MILLISECONDS = 100_000;
