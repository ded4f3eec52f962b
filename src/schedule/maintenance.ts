import type { Log } from '../ports/log.js';
import type { Timer } from '../ports/timer.js';

export interface MaintenanceOptions {
  readonly timer: Timer;
  readonly log: Log;
  /** Tidies what lies on the disk of this process up, beside no write to it. */
  readonly maintain: () => Promise<void>;
}

/** Six pushes a minute leave a few thousand small files in an hour, which is when git itself would begin to tidy up. */
const HOUR_SECONDS = 3_600;

/**
 * A slow timer of its own: nothing waits for maintenance, and what fails is tried again an hour later. Not at the start, when there is most to
 * do. @returns what stops it.
 */
export function scheduleMaintenance({ timer, log, maintain }: MaintenanceOptions): () => void {
  let isStopped = false;
  let cancel = (): void => {};
  const tidy = async (): Promise<void> => {
    try {
      await maintain();
    } catch (error) {
      log.warn('maintenance failed', { message: error instanceof Error ? error.message : 'unknown' });
    }
    arm();
  };
  const arm = (): void => {
    if (!isStopped) cancel = timer.after(HOUR_SECONDS, () => void tidy());
  };
  arm();
  return () => {
    isStopped = true;
    cancel();
  };
}
