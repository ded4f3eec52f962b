/** Somewhere out of reach of whoever could rewrite the ledger; nothing that is there is ever written over. */
export interface CheckpointStore {
  /** @param name with letters, digits, `-` and `.` alone. Throws `Retry` or `Blocked`. */
  put(checkpoint: {
    readonly name: string;
    readonly text: string;
    readonly signature: string;
  }): Promise<void>;
}
