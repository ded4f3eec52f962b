import { Retry } from '../../ports/fault.js';
import { type Budget, type Cost, createBudget } from './budget.js';
import type { GitHubClient } from './client.js';
import { limitIn, statusOf } from './faults.js';

/** Whose call it is. What ends access goes at once, whatever waits (T106). */
export type Lane = 'ends' | 'usual';

/** Real time, given so that tests need not wait. */
export interface Pacing {
  /** Seconds of a clock that only runs forward. */
  readonly seconds: () => number;
  /** Runs something after so many seconds. @returns what takes it back. */
  readonly after: (seconds: number, work: () => void) => () => void;
}

export interface Limiter {
  readonly budget: Pick<Budget, 'left' | 'pausedSeconds'>;
  /** Calls that wait for their turn. */
  waiting(): number;
  /** Makes the calls of a client keep to the budget. */
  guard(client: GitHubClient, lane: Lane): void;
}

/** Whoever would have to wait longer is told when to come again, so that nothing else waits with it. */
const LONGEST_WAIT_SECONDS = 15;
const SHORTEST_WAIT_SECONDS = 0.001;
const LONGEST_PAUSE_SECONDS = 900;
const MOST_WAITING = 1_000;

interface Waiting {
  readonly cost: Cost;
  readonly go: () => void;
  readonly give: (fault: Retry) => void;
}

/** How much content is waited for by those that came before. */
interface Ahead {
  readonly all: number;
  /** A check goes before everything else that creates. */
  readonly checks: number;
}

/** One for each installation: its calls go at once while there is budget, and in their order while there is none. */
export function createLimiter({ seconds, after }: Pacing): Limiter {
  const budget = createBudget(seconds);
  let waiting: Waiting[] = [];
  let stop = (): void => {};
  let refusals = 0;

  /** Lets one go or sends it away. @returns how long it has to wait otherwise; 0 when it is gone. */
  const consider = ({ cost, go, give }: Waiting, ahead: Ahead): number => {
    const before = cost.isCheck ? ahead.checks : ahead.all;
    const wait = budget.wait({ ...cost, content: cost.content === 0 ? 0 : before + cost.content });
    if (wait === 0) {
      budget.take(cost);
      go();
    } else if (wait > LONGEST_WAIT_SECONDS) give(tooLong(wait));
    return wait > LONGEST_WAIT_SECONDS ? 0 : wait;
  };

  const pump = (): void => {
    stop();
    const left: Waiting[] = [];
    let isBlocked = false;
    let next = Number.POSITIVE_INFINITY;
    const ahead = { all: 0, checks: 0 };
    for (const one of waiting) {
      const wait = isBlocked ? next : consider(one, ahead);
      if (wait === 0) continue;
      left.push(one);
      ahead.all += one.cost.content;
      if (one.cost.isCheck) ahead.checks += one.cost.content;
      next = Math.min(next, wait);
      isBlocked ||= budget.isShared(one.cost);
    }
    waiting = left;
    stop = Number.isFinite(next) ? after(Math.max(next, SHORTEST_WAIT_SECONDS), pump) : () => {};
  };

  const turn = (cost: Cost, lane: Lane): Promise<void> => {
    if (lane === 'ends') {
      budget.take(cost);
      return Promise.resolve();
    }
    if (waiting.length >= MOST_WAITING) return Promise.reject(tooLong(LONGEST_WAIT_SECONDS));
    return new Promise((go, give) => {
      waiting.push({ cost, go, give });
      pump();
    });
  };

  /** GitHub asks to wait as long as it says, and otherwise a minute, then longer each time ("Best practices", rate limit errors). */
  const heed = (error: unknown, api: Cost['api']): void => {
    const limit = limitIn(error);
    if (limit === undefined) return;
    if (limit.kind === 'hour') {
      budget.note(api, { remaining: 0, limit: 0, resetIn: limit.seconds });
      return;
    }
    budget.pause(
      limit.isAsked ? limit.seconds : Math.min(limit.seconds * 2 ** refusals, LONGEST_PAUSE_SECONDS),
    );
    refusals += 1;
  };

  return {
    budget,
    waiting: () => waiting.length,
    guard(client, lane) {
      client.hook.wrap('request', async (request, options) => {
        const cost = costOf(options);
        await turn(cost, lane);
        try {
          const answer = await request(options);
          refusals = 0;
          noteHour(budget, cost.api, answer.headers);
          return answer;
        } catch (error) {
          heed(error, cost.api);
          if (statusOf(error) === 304) refusals = 0;
          throw error;
        } finally {
          budget.done();
          if (waiting.length > 0) pump();
        }
      });
    },
  };
}

const tooLong = (wait: number): Retry =>
  new Retry('github_limited', "GitHub's budget for this is used up for a while.", Math.ceil(wait));

type Headers = Readonly<Record<string, string | number | undefined>>;

function noteHour(budget: Budget, api: Cost['api'], headers: Headers): void {
  const number = (name: string): number => Number(headers[name] ?? Number.NaN);
  const resource = headers['x-ratelimit-resource'];
  const remaining = number('x-ratelimit-remaining');
  const limit = number('x-ratelimit-limit');
  const resetIn = number('x-ratelimit-reset') - Date.parse(String(headers.date)) / 1_000;
  // Search and the like have hours of their own.
  if (resource !== (api === 'rest' ? 'core' : 'graphql')) return;
  if ([remaining, limit, resetIn].every(Number.isFinite)) budget.note(api, { remaining, limit, resetIn });
}

interface Called {
  readonly method: string;
  readonly url: string;
  readonly query?: unknown;
}

const CREATING_MUTATIONS = /\b(?:addComment|requestReviews|createIssue)\(/g;
const CREATING_ROUTES = /\/(?:comments|issues|pulls|check-runs|requested_reviewers|merge)$/;

/** What GitHub counts a call as. */
export function costOf({ method, url, query }: Called): Cost {
  if (typeof query === 'string') {
    const writes = query.startsWith('mutation');
    const content = writes ? (query.match(CREATING_MUTATIONS)?.length ?? 0) : 0;
    return { api: 'graphql', points: writes ? 5 : 1, content, isCheck: false };
  }
  if (method === 'GET' || method === 'HEAD') return { api: 'rest', points: 1, content: 0, isCheck: false };
  const creates = method === 'POST' || url.endsWith('/merge');
  const content = creates && CREATING_ROUTES.test(url) ? 1 : 0;
  return { api: 'rest', points: 5, content, isCheck: content > 0 && url.endsWith('/check-runs') };
}
