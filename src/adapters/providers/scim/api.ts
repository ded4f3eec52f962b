import { Retry } from '../../../ports/fault.js';
import { urlBelow } from '../../http/address.js';
import { type HttpAnswer, jsonOf } from '../../http/answer.js';
import { callHttp, type HttpCall } from '../../http/call.js';
import { faultOf } from './fault.js';

export type Resource = Readonly<Record<string, unknown>>;

export interface Server {
  readonly target: string;
  readonly base: URL;
  readonly token: string;
  readonly ca?: string;
  readonly milliseconds: number;
}

type Path = readonly string[];
type Query = Readonly<Record<string, string>>;

/** The server for the length of one call of ours, which ends when its time is over. */
export interface Api {
  readonly target: string;
  /** @returns undefined for 404. */
  get(path: Path, query?: Query): Promise<Resource | undefined>;
  /** Every page, or a fault: a part of a list is never taken for the whole. */
  list(path: Path, query?: Query): Promise<readonly Resource[]>;
  /** @returns the answer, whatever it says. */
  patch(path: Path, operation: Resource, version?: string): Promise<HttpAnswer>;
}

const SCIM = 'application/scim+json';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** A group with 100,000 members takes about this much. */
const MOST_BYTES = 16_777_216;
const PAGE_SIZE = 100;
const MOST_PAGES = 200;

export function openApi(server: Server): Api {
  const signal = AbortSignal.timeout(server.milliseconds);
  const { target } = server;
  const call = (what: Pick<HttpCall, 'method' | 'url' | 'body'>, more: Record<string, string> = {}) =>
    callHttp(target, {
      ...what,
      signal,
      mostBytes: MOST_BYTES,
      ...(server.ca === undefined ? {} : { ca: server.ca }),
      headers: { authorization: `Bearer ${server.token}`, accept: `${SCIM}, application/json`, ...more },
    });
  const get = async (path: Path, query: Query = {}): Promise<Resource | undefined> => {
    const answer = await call({ method: 'GET', url: urlBelow(server.base, path, query) });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw faultOf(target, answer);
    return resourceOf(target, jsonOf(target, answer));
  };
  return {
    target,
    get,
    list: (path, query = {}) =>
      everyPage(target, async (page) => {
        const found = await get(path, { ...query, ...page });
        if (found === undefined) throw faultOf(target, { status: 404, headers: {}, text: path.join('/') });
        return found;
      }),
    patch(path, operation, version) {
      const body = JSON.stringify({ schemas: [PATCH_OP], Operations: [operation] });
      const url = urlBelow(server.base, path);
      const condition: Record<string, string> = version === undefined ? {} : { 'if-match': version };
      return call({ method: 'PATCH', url, body }, { 'content-type': SCIM, ...condition });
    },
  };
}

/** RFC 7644, 3.4.2.4. Servers choose smaller pages than asked for, so the next one starts after what came. */
async function everyPage(
  target: string,
  get: (page: Query) => Promise<Resource>,
): Promise<readonly Resource[]> {
  const all = new Map<string, Resource>();
  for (let page = 0, start = 1; page < MOST_PAGES; page += 1) {
    const { totalResults, Resources = [] } = await get({
      startIndex: String(start),
      count: String(PAGE_SIZE),
    });
    if (typeof totalResults !== 'number' || !Array.isArray(Resources))
      throw noList(target, 'something else than a list');
    const before = all.size;
    for (const one of Resources) {
      const resource = resourceOf(target, one);
      all.set(idOf(target, resource), resource);
    }
    start += Resources.length;
    if (all.size >= totalResults) return [...all.values()];
    // It stands still: the server ignores startIndex, or keeps back what it has counted.
    if (all.size === before) throw noList(target, `only ${all.size} of ${totalResults} results`);
  }
  throw noList(target, `more than ${MOST_PAGES * PAGE_SIZE} results`);
}

function noList(target: string, what: string): Retry {
  return new Retry('no_list', `${target} answered with ${what}`);
}

function resourceOf(target: string, value: unknown): Resource {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Resource;
  throw new Retry('no_resource', `${target} answered with something else than a resource`);
}

export function idOf(target: string, { id }: Resource): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new Retry('no_resource', `${target} described something without an id`);
}
