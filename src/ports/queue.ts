/** What became of a task. */
export type TaskEnd =
  | { readonly end: 'done' }
  | { readonly end: 'failed'; readonly error: unknown }
  /** The queue was closed before the task's turn came. */
  | { readonly end: 'dropped' };

/**
 * Work of this process, keyed by what it is about: tasks of one key never overlap, and a task that is waiting already is not added again.
 * A failed task is logged by the queue and never stops the next one.
 */
export interface Queue {
  /**
   * @param urgent starts without waiting for tasks of other keys, however many there are.
   * @returns what became of the task, or of the one that waited already. Never rejects, so nobody has to wait for it.
   */
  add(key: string, task: () => Promise<void>, urgent?: boolean): Promise<TaskEnd>;
  /** Resolves when nothing is running or waiting. */
  idle(): Promise<void>;
  /** Takes no more work and waits for what is running. */
  close(): Promise<void>;
}
