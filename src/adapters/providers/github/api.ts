import { type Instant, instantOf } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { urlBelow } from '../../http/address.js';
import { type HttpAnswer, jsonOf } from '../../http/answer.js';
import { callHttp, type HttpCall } from '../../http/call.js';
import { faultOf } from './fault.js';

export interface Organization {
  readonly target: string;
  readonly name: string;
  readonly base: URL;
  readonly token: string;
  readonly milliseconds: number;
}

type Path = readonly string[];
type Query = Readonly<Record<string, string>>;

/** GitHub for the length of one call of ours, which ends when its time is over. */
export interface Api {
  readonly target: string;
  readonly organization: string;
  /** @returns undefined for 404. */
  get(path: Path): Promise<unknown>;
  /** Whether the answer is 204; 404 is no. */
  is(path: Path): Promise<boolean>;
  /** Every page, or a fault. @returns undefined for 404. */
  list(path: Path, query?: Query): Promise<readonly unknown[] | undefined>;
  /** @returns what was answered; undefined for 204. */
  put(path: Path, body?: object): Promise<unknown>;
  /** What is not there is removed. */
  remove(path: Path): Promise<void>;
  /** GitHub's clock of the last answer. */
  clock(): Instant | undefined;
}

const HEADERS = {
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
  'user-agent': 'hallpass',
};
const PAGE_SIZE = '100';
const MOST_PAGES = 100;
const NEXT = /<([^<>]+)>;\s*rel="next"/;

export function openApi({ target, name, base, token, milliseconds }: Organization): Api {
  const signal = AbortSignal.timeout(milliseconds);
  let date: string | undefined;
  const call = async (method: HttpCall['method'], url: URL, body?: object): Promise<HttpAnswer> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { ...HEADERS, authorization: `Bearer ${token}` };
    const answer = await callHttp(target, { method, url, signal, headers, ...sent });
    date = answer.headers.date ?? date;
    return answer;
  };
  const only = (answer: HttpAnswer, ...wanted: readonly number[]): HttpAnswer => {
    if (wanted.includes(answer.status)) return answer;
    throw faultOf(target, answer);
  };
  return {
    target,
    organization: name,
    async get(path) {
      const answer = only(await call('GET', urlBelow(base, path)), 200, 404);
      return answer.status === 404 ? undefined : jsonOf(target, answer);
    },
    is: async (path) => only(await call('GET', urlBelow(base, path)), 204, 404).status === 204,
    async list(path, query = {}) {
      const all: unknown[] = [];
      let url = urlBelow(base, path, { ...query, per_page: PAGE_SIZE });
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const answer = only(await call('GET', url), 200, ...(page === 0 ? [404] : []));
        if (answer.status === 404) return undefined;
        const items = jsonOf(target, answer);
        if (!Array.isArray(items))
          throw new Retry('no_list', `${target} answered with something else than a list`);
        all.push(...items);
        const next = NEXT.exec(String(answer.headers.link ?? ''))?.[1];
        if (next === undefined) return all;
        url = sameServer(target, base, next);
      }
      throw new Blocked(
        'list_too_long',
        `${target} has more of these than are read`,
        'Use a team for as many people.',
      );
    },
    async put(path, body) {
      const answer = only(await call('PUT', urlBelow(base, path), body), 200, 201, 204);
      return answer.status === 204 ? undefined : jsonOf(target, answer);
    },
    async remove(path) {
      only(await call('DELETE', urlBelow(base, path)), 204, 404);
    },
    clock() {
      const seconds = Date.parse(date ?? '') / 1_000;
      return Number.isFinite(seconds) ? instantOf(seconds) : undefined;
    },
  };
}

/** Our token goes to no other server because an answer says so. */
function sameServer(target: string, base: URL, next: string): URL {
  if (URL.canParse(next) && new URL(next).origin === base.origin) return new URL(next);
  throw new Blocked(
    'redirected',
    `the next page of ${target} lies on another server`,
    'Correct the url of the target in the settings.',
  );
}
