import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Attributes, can, type Thing } from './rbac.js';
import { conform } from './schema.js';

type Json = { [key: string]: unknown };
type Answer = readonly [status: number, body: Json];

const RBAC = 'rbac.authorization.k8s.io';
const KINDS: Readonly<Record<string, string>> = {
  roles: 'Role',
  clusterroles: 'ClusterRole',
  rolebindings: 'RoleBinding',
  clusterrolebindings: 'ClusterRoleBinding',
  namespaces: 'Namespace',
  serviceaccounts: 'ServiceAccount',
};

export const ADMIN_TOKEN = 'admintoken';

export type FakeCluster = Awaited<ReturnType<typeof startFakeCluster>>;

/**
 * As much of an API server as bindings need, with its state and its authorization. What goes in and out is held against the schemas
 * Kubernetes publishes. What no schema says was taken from a real one (1.20): the order of keys, `bind`, conflicts, preconditions.
 */
export async function startFakeCluster() {
  const things = new Map<string, Json & Thing>();
  const tokens = new Map([[ADMIN_TOKEN, 'admin']]);
  const calls: string[] = [];
  /**
   * `forgets`: how many lists are given up at their second page. `alters`: what a webhook does to what is made. `misses`: nothing is found
   * by its name. `remakes`: somebody makes it anew just before it is deleted.
   */
  const odd = {
    pageSize: 500,
    forgets: 0,
    misses: false,
    remakes: false,
    alters: (body: Json): Json => body,
  };
  const state: State = { things, tokens, odd };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    calls.push(`${request.method} ${request.url}`);
    const [status, body] = answer(state, request, text === '' ? {} : JSON.parse(text));
    conform(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    things,
    calls,
    odd,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  readonly things: Map<string, Json & Thing>;
  readonly tokens: Map<string, string>;
  readonly odd: {
    pageSize: number;
    forgets: number;
    misses: boolean;
    remakes: boolean;
    alters(body: Json): Json;
  };
}

interface Call {
  readonly user: string;
  readonly method: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly query: URLSearchParams;
  readonly body: Json;
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'patch', DELETE: 'delete' };

function answer(state: State, request: IncomingMessage, body: Json): Answer {
  conform(body);
  const user = state.tokens.get((request.headers.authorization ?? '').replace('Bearer ', ''));
  if (user === undefined) return status(401, 'Unauthorized', 'Unauthorized');
  const url = new URL(request.url ?? '', 'http://cluster');
  const found =
    /^\/(?:api|apis\/([^/]+))\/v1(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(\/token)?$/.exec(
      decodeURIComponent(url.pathname),
    );
  if (found === null) return status(404, 'NotFound', 'the server could not find the requested resource');
  const [, group = '', namespace, resource = '', name, token] = found;
  const call = {
    user,
    method: request.method ?? '',
    group,
    namespace,
    resource,
    name,
    query: url.searchParams,
    body,
  };
  if (group === 'authorization.k8s.io') return review(state, call);
  if (token !== undefined) return tokenFor(state, call);
  const verb = VERBS[call.method] ?? (name === undefined ? 'list' : 'get');
  if (!may(state, user, { verb, group, resource, ...only({ namespace, name }) }))
    return status(
      403,
      'Forbidden',
      `${resource} is forbidden: User "${user}" cannot ${verb} resource "${resource}"`,
    );
  return (HANDLERS[verb] ?? list)(state, call);
}

const HANDLERS: Readonly<Record<string, (state: State, call: Call) => Answer>> = {
  list,
  get: (state, call) => {
    const thing = state.things.get(keyOf(call, call.name));
    const isHidden = state.odd.misses && call.resource.endsWith('bindings');
    return thing === undefined || isHidden ? notFound(call) : [200, thing];
  },
  create,
  patch,
  delete: remove,
};

function list({ things, odd }: State, { group, resource, namespace, query }: Call): Answer {
  const all = [...things.values()].filter(
    (thing) =>
      thing.kind === KINDS[resource] && (namespace === undefined || thing.metadata.namespace === namespace),
  );
  const from = Number(query.get('continue') ?? 0);
  if (from > 0 && odd.forgets > 0) {
    odd.forgets -= 1;
    return status(410, 'Expired', 'The provided continue parameter is too old');
  }
  const size = Math.min(odd.pageSize, Number(query.get('limit') ?? all.length));
  const items = all.slice(from, from + size).map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  const next = from + size < all.length ? { continue: String(from + size) } : {};
  return [
    200,
    {
      kind: `${KINDS[resource]}List`,
      apiVersion: versionOf(group),
      metadata: { resourceVersion: '1', ...next },
      items,
    },
  ];
}

function create(state: State, call: Call): Answer {
  const { things, odd } = state;
  const { group, resource, namespace, user } = call;
  const body = call.body as Json & { metadata: Json & { name: string } };
  if (namespace !== undefined && !things.has(`namespaces//${namespace}`))
    return status(404, 'NotFound', `namespaces "${namespace}" not found`);
  if (body.roleRef !== undefined && !mayBind(state, user, { roleRef: body.roleRef as Json, namespace })) {
    return status(
      403,
      'Forbidden',
      `${resource}.${group} "${body.metadata.name}" is forbidden: user "${user}" is attempting to grant RBAC permissions not currently held:\n{...}`,
    );
  }
  if (
    resource === 'roles' &&
    (body.rules as Json[]).some(({ nonResourceURLs }) => nonResourceURLs !== undefined)
  )
    return status(422, 'Invalid', 'namespaced rules cannot apply to non-resource URLs');
  const key = keyOf(call, body.metadata.name);
  if (things.has(key))
    return status(409, 'AlreadyExists', `${resource} "${body.metadata.name}" already exists`);
  const made = odd.alters({
    kind: KINDS[resource] ?? '',
    apiVersion: versionOf(group),
    metadata: {
      ...body.metadata,
      ...only({ namespace }),
      uid: randomUUID(),
      resourceVersion: '1',
      creationTimestamp: '2026-11-22T12:00:00Z',
    },
    ...(body.rules === undefined ? {} : { rules: body.rules }),
    ...(body.subjects === undefined ? {} : { subjects: (body.subjects as Json[]).map(reordered) }),
    ...(body.roleRef === undefined ? {} : { roleRef: body.roleRef }),
  });
  if (call.query.get('dryRun') !== 'All') things.set(key, made as Json & Thing);
  return [201, made];
}

/** Keys in the order of the server's own structs, not as they were written. */
function reordered({ kind, apiGroup, name, namespace }: Json): Json {
  return only({ kind, apiGroup, name, namespace });
}

function patch({ things }: State, call: Call): Answer {
  const thing = things.get(keyOf(call, call.name));
  if (thing === undefined) return notFound(call);
  if (call.body.roleRef !== undefined) return status(422, 'Invalid', 'roleRef: cannot change roleRef');
  const { annotations } = call.body.metadata as { annotations: Json };
  const metadata = thing.metadata as unknown as { annotations?: Json };
  metadata.annotations = { ...metadata.annotations, ...annotations };
  return [200, thing];
}

function remove({ things, odd }: State, call: Call): Answer {
  const key = keyOf(call, call.name);
  const thing = things.get(key);
  if (thing === undefined) return notFound(call);
  if (odd.remakes) Object.assign(thing.metadata, { uid: randomUUID() });
  const { uid } = (call.body.preconditions ?? {}) as Json;
  const { uid: own } = thing.metadata as unknown as Json;
  if (uid !== undefined && uid !== own)
    return status(
      409,
      'Conflict',
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${own}`,
    );
  things.delete(key);
  if (call.resource === 'namespaces')
    for (const [other, one] of things) if (one.metadata.namespace === call.name) things.delete(other);
  return [200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }];
}

function review(state: State, { user, body, resource }: Call): Answer {
  const spec = body.spec as { user?: string; resourceAttributes: Attributes };
  const whose = resource === 'selfsubjectaccessreviews' ? user : (spec.user ?? '');
  return [201, { ...body, metadata: {}, status: { allowed: may(state, whose, spec.resourceAttributes) } }];
}

function tokenFor({ tokens }: State, { namespace, name }: Call): Answer {
  const token = randomUUID();
  tokens.set(token, `system:serviceaccount:${namespace}:${name}`);
  return [201, { kind: 'TokenRequest', status: { token } }];
}

function may({ things }: State, user: string, wanted: Attributes): boolean {
  const stored = (resource: string) => [...things.values()].filter(({ kind }) => kind === KINDS[resource]);
  return user === 'admin' || can(stored, user, wanted);
}

function mayBind(
  state: State,
  user: string,
  { roleRef, namespace }: { roleRef: Json; namespace: string | undefined },
): boolean {
  const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
  return may(state, user, {
    verb: 'bind',
    group: RBAC,
    resource,
    name: String(roleRef.name),
    ...only({ namespace }),
  });
}

function keyOf({ resource, namespace }: Call, name: string | undefined): string {
  return `${resource}/${namespace ?? ''}/${name}`;
}

function versionOf(group: string): string {
  return group === '' ? 'v1' : `${group}/v1`;
}

function only<T extends object>(of: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as never;
}

function notFound({ resource, name }: Call): Answer {
  return status(404, 'NotFound', `${resource} "${name}" not found`);
}

function status(code: number, reason: string, message: string): Answer {
  return [code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }];
}
