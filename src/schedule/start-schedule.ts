import { schedule } from 'node-cron';
import type { Instant } from '../core/time.js';
import type { Clock } from '../ports/clock.js';

export interface ScheduleOptions {
  /** A node-cron expression; every minute by default. */
  readonly expression: string;
  readonly clock: Clock;
  /** How many ticks apart a tick is a full one, which also sweeps pull requests and looks for drift. */
  readonly fullEvery: number;
  readonly onTick: (full: boolean) => void;
  readonly onWake: () => void;
}

export interface Schedule {
  /** Arms the one timer for the next start or end. */
  wakeAt(instant: Instant | undefined): void;
  /** How many seconds ago the heartbeat should have come; negative while it is ahead. */
  lateBeat(): number;
  stop(): Promise<void>;
}

/** Never longer than this: a timer over 2^31 ms fires at once (T088), and a clock that jumps is noticed soon. */
const LONGEST_TIMER_MILLISECONDS = 10_000;

/**
 * A heartbeat and a timer. node-cron does not make up for ticks it missed, so nothing depends on one tick: each pass looks at
 * everything that is due, and the timer only makes ends punctual.
 */
export function startSchedule(options: ScheduleOptions): Schedule {
  let ticks = 0;
  let timer: NodeJS.Timeout | undefined;
  let next: Instant | undefined;
  const heartbeat = schedule(
    options.expression,
    () => {
      due = nextBeat();
      options.onTick(ticks % options.fullEvery === 0);
      ticks += 1;
    },
    { noOverlap: true },
  );
  // Real time: what a heartbeat is measured by must not be what it sets right.
  const nextBeat = (): number => heartbeat.getNextRun()?.getTime() ?? Number.NEGATIVE_INFINITY;
  let due = nextBeat();

  const arm = (): void => {
    clearTimeout(timer);
    if (next === undefined) return;
    const wait = Date.parse(next) - millisecondsOf(options.clock);
    if (!(wait > 0)) {
      next = undefined;
      options.onWake();
      return;
    }
    timer = setTimeout(arm, Math.min(wait, LONGEST_TIMER_MILLISECONDS));
    timer.unref();
  };

  return {
    lateBeat: () => (Date.now() - due) / 1_000,
    wakeAt(instant) {
      next = instant;
      arm();
    },
    async stop() {
      clearTimeout(timer);
      next = undefined;
      await heartbeat.stop();
    },
  };
}

/** Instants are whole seconds: counted in those, a timer would be up to a second late. */
const millisecondsOf = (clock: Clock): number => clock.milliseconds?.() ?? Date.parse(clock.now());
