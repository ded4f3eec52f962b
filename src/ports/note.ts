/** A small text that outlives the process. */
export interface Note {
  /** `undefined`: nothing was noted yet. */
  read(): Promise<string | undefined>;
  /** Durable when it resolves, and never half-written. */
  write(text: string): Promise<void>;
}
