import type { Notice, UnlinkedNotice } from '../core/notice.js';

/** One way to reach people or machines. */
export interface Notifier {
  /**
   * Delivers one notice, within a bounded time. Throws `Retry` when it may go well later and `Blocked` when not; then it may have
   * arrived all the same, and the same notice may come again.
   */
  deliver(notice: Notice): Promise<void>;
}

/** Where use cases leave what is to be said. Never waits, never throws: nobody's access depends on a notice. */
export interface Notices {
  /** A notice whose key was told before is not told again. */
  tell(notice: UnlinkedNotice): void;
}

/** What has to outlive the process so that a restart says nothing twice and forgets nothing; by receiver. Bounded. */
export interface Remembered {
  /** Keys, the oldest first. */
  readonly delivered: Readonly<Record<string, readonly string[]>>;
  readonly pending: Readonly<Record<string, readonly Notice[]>>;
}

export interface NoticeMemory {
  /** What cannot be read is nothing: then something may be said twice. */
  load(): Promise<Remembered>;
  /** Returns at once. What is written last wins; a failure is logged. */
  save(remembered: Remembered): void;
  /** Resolves when what was saved is written. */
  saved(): Promise<void>;
}
