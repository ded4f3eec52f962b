/** What is to be looked at again, as data, so that it can wait in a database and be taken up by another process. */
export interface Job {
  readonly what: 'pull-request' | 'comment' | 'pass' | 'sweep' | 'everything' | 'people';
  /** The number of a pull request, or the id of a comment. */
  readonly about?: number;
}

/** Jobs with equal keys are the same job. */
export const jobKey = ({ what, about }: Job): string =>
  about === undefined ? `hint ${what}` : `${what} ${about}`;

/**
 * Hints of one access repository that wait to be looked at. A job that waits already is not put in again; the same job is never done
 * twice at a time, by however many replicas. One that fails with `Retry` is tried again later, and given up after some tries.
 */
export interface Inbox {
  /**
   * Kept once it resolves: with a database, however this process ends. A job that is given the delivery of one that was put in lately is dropped.
   * @throws Retry when it cannot be kept.
   */
  put(job: Job, delivery?: string): Promise<void>;
  /** Who does the jobs; asked for once, at the start. Where several replicas serve the repository, only the one that holds its key works. */
  take(work: (job: Job) => Promise<void>): void;
  /** Whether jobs can be kept now. */
  isOpen(): boolean;
  /** Takes up no more jobs. What waits stays where it is. */
  close(): Promise<void>;
}

/** A job that was given up. */
export interface DeadLetter {
  readonly id: string;
  /** The number of the access repository on GitHub. */
  readonly repositoryId: number;
  readonly job: Job;
  /** Why the last try failed, in one line. */
  readonly why: string;
  /** ISO 8601. */
  readonly since: string;
}

/** For the operator: jobs that were given up, of all repositories. */
export interface DeadLetters {
  /** The oldest first. */
  list(): Promise<readonly DeadLetter[]>;
  /** Puts them back where they came from. @returns the ids that were there. */
  retry(ids: readonly string[]): Promise<readonly string[]>;
  /** Forgets them. @returns the ids that were there. */
  drop(ids: readonly string[]): Promise<readonly string[]>;
}
