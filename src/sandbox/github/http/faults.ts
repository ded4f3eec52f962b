import { Refusal } from '../refusal.js';

export interface RequestFacts {
  readonly method: string;
  /** Path template, as GitHub's documentation writes it. */
  readonly route: string;
  readonly path: string;
}

/** `'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge'`, a part of it, or a test of the facts. Absent: every call. */
export type CallMatch = string | RegExp | ((request: RequestFacts) => boolean) | undefined;

type Fault =
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  /** The work is done, the answer is lost. */
  | { readonly kind: 'lose' }
  /** The call waits before anything happens. */
  | { readonly kind: 'hold'; readonly until: Promise<void> };

interface Planned {
  readonly match: CallMatch;
  readonly fault: Fault;
  left: number;
}

/** Faults of the API, planned by tests. The first that matches is used, and used up. */
export interface ApiFaults {
  next(request: RequestFacts): Fault | undefined;
  /** Answers `status` to the next `times` calls that match; nothing happens. */
  fail(match: CallMatch, status: number, times?: number): void;
  /** GitHub's 403 for too many requests at once, with `retry-after` in seconds. */
  secondaryLimit(options?: { match?: CallMatch; retryAfter?: number; times?: number }): void;
  /** GitHub's 403 when the hour's budget is used up. */
  primaryLimit(options: { match?: CallMatch; resetAt: Date; times?: number }): void;
  /** The calls are carried out, but the connection breaks before the answer. */
  loseAnswer(match: CallMatch, times?: number): void;
  /** The calls wait until the returned function is called. */
  hold(match: CallMatch, times?: number): () => void;
  clear(): void;
}

export function apiFaults(): ApiFaults {
  const planned: Planned[] = [];
  const plan = (match: CallMatch, fault: Fault, times = 1): void => {
    planned.push({ match, fault, left: times });
  };
  const refuse = (match: CallMatch, refusal: Refusal, times?: number): void =>
    plan(match, { kind: 'refuse', refusal }, times);
  return {
    next(request) {
      const found = planned.find((each) => each.left > 0 && matches(each.match, request));
      if (found !== undefined) found.left -= 1;
      return found?.fault;
    },
    fail: (match, status, times) =>
      refuse(match, new Refusal(status, status >= 500 ? 'Server Error' : 'Planned by a test'), times),
    secondaryLimit: ({ match, retryAfter = 60, times } = {}) =>
      refuse(
        match,
        new Refusal(
          403,
          'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
          { headers: { 'retry-after': String(retryAfter) } },
        ),
        times,
      ),
    primaryLimit: ({ match, resetAt, times }) =>
      refuse(
        match,
        new Refusal(403, 'API rate limit exceeded for installation.', {
          headers: {
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': String(Math.floor(resetAt.getTime() / 1000)),
          },
        }),
        times,
      ),
    loseAnswer: (match, times) => plan(match, { kind: 'lose' }, times),
    hold(match, times) {
      let release = (): void => {};
      const until = new Promise<void>((resolve) => {
        release = resolve;
      });
      plan(match, { kind: 'hold', until }, times);
      return release;
    },
    clear: () => {
      planned.length = 0;
    },
  };
}

function matches(match: CallMatch, request: RequestFacts): boolean {
  if (match === undefined) return true;
  if (typeof match === 'function') return match(request);
  const line = `${request.method} ${request.route}`;
  return typeof match === 'string' ? line.includes(match) : match.test(line);
}
