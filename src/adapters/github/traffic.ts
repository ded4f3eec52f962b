import type { GitHubClient } from './client.js';

/** How a call went: the class of its status, or `none` where no answer came. */
export type CallOutcome = '2xx' | '3xx' | '4xx' | '5xx' | 'none';

export interface CallCount {
  /** A template such as `GET /repos/{owner}/{repo}/pulls`: never ids, which would be without end. */
  readonly route: string;
  readonly outcome: CallOutcome;
  readonly count: number;
}

/** What was asked of GitHub so far. */
export interface Traffic {
  calls(): readonly CallCount[];
  /** What is left of the hour's budgets, by the last answers that said so; GitHub has one for each of its APIs. */
  remaining(): ReadonlyMap<string, number>;
}

export interface TrafficWatch extends Traffic {
  watch(client: GitHubClient): void;
}

/** Octokit's own templates are a few dozen; more than this would be a mistake of ours. */
const MOST_ROUTES = 200;
/** The next page of a list is asked for by the address GitHub gave, which has ids in it. */
const NEXT_PAGE = 'GET next page';
const APIS = new Set(['core', 'graphql']);
/** Calls as the app itself have a budget of their own, and are few. */
const AS_THE_APP = /^[A-Z]+ \/app\b/;

export function createTraffic(): TrafficWatch {
  const counts = new Map<string, Map<CallOutcome, number>>();
  const remaining = new Map<string, number>();

  const note = (route: string, outcome: CallOutcome, headers?: Headers): void => {
    const known = counts.has(route) || counts.size < MOST_ROUTES ? route : 'other';
    const outcomes = counts.get(known) ?? new Map<CallOutcome, number>();
    counts.set(known, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
    const left = Number(headers?.['x-ratelimit-remaining'] ?? Number.NaN);
    const api = String(headers?.['x-ratelimit-resource'] ?? 'core');
    if (Number.isSafeInteger(left) && !AS_THE_APP.test(route) && APIS.has(api)) remaining.set(api, left);
  };

  return {
    calls: () =>
      [...counts].flatMap(([route, outcomes]) =>
        [...outcomes].map(([outcome, count]) => ({ route, outcome, count })),
      ),
    remaining: () => remaining,
    watch(client) {
      client.hook.after('request', (response, { method, url }) =>
        note(routeOf(method, url), outcomeOf(response.status), response.headers),
      );
      client.hook.error('request', (error, { method, url }) => {
        const answer = 'response' in error ? error.response : undefined;
        note(routeOf(method, url), outcomeOf(answer?.status), answer?.headers);
        throw error;
      });
    },
  };
}

type Headers = Readonly<Record<string, string | number | undefined>>;

/** In a hook the address still is the template, unless somebody asked for a whole one. */
function routeOf(method: string, url: string): string {
  return url.startsWith('/') ? `${method} ${url}` : NEXT_PAGE;
}

function outcomeOf(status: number | undefined): CallOutcome {
  if (status === undefined || !(status >= 200)) return 'none';
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}
