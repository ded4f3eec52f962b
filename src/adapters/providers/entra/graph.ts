import { type Instant, instantOf } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { type HttpAnswer, jsonOf, retryOf } from '../../http/answer.js';
import { callHttp, type HttpCall } from '../../http/call.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { faultOf, GraphError } from './fault.js';
import { createTokens } from './token.js';

/** Microsoft Graph v1.0 for the length of one call of ours. Paths are made of constants, object ids and what was encoded. */
export interface Graph {
  get(path: string): Promise<unknown>;
  /** Every page, or a fault: an answer that is no list is not an empty one. */
  list(path: string): Promise<readonly unknown[]>;
  post(path: string, body: unknown): Promise<unknown>;
  /**
   * Takes somebody out of a group. The only DELETE there is here: without `/$ref` at its end it would delete the person
   * (https://learn.microsoft.com/graph/api/group-delete-members).
   */
  unlink(group: string, member: string): Promise<void>;
  /** The reference to an object, as Graph wants it in a body. */
  referenceTo(object: string): string;
  /** Microsoft's clock of the last answer. */
  clock(): Instant | undefined;
}

/** What tests put in the place of Microsoft. */
export interface Places {
  readonly graph: string;
  readonly login: string;
}

const PLACES: Places = { graph: 'https://graph.microsoft.com', login: 'https://login.microsoftonline.com' };
const DEFAULT_SECONDS = 60;
const MOST_PAGES = 200;

export type Session = <T>(work: (graph: Graph) => Promise<T>) => Promise<T>;

/** Every call of ours does its work within its time. What is not done by then is given up. */
export function openSession(connection: Connection, deps: ProviderDeps, places: Places = PLACES): Session {
  const { target } = deps;
  const seconds =
    typeof connection.timeout_seconds === 'number' ? connection.timeout_seconds : DEFAULT_SECONDS;
  const tokens = createTokens(connection, deps, places.login);
  return async (work) => {
    const signal = AbortSignal.timeout(seconds * 1_000);
    let date: string | undefined;
    const call: Call = async (method, url, body) => {
      const content = contentOf(body);
      const authorization = `Bearer ${await tokens.get(signal)}`;
      const headers = { ...content.headers, authorization };
      const answer = await callHttp(target, { ...content, method, url, headers, signal });
      date = answer.headers.date ?? date;
      if (answer.status === 401) tokens.forget();
      return resultOf(answer, target);
    };
    try {
      return await work(graphOf(`${places.graph}/v1.0`, call, () => clockOf(date)));
    } catch (error) {
      throw faultOf(error, target);
    }
  };
}

function contentOf(body: unknown): Pick<HttpCall, 'headers' | 'body'> {
  if (body === undefined) return {};
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** @returns undefined for an answer without content. */
function resultOf(answer: HttpAnswer, target: string): unknown {
  const later = retryOf(target, answer);
  if (later !== undefined) throw later;
  if (answer.status >= 400) throw new GraphError(answer.status, answer.text);
  return answer.text === '' ? undefined : jsonOf(target, answer);
}

type Call = (method: HttpCall['method'], url: URL, body?: unknown) => Promise<unknown>;

function graphOf(base: string, call: Call, clock: Graph['clock']): Graph {
  const at = (path: string) => new URL(`${base}/${path}`);
  return {
    get: (path) => call('GET', at(path)),
    post: (path, body) => call('POST', at(path), body),
    async unlink(group, member) {
      await call('DELETE', at(`groups/${group}/members/${member}/$ref`));
    },
    referenceTo: (object) => `${base}/directoryObjects/${object}`,
    async list(path) {
      const all: unknown[] = [];
      let url = at(path);
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const answer = (await call('GET', url)) as Readonly<Record<string, unknown>> | null | undefined;
        const { value, '@odata.nextLink': next } = answer ?? {};
        if (!Array.isArray(value))
          throw new Retry('no_list', 'Microsoft Graph answered with something else than a list');
        all.push(...value);
        if (next === undefined || next === null) return all;
        url = nextPage(url, next);
      }
      throw new Blocked(
        'list_too_long',
        `Microsoft Graph has more than ${MOST_PAGES} pages of results`,
        'Use a group with fewer members.',
      );
    },
    clock,
  };
}

/** Our token goes to nobody else, whatever an answer says. */
function nextPage({ origin }: URL, next: unknown): URL {
  const url = typeof next === 'string' && URL.canParse(next) ? new URL(next) : undefined;
  if (url?.origin === origin) return url;
  throw new Blocked(
    'foreign_page',
    'Microsoft Graph names another server for the next page',
    'Look for a proxy between Hallpass and Microsoft Graph.',
  );
}

function clockOf(date: string | undefined): Instant | undefined {
  const seconds = Date.parse(date ?? '') / 1_000;
  return Number.isFinite(seconds) ? instantOf(seconds) : undefined;
}
