/**
 * Work keyed by what it is about: tasks of one key never overlap, and a task that is waiting already is not added again.
 * A failed task is logged by the queue and never stops the next one.
 */
export interface Queue {
  /** @param urgent starts without waiting for tasks of other keys, however many there are. */
  add(key: string, task: () => Promise<void>, urgent?: boolean): void;
  /** Resolves when nothing is running or waiting. */
  idle(): Promise<void>;
  /** Takes no more work and waits for what is running. */
  close(): Promise<void>;
}
