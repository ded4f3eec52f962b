import { type Instant, instantOf } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { urlBelow } from '../../http/address.js';
import { type HttpAnswer, jsonOf } from '../../http/answer.js';
import { callHttp } from '../../http/call.js';
import { faultOf } from './fault.js';

export interface Organization {
  readonly target: string;
  readonly base: URL;
  readonly token: string;
  readonly milliseconds: number;
}

type Path = readonly string[];

/** Okta for the length of one call of ours, which ends when its time is over. */
export interface Api {
  readonly target: string;
  /** @returns undefined for 404. */
  get(path: Path): Promise<unknown>;
  /** Every page, or a fault. @returns undefined for 404. */
  list(path: Path): Promise<readonly unknown[] | undefined>;
  put(path: Path): Promise<void>;
  /** What is not there is removed. */
  remove(path: Path, query?: Readonly<Record<string, string>>): Promise<void>;
  /** Okta's clock of the last answer. */
  clock(): Instant | undefined;
}

/** 200 people take up to half of this. */
const MOST_BYTES = 2_097_152;
const PAGE_SIZE = '200';
const MOST_PAGES = 500;
const NEXT = /<([^<>]+)>;\s*rel="next"/;

export function openApi({ target, base, token, milliseconds }: Organization): Api {
  const signal = AbortSignal.timeout(milliseconds);
  const headers = { authorization: `SSWS ${token}`, accept: 'application/json' };
  let date: string | undefined;
  const call = async (method: 'GET' | 'PUT' | 'DELETE', url: URL): Promise<HttpAnswer> => {
    const answer = await callHttp(target, { method, url, signal, mostBytes: MOST_BYTES, headers });
    date = answer.headers.date ?? date;
    return answer;
  };
  const urlOf = (path: Path, query = {}): URL => urlBelow(base, ['api', 'v1', ...path], query);
  return {
    target,
    async get(path) {
      const answer = await call('GET', urlOf(path));
      return answer.status === 404 ? undefined : jsonIn(target, answer);
    },
    async list(path) {
      const all: unknown[] = [];
      let url = urlOf(path, { limit: PAGE_SIZE });
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const answer = await call('GET', url);
        if (answer.status === 404 && page === 0) return undefined;
        const items = jsonIn(target, answer);
        if (!Array.isArray(items))
          throw new Retry('no_list', `${target} answered with something else than a list`);
        all.push(...items);
        const next = nextOf(answer);
        if (next === undefined) return all;
        url = sameServer(target, base, next);
      }
      throw new Blocked(
        'list_too_long',
        `${target} has more of these than are read`,
        'Use a group with fewer people.',
      );
    },
    async put(path) {
      const answer = await call('PUT', urlOf(path));
      if (answer.status !== 204 && answer.status !== 200) throw faultOf(target, answer);
    },
    async remove(path, query) {
      const answer = await call('DELETE', urlOf(path, query));
      if (answer.status !== 204 && answer.status !== 404) throw faultOf(target, answer);
    },
    clock() {
      const seconds = Date.parse(date ?? '') / 1_000;
      return Number.isFinite(seconds) ? instantOf(seconds) : undefined;
    },
  };
}

function jsonIn(target: string, answer: HttpAnswer): unknown {
  if (answer.status !== 200) throw faultOf(target, answer);
  return jsonOf(target, answer);
}

function nextOf({ headers: { link } }: HttpAnswer): string | undefined {
  return NEXT.exec(Array.isArray(link) ? link.join(', ') : (link ?? ''))?.[1];
}

/** Our token goes to no other server because an answer says so. */
function sameServer(target: string, base: URL, next: string): URL {
  if (URL.canParse(next) && new URL(next).origin === base.origin) return new URL(next);
  throw new Blocked(
    'redirected',
    `the next page of ${target} lies on another server`,
    'Give the target the address Okta itself uses, in the settings.',
  );
}
