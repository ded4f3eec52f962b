import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TOKEN } from './scimmy.js';

interface User {
  readonly id: string;
  userName: string;
  readonly active: boolean;
}

interface Group {
  readonly id: string;
  displayName: string;
  members: { value: string; type?: string }[];
}

/** In which ways it is unlike RFC 7644. All of them are some server's. */
export interface Oddities {
  /** Hands back everything, whatever was asked for. */
  ignoresFilter?: boolean;
  /** Never shows who is in a group; a filter tells. */
  hidesMembers?: boolean;
  /** Wants the member to remove as a value. A path is refused. */
  removesByValue?: boolean;
  /** Says yes to changes and makes none. */
  doesNothing?: boolean;
  /** Adds whoever is in it already once more. */
  addsTwice?: boolean;
  ignoresStartIndex?: boolean;
  pageSize?: number;
  /** Gives each group a version, and refuses a change that names another. */
  versions?: boolean;
  noPatch?: boolean;
  /** Every answer is this one. */
  answer?: (response: ServerResponse) => void;
}

export type OddServer = Awaited<ReturnType<typeof startOddServer>>;

/** A SCIM server that is made to be odd. It knows the filters that Hallpass sends, and refuses every other one. */
export async function startOddServer(odd: Oddities = {}) {
  const users = new Map<string, User>();
  const groups = new Map<string, Group>();
  const way = { hangs: false, losesNextPatch: false };
  const calls: string[] = [];
  const patches: { operation: Operation; version: string | undefined }[] = [];
  const state: State = { odd, users, groups, patches };
  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    calls.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
    if (way.hangs) return;
    if (odd.answer !== undefined) return odd.answer(response);
    const [status, body] =
      request.headers.authorization === `Bearer ${TOKEN}`
        ? answer(state, request, text)
        : [401, { detail: 'no' }];
    if (way.losesNextPatch && request.method === 'PATCH') {
      way.losesNextPatch = false;
      request.socket.destroy();
    } else response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let next = 0;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/`,
    directory: { users, groups },
    odd,
    way,
    calls,
    patches,
    addUser(userName: string, more: Partial<User> = {}): string {
      const id = `u-${++next}`;
      users.set(id, { id, userName, active: true, ...more });
      return id;
    },
    addGroup(displayName: string, members: readonly string[] = []): string {
      const id = `g-${++next}`;
      groups.set(id, { id, displayName, members: members.map((value) => ({ value })) });
      return id;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  readonly odd: Oddities;
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly patches: { operation: Operation; version: string | undefined }[];
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: readonly { readonly value: string }[];
}

type Answer = readonly [status: number, body: unknown];

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function answer(state: State, request: IncomingMessage, text: string): Answer {
  const url = new URL(request.url ?? '', 'http://scim');
  const [, , type, id] = url.pathname.split('/').map(decodeURIComponent);
  if (type === 'ServiceProviderConfig') return [200, { patch: { supported: state.odd.noPatch !== true } }];
  const all = type === 'Users' ? state.users : state.groups;
  if (id === undefined) return list(state, [...all.values()], url.searchParams);
  const found = all.get(id);
  if (found === undefined) return [404, { detail: 'nothing here' }];
  if (request.method === 'GET') return [200, show(state, found)];
  return patch(state, found as Group, {
    operation: JSON.parse(text).Operations[0],
    version: request.headers['if-match'],
  });
}

function list(state: State, all: readonly (User | Group)[], query: URLSearchParams): Answer {
  const { odd } = state;
  const filter = odd.ignoresFilter ? null : query.get('filter');
  const found = filter === null ? all : all.filter(matches(filter));
  const start = odd.ignoresStartIndex ? 1 : Number(query.get('startIndex') ?? 1);
  const page = found.slice(start - 1, start - 1 + (odd.pageSize ?? 100));
  return [
    200,
    { totalResults: found.length, startIndex: start, Resources: page.map((one) => show(state, one)) },
  ];
}

function matches(filter: string): (one: User | Group) => boolean {
  const parts = filter.split(' and ').map((part) => /^(\w+) eq "([^"\\]*)"$/.exec(part));
  return (one) =>
    parts.every((part) => {
      if (part === null) throw new Error(`no such filter: ${filter}`);
      const [, attribute = '', value = ''] = part;
      if (attribute === 'members') return (one as Group).members.some((member) => member.value === value);
      // RFC 7643 compares these without case.
      const own = String((one as unknown as Record<string, unknown>)[attribute]);
      return own.toLowerCase() === value.toLowerCase();
    });
}

function show({ odd }: State, one: User | Group): unknown {
  if (!('members' in one)) return one;
  const { members, ...rest } = one;
  return {
    ...rest,
    ...(odd.hidesMembers || members.length === 0 ? {} : { members }),
    ...(odd.versions ? { meta: { version: versionOf(one) } } : {}),
  };
}

function versionOf(group: Group): string {
  return `W/"${group.members.length}"`;
}

function patch(
  { odd, patches }: State,
  group: Group,
  { operation, version }: { operation: Operation; version: string | undefined },
): Answer {
  patches.push({ operation, version });
  if (odd.versions && version !== undefined && version !== versionOf(group))
    return [412, { detail: 'changed' }];
  if (odd.doesNothing) return [204, undefined];
  const values = (operation.value ?? []).map(({ value }) => value);
  if (operation.op === 'add') {
    for (const value of values)
      if (odd.addsTwice || !group.members.some((member) => member.value === value))
        group.members.push({ value });
    return [200, group];
  }
  const [, one] = /^members\[value eq "([^"]*)"\]$/.exec(operation.path) ?? [];
  const gone = odd.removesByValue ? values : [one];
  if (gone[0] === undefined) return [400, { scimType: 'invalidPath', detail: 'another path please' }];
  if (!group.members.some(({ value }) => gone.includes(value))) return [400, { scimType: 'noTarget' }];
  group.members = group.members.filter(({ value }) => !gone.includes(value));
  return [200, group];
}
