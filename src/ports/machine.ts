import type { MachineFacts } from '../core/doctor/facts.js';

/** The machine this process runs on. */
export interface Machine {
  /** Writes and removes a small file in the data folder to find out. */
  look(): Promise<MachineFacts>;
}
