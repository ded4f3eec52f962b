export interface VitalSignsOptions {
  /** Seconds of a clock that only runs forward. */
  readonly seconds: () => number;
  /** How long ago the heartbeat should have come; negative while it is ahead. */
  readonly lateBeat: () => number;
}

/** What `/healthz` and `/readyz` go by. */
export interface VitalSigns {
  beat(): void;
  passBegins(): void;
  /** @param reachedAll whether no stage of the pass stopped. */
  passEnds(reachedAll: boolean): void;
  /** How long the last pass that ended took; `undefined` when no beginning was heard. */
  passSeconds(): number | undefined;
  alive(): boolean;
  ready(): boolean;
}

/** Longer than this no pass takes; every call in it is bounded in time. */
const LONGEST_PASS_SECONDS = 600;
/** A machine that slept makes up for it within a minute. */
const LATEST_BEAT_SECONDS = 120;
/** A pass may wait behind another piece of work for a beat or two. */
const MOST_BEATS = 3;

/**
 * Whether the process is worth keeping, and whether it does its work. Alive: the heartbeat comes, and no pass is stuck. Ready: the last
 * pass reached everything, and that was no more than a few heartbeats ago.
 */
export function watchVitalSigns({ seconds, lateBeat }: VitalSignsOptions): VitalSigns {
  let began: number | undefined;
  let took: number | undefined;
  let reachedAll = false;
  let beatsSince = 0;
  return {
    beat() {
      beatsSince += 1;
    },
    passBegins() {
      // Passes do not overlap: one that begins says that the one before is over, however it ended.
      began = seconds();
    },
    passEnds(reached) {
      took = began === undefined ? undefined : seconds() - began;
      began = undefined;
      reachedAll = reached;
      beatsSince = 0;
    },
    passSeconds: () => took,
    alive() {
      const running = began === undefined ? 0 : seconds() - began;
      return running <= LONGEST_PASS_SECONDS && lateBeat() <= LATEST_BEAT_SECONDS;
    },
    ready: () => reachedAll && beatsSince <= MOST_BEATS,
  };
}
