import type { Timer } from '../../ports/timer.js';

/** Ends go before everything else that waits for the same target. */
export type Urgency = 'end' | 'other';

export interface Turn {
  readonly target: string;
  /** What it is about, such as the key of a holding: two turns about the same thing never overlap. */
  readonly about: string;
  readonly urgency: Urgency;
  /** How many turns of the target may run at once. */
  readonly width: number;
}

/**
 * One lane a target. A call that gets no answer keeps its place until it has one: nothing else is done to the same holding before, so
 * what arrives late at a target can be followed by nothing but what comes after it. Other targets do not notice.
 */
export interface Lanes {
  run<T>(turn: Turn, work: () => Promise<T>): Promise<T>;
}

interface Waiting extends Turn {
  readonly begin: () => Promise<void>;
}

interface Lane {
  readonly running: Map<string, Waiting>;
  waiting: Waiting[];
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>();

  const advance = (lane: Lane): void => {
    for (;;) {
      const next = nextOf(lane);
      if (next === undefined) return;
      lane.waiting = lane.waiting.filter((one) => one !== next);
      lane.running.set(next.about, next);
      // `begin` never rejects.
      void next.begin().then(() => {
        lane.running.delete(next.about);
        advance(lane);
      });
    }
  };

  return {
    run(turn, work) {
      const lane: Lane = lanes.get(turn.target) ?? { running: new Map(), waiting: [] };
      lanes.set(turn.target, lane);
      return new Promise((resolve, reject) => {
        const begin = async (): Promise<void> => {
          try {
            resolve(await work());
          } catch (error) {
            reject(error);
          }
        };
        lane.waiting.push({ ...turn, begin });
        advance(lane);
      });
    },
  };
}

function nextOf({ running, waiting }: Lane): Waiting | undefined {
  const free = waiting.filter((one) => running.size < one.width && !running.has(one.about));
  return free.find((one) => one.urgency === 'end') ?? free[0];
}

/**
 * Waits for work, but not for ever. Work that takes longer goes on in its lane, and `still` tells it to begin nothing new.
 * @returns whether it was done in time.
 */
export async function patiently(
  timer: Timer,
  seconds: number,
  work: (still: () => boolean) => Promise<void>,
): Promise<boolean> {
  let late = false;
  let cancel = (): void => {};
  const patience = new Promise<boolean>((resolve) => {
    cancel = timer.after(seconds, () => {
      late = true;
      resolve(false);
    });
  });
  try {
    return await Promise.race([work(() => !late).then(() => true), patience]);
  } finally {
    cancel();
  }
}
