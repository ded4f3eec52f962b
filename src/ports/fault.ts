/** A fault says what happens next. Anything else that is thrown is a bug, and surfaces. */
export type Fault = Retry | Blocked;

/** It may go well later: a time-out, a limit, a server that is away. "Could not" is never recorded as "refused". */
export class Retry extends Error {
  readonly fault = 'retry';
  readonly code: string;
  /** Seconds to wait at least; the caller adds backoff and jitter. */
  readonly after: number;

  constructor(code: string, message: string, after = 0, cause?: unknown) {
    super(message, { cause });
    this.name = 'Retry';
    this.code = code;
    this.after = after;
  }
}

/** It will not go well until somebody does something. */
export class Blocked extends Error {
  readonly fault = 'blocked';
  readonly code: string;
  /** A sentence: who must do what. */
  readonly unblock: string;

  constructor(code: string, message: string, unblock: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Blocked';
    this.code = code;
    this.unblock = unblock;
  }
}

export function isFault(error: unknown): error is Fault {
  return error instanceof Retry || error instanceof Blocked;
}
