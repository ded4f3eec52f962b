import { type Instant, instantOf } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { urlBelow } from '../../http/address.js';
import { type HttpAnswer, jsonOf } from '../../http/answer.js';
import { callHttp, type HttpCall } from '../../http/call.js';
import type { Cluster } from './connection.js';
import { type Doing, faultOf } from './fault.js';

/** A kind of thing of the group rbac.authorization.k8s.io, in a namespace or not. */
export interface Collection {
  readonly resource: 'rolebindings' | 'clusterrolebindings' | 'roles' | 'clusterroles';
  readonly namespace: string | undefined;
}

/** The API server for the length of one call of ours, which ends when its time is over. */
export interface Api {
  readonly target: string;
  /** @returns undefined for 404. */
  get(at: Collection, name: string): Promise<unknown>;
  /** Every page, or a fault. */
  list(at: Collection): Promise<readonly unknown[]>;
  /** @returns undefined for 409: one of this name is there. */
  create(at: Collection, body: object, options?: { readonly dryRun: boolean }): Promise<unknown>;
  annotate(at: Collection, name: string, annotations: Readonly<Record<string, string>>): Promise<void>;
  /** @returns false for 404. */
  remove(at: Collection, name: string, uid: string): Promise<boolean>;
  /** Whether we may do it (SelfSubjectAccessReview). */
  may(doing: Doing): Promise<boolean>;
  /** The server's clock of the last answer. */
  clock(): Instant | undefined;
}

const GROUP = 'rbac.authorization.k8s.io';
/** A namespace with some thousand bindings takes this much a page. */
const MOST_BYTES = 16_777_216;
const PAGE_SIZE = 500;
const MOST_PAGES = 100;

export async function openApi(cluster: Cluster): Promise<Api> {
  const { target, base } = cluster;
  const authorization = `Bearer ${await cluster.token()}`;
  const signal = AbortSignal.timeout(cluster.milliseconds);
  let date: string | undefined;
  const call = async (
    method: HttpCall['method'],
    url: URL,
    { body, type = 'application/json' }: { readonly body?: object; readonly type?: string } = {},
  ): Promise<HttpAnswer> => {
    const answer = await callHttp(target, {
      method,
      url,
      signal,
      mostBytes: MOST_BYTES,
      headers: {
        authorization,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(cluster.ca === undefined ? {} : { ca: cluster.ca }),
    });
    date = answer.headers.date ?? date;
    return answer;
  };
  const done = (answer: HttpAnswer, doing: Doing): unknown => {
    if (answer.status >= 200 && answer.status <= 299) return jsonOf(target, answer);
    throw faultOf(target, answer, doing);
  };
  return {
    target,
    async get(at, name) {
      const answer = await call('GET', urlOf(base, at, { name }));
      return answer.status === 404 ? undefined : done(answer, { verb: 'get', ...at });
    },
    async list(at) {
      const page = async (from: string): Promise<HttpAnswer> =>
        call(
          'GET',
          urlOf(base, at, {
            query: { limit: String(PAGE_SIZE), ...(from === '' ? {} : { continue: from }) },
          }),
        );
      // What a page continues is forgotten after some minutes (410); then the list begins again, once.
      const items =
        (await everyPage(page, (answer) => done(answer, { verb: 'list', ...at }))) ??
        (await everyPage(page, (answer) => done(answer, { verb: 'list', ...at })));
      if (items !== undefined) return items;
      throw new Retry('expired', `${target} forgot a list of ${at.resource} before it was read`);
    },
    async create(at, body, { dryRun } = { dryRun: false }) {
      const answer = await call('POST', urlOf(base, at, dryRun ? { query: { dryRun: 'All' } } : {}), {
        body,
      });
      return answer.status === 409 ? undefined : done(answer, { verb: 'create', ...at });
    },
    async annotate(at, name, annotations) {
      const body = { metadata: { annotations } };
      const type = 'application/merge-patch+json';
      done(await call('PATCH', urlOf(base, at, { name }), { body, type }), { verb: 'patch', ...at });
    },
    async remove(at, name, uid) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
      const answer = await call('DELETE', urlOf(base, at, { name }), { body });
      if (answer.status === 404) return false;
      done(answer, { verb: 'delete', ...at });
      return true;
    },
    async may(doing) {
      const { status } = done(
        await call(
          'POST',
          urlBelow(base, ['apis', 'authorization.k8s.io', 'v1', 'selfsubjectaccessreviews']),
          {
            body: reviewOf(doing),
          },
        ),
        { verb: 'create', resource: 'selfsubjectaccessreviews', namespace: undefined },
      ) as { readonly status?: { readonly allowed?: unknown } };
      return status?.allowed === true;
    },
    clock() {
      const seconds = Date.parse(date ?? '') / 1_000;
      return Number.isFinite(seconds) ? instantOf(seconds) : undefined;
    },
  };
}

function urlOf(
  base: URL,
  { resource, namespace }: Collection,
  { name, query }: { readonly name?: string; readonly query?: Readonly<Record<string, string>> },
): URL {
  const below = namespace === undefined ? [] : ['namespaces', namespace];
  return urlBelow(
    base,
    ['apis', GROUP, 'v1', ...below, resource, ...(name === undefined ? [] : [name])],
    query,
  );
}

/** @returns undefined when the server has forgotten where it was. */
async function everyPage(
  get: (from: string) => Promise<HttpAnswer>,
  done: (answer: HttpAnswer) => unknown,
): Promise<readonly unknown[] | undefined> {
  const all: unknown[] = [];
  let from = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await get(from);
    if (answer.status === 410 && from !== '') return undefined;
    const { items, metadata } = (done(answer) ?? {}) as {
      items?: unknown;
      metadata?: { continue?: unknown };
    };
    if (!Array.isArray(items))
      throw new Retry('no_list', 'the cluster answered with something else than a list');
    all.push(...items);
    from = typeof metadata?.continue === 'string' ? metadata.continue : '';
    if (from === '') return all;
  }
  throw new Blocked(
    'list_too_long',
    `there are more than ${MOST_PAGES * PAGE_SIZE} of them`,
    'Use another namespace for this.',
  );
}

function reviewOf({ verb, resource, namespace }: Doing): object {
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: { group: GROUP, resource, verb, ...(namespace === undefined ? {} : { namespace }) },
    },
  };
}
