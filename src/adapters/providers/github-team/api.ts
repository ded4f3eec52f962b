import { type Instant, instantOf } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import type { GitHubClient } from '../deps.js';
import { faultOf } from './fault.js';

type Parameters = Readonly<Record<string, string | number>>;

interface Answer {
  readonly data: unknown;
  readonly headers: { readonly link?: string | undefined; readonly date?: string | undefined };
}

/** GitHub for the length of one call of ours. Values go into paths by templates, which encode them (T131). */
export interface Api {
  call(route: string, parameters: Parameters): Promise<unknown>;
  /** Every page, or a fault: an answer that is no list is not an empty one. */
  list(route: string, parameters: Parameters): Promise<readonly unknown[]>;
  /** GitHub's clock of the last answer. */
  clock(): Instant | undefined;
}

export interface ApiOptions {
  readonly target: string;
  readonly client: () => Promise<GitHubClient>;
  readonly milliseconds: number;
}

const PAGE_SIZE = 100;
/** 10,000 people; whoever makes more teams or members than that gets no observation. */
const MOST_PAGES = 100;
const NEXT = /<([^<>]+)>;\s*rel="next"/;

/** Does the work within its time. What is not done by then is given up, and the truth is what is observed next. */
export async function withApi<T>(options: ApiOptions, work: (api: Api) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Retry('timeout', `${options.target} did not answer within ${options.milliseconds / 1_000} s`),
      );
      abort.abort();
    }, options.milliseconds);
  });
  const working = options.client().then((client) => work(apiOf(client, abort.signal)));
  try {
    return await Promise.race([working, tooLate]);
  } catch (error) {
    throw faultOf(error, options.target);
  } finally {
    clearTimeout(timer);
    working.catch(() => undefined);
  }
}

function apiOf(client: GitHubClient, signal: AbortSignal): Api {
  let date: string | undefined;
  const request = async (route: string, parameters: Parameters): Promise<Answer> => {
    signal.throwIfAborted();
    const answer: Answer = await client.request(route, { ...parameters, request: { signal } });
    date = answer.headers.date ?? date;
    return answer;
  };
  return {
    call: async (route, parameters) => (await request(route, parameters)).data,
    async list(route, parameters) {
      const all: unknown[] = [];
      let answer = await request(route, { ...parameters, per_page: PAGE_SIZE });
      for (let page = 1; ; page += 1) {
        if (!Array.isArray(answer.data))
          throw new Retry('no_list', `GitHub answered ${route} with something else than a list`);
        all.push(...answer.data);
        const next = NEXT.exec(answer.headers.link ?? '')?.[1];
        if (next === undefined) return all;
        if (page === MOST_PAGES) throw tooLong(route);
        answer = await request(`GET ${next}`, {});
      }
    },
    clock() {
      const seconds = Date.parse(date ?? '') / 1_000;
      return Number.isFinite(seconds) ? instantOf(seconds) : undefined;
    },
  };
}

function tooLong(route: string): Blocked {
  return new Blocked(
    'list_too_long',
    `GitHub has more than ${PAGE_SIZE * MOST_PAGES} results for ${route}`,
    'Use a team with fewer people.',
  );
}
