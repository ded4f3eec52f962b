/** Waiting, injected so that nothing has to sleep to be tested. */
export interface Timer {
  /** Runs something once, after so many seconds. @returns what takes it back. */
  after(seconds: number, work: () => void): () => void;
}
