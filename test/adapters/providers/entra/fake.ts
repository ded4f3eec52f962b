import { constants, createVerify, randomUUID, X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TENANT = 'aaaaaaaa-0000-4000-8000-000000000001';
export const CLIENT = 'aaaaaaaa-0000-4000-8000-000000000002';
export const SECRET = 'a secret of the app registration';
const TOKENS = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`;
const PAGE = 2;
/** The shortest assignment, and how long one is left alone, in seconds. */
const SHORTEST = 300;

interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly groupTypes: readonly string[];
  readonly onPremisesSyncEnabled: boolean | null;
  readonly mailEnabled: boolean;
}

interface Assignment {
  readonly principalId: string;
  readonly groupId: string;
  readonly accessId: 'member' | 'owner';
  readonly assignmentType: string;
  readonly memberType: string;
  startDateTime: string | null;
  endDateTime: string | null;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

type Input = Readonly<Record<string, unknown>>;

const error = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});
const notFound = (what: string) =>
  error(
    404,
    'Request_ResourceNotFound',
    `Resource '${what}' does not exist or one of its queried reference-property objects are not present.`,
  );

/** The directory and Privileged Identity Management, as https://learn.microsoft.com/graph/api describes them. */
export async function startEntra(now: string, certificate: string) {
  const state = {
    now,
    users: new Map<string, string>(),
    groups: new Map<string, Group>(),
    /** Groups that could be restored; `undefined`: we may not look. */
    deleted: [] as string[] | undefined,
    /** Whom somebody put into a group, users and groups. */
    members: new Map<string, Set<string>>(),
    assignments: [] as Assignment[],
    /** Whether PIM refuses to end what has only just begun; it does. */
    guardsYoung: false,
    /** Members whom lists do not show yet. */
    unseen: new Set<string>(),
    calls: [] as string[],
    bodies: [] as unknown[],
    tokens: 0,
    hanging: false,
    losing: false,
    answers: [] as Answer[],
  };
  let url = '';

  const isOpen = ({ startDateTime, endDateTime }: Assignment): boolean =>
    (startDateTime ?? '') <= state.now && (endDateTime === null || state.now < endDateTime);

  function directMembers(group: string): readonly string[] {
    const assigned = state.assignments
      .filter((one) => one.groupId === group && one.accessId === 'member' && isOpen(one))
      .map(({ principalId }) => principalId);
    return [...new Set([...(state.members.get(group) ?? []), ...assigned])];
  }

  function allMembers(group: string, seen = new Set<string>()): ReadonlySet<string> {
    for (const id of directMembers(group)) {
      if (seen.has(id)) continue;
      seen.add(id);
      if (state.groups.has(id)) allMembers(id, seen);
    }
    return seen;
  }

  const shown = (ids: Iterable<string>) =>
    [...ids]
      .filter((id) => !state.unseen.has(id))
      .map((id) => ({ '@odata.type': `#microsoft.graph.${state.users.has(id) ? 'user' : 'group'}`, id }));

  function page(path: string, all: readonly unknown[], query: URLSearchParams): Answer {
    const from = Number(query.get('$skiptoken') ?? 0);
    const next = new URLSearchParams(query);
    next.set('$skiptoken', String(from + PAGE));
    const more = from + PAGE < all.length ? { '@odata.nextLink': `${url}${path}?${next}` } : {};
    return { status: 200, body: { value: all.slice(from, from + PAGE), ...more } };
  }

  function giveToken(form: URLSearchParams): Answer {
    const isRight =
      form.get('grant_type') === 'client_credentials' &&
      form.get('client_id') === CLIENT &&
      form.get('scope') === 'https://graph.microsoft.com/.default' &&
      (form.get('client_secret') === SECRET || isSigned(form.get('client_assertion') ?? ''));
    if (!isRight) return { status: 401, body: { error: 'invalid_client' } };
    state.tokens += 1;
    return {
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3_599, access_token: `token-${state.tokens}` },
    };
  }

  function isSigned(assertion: string): boolean {
    const parts = assertion.split('.');
    if (parts.length !== 3) return false;
    const [head = '', claims = '', signature = ''] = parts;
    const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
    const known = new X509Certificate(certificate);
    const thumbprint = Buffer.from(known.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
    const key = {
      key: known.publicKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    };
    const { alg, 'x5t#S256': x5t } = read(head);
    const { aud, iss, sub, nbf, exp } = read(claims);
    const seconds = Date.parse(state.now) / 1_000;
    return (
      alg === 'PS256' &&
      x5t === thumbprint &&
      aud === TOKENS &&
      iss === CLIENT &&
      sub === CLIENT &&
      nbf <= seconds &&
      seconds < exp &&
      exp - nbf <= 600 &&
      createVerify('sha256').update(`${head}.${claims}`).verify(key, signature, 'base64url')
    );
  }

  function findUser(asked: string): Answer {
    const found = [...state.users].find(
      ([id, name]) => id === asked || name.toLowerCase() === asked.toLowerCase(),
    );
    if (found === undefined) return notFound(asked);
    return { status: 200, body: { id: found[0], userPrincipalName: found[1] } };
  }

  function addMember(group: string, body: Input): Answer {
    const known = state.groups.get(group);
    const id = /\/v1\.0\/directoryObjects\/([0-9a-f-]+)$/.exec(String(body['@odata.id']))?.[1] ?? '';
    if (known === undefined || !state.users.has(id)) return notFound(id);
    if (known.groupTypes.includes('DynamicMembership') || known.onPremisesSyncEnabled)
      return error(400, 'Request_BadRequest', 'Unable to update the specified properties');
    const members = state.members.get(group) ?? new Set();
    if (members.has(id))
      return error(
        400,
        'Request_BadRequest',
        "One or more added object references already exist for the following modified properties: 'members'.",
      );
    state.members.set(group, members.add(id));
    return { status: 204 };
  }

  /** The reference when the path ends in `/$ref`, and the very object when it does not. */
  function remove(group: string, id: string, isReference: boolean): Answer {
    const members = state.members.get(group);
    if (!members?.has(id)) return notFound(id);
    members.delete(id);
    if (!isReference) state.users.delete(id);
    return { status: 204 };
  }

  function request(body: Input): Answer {
    const { action, accessId, groupId, principalId, scheduleInfo } = body;
    if (!state.groups.has(String(groupId)) || !state.users.has(String(principalId)) || accessId !== 'member')
      return error(400, 'InvalidRoleAssignmentRequest', 'The role assignment request is invalid.');
    const found = state.assignments.find(
      (one) =>
        one.groupId === groupId &&
        one.principalId === principalId &&
        one.memberType === 'direct' &&
        isOpen(one),
    );
    const done = ACTIONS[String(action)]?.(found, {
      groupId: String(groupId),
      principalId: String(principalId),
      schedule: (scheduleInfo ?? {}) as Schedule,
    });
    return (
      done ?? { status: 201, body: { id: randomUUID(), status: 'Provisioned', action, groupId, principalId } }
    );
  }

  interface Schedule {
    readonly startDateTime?: string;
    readonly expiration?: { readonly type?: string; readonly endDateTime?: string };
  }

  interface Wanted {
    readonly groupId: string;
    readonly principalId: string;
    readonly schedule: Schedule;
  }

  const isShort = ({ startDateTime, expiration }: Schedule): boolean =>
    !(
      expiration?.type === 'afterDateTime' &&
      Date.parse(String(expiration.endDateTime)) - Date.parse(String(startDateTime)) >= SHORTEST * 1_000
    );
  const TOO_SHORT = error(
    400,
    'RoleAssignmentRequestPolicyValidationFailed',
    'The following policy rules failed: ["ExpirationRule"]',
  );

  const ACTIONS: Readonly<
    Record<string, (found: Assignment | undefined, wanted: Wanted) => Answer | undefined>
  > = {
    adminAssign(found, { groupId, principalId, schedule }) {
      if (found !== undefined)
        return error(400, 'RoleAssignmentExists', 'The Role assignment already exists.');
      if (isShort(schedule)) return TOO_SHORT;
      state.assignments.push({
        groupId,
        principalId,
        accessId: 'member',
        assignmentType: 'Assigned',
        memberType: 'direct',
        startDateTime: schedule.startDateTime ?? null,
        endDateTime: schedule.expiration?.endDateTime ?? null,
      });
      return undefined;
    },
    adminUpdate(found, { schedule }) {
      if (found === undefined)
        return error(400, 'RoleAssignmentDoesNotExist', 'The Role assignment does not exist.');
      if (isShort(schedule)) return TOO_SHORT;
      found.endDateTime = schedule.expiration?.endDateTime ?? null;
      return undefined;
    },
    adminRemove(found) {
      if (found === undefined)
        return error(400, 'RoleAssignmentDoesNotExist', 'The Role assignment does not exist.');
      const age = (Date.parse(state.now) - Date.parse(found.startDateTime ?? '')) / 1_000;
      if (state.guardsYoung && age < SHORTEST)
        return error(
          400,
          'ActiveDurationTooShort',
          'The active duration is too short. Minimum Required is 5 minutes.',
        );
      state.assignments = state.assignments.filter((one) => one !== found);
      return undefined;
    },
  };

  function listAssignments(path: string, query: URLSearchParams): Answer {
    const group = /^groupId eq '([0-9a-f-]{36})'$/.exec(query.get('$filter') ?? '')?.[1] ?? '';
    const all = state.assignments
      .filter((one) => one.groupId === group && isOpen(one) && !state.unseen.has(one.principalId))
      .map((one) => ({ ...one, id: `${group}_member_x`, assignmentScheduleId: `${group}_member_y` }));
    return page(path, all, query);
  }

  interface Asked {
    readonly path: string;
    readonly query: URLSearchParams;
    readonly body: Input;
    readonly parts: readonly string[];
  }

  const ROUTES: readonly (readonly [method: string, path: RegExp, answer: (asked: Asked) => Answer])[] = [
    ['GET', /^\/users\/([^/]+)$/, ({ parts: [, user = ''] }) => findUser(decodeURIComponent(user))],
    [
      'GET',
      /^\/directory\/deletedItems\/microsoft\.graph\.group$/,
      ({ path, query }) =>
        state.deleted === undefined
          ? error(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
          : page(
              path,
              state.deleted.map((id) => ({ id })),
              query,
            ),
    ],
    ['GET', /^\/groups$/, ({ path, query }) => page(path, [...state.groups.values()], query)],
    [
      'GET',
      /^\/groups\/([^/]+)$/,
      ({ parts: [, group = ''] }) => {
        const body = state.groups.get(group);
        return body === undefined ? notFound(group) : { status: 200, body };
      },
    ],
    [
      'GET',
      /^\/groups\/([^/]+)\/(members|transitiveMembers)$/,
      ({ path, query, parts: [, group = '', how] }) =>
        state.groups.has(group)
          ? page(path, shown(how === 'members' ? directMembers(group) : allMembers(group)), query)
          : notFound(group),
    ],
    [
      'POST',
      /^\/groups\/([^/]+)\/members\/\$ref$/,
      ({ body, parts: [, group = ''] }) => addMember(group, body),
    ],
    [
      'DELETE',
      /^\/groups\/([^/]+)\/members\/([^/]+)(\/\$ref)?$/,
      ({ parts: [, group = '', user = '', reference] }) => remove(group, user, reference !== undefined),
    ],
    [
      'GET',
      /^\/identityGovernance\/privilegedAccess\/group\/assignmentScheduleInstances$/,
      ({ path, query }) => listAssignments(path, query),
    ],
    [
      'POST',
      /^\/identityGovernance\/privilegedAccess\/group\/assignmentScheduleRequests$/,
      ({ body }) => request(body),
    ],
  ];

  function perform({ method, headers, url: asked = '' }: IncomingMessage, text: string): Answer {
    const { pathname, searchParams } = new URL(asked, 'http://entra');
    state.calls.push(`${method} ${pathname}`);
    const planted = state.answers.shift();
    if (planted !== undefined) return planted;
    if (pathname === `/${TENANT}/oauth2/v2.0/token`) return giveToken(new URLSearchParams(text));
    if (!/^Bearer token-\d+$/.test(String(headers.authorization)))
      return error(401, 'InvalidAuthenticationToken', 'Access token is empty or invalid.');
    const body: Input = text === '' ? {} : JSON.parse(text);
    if (text !== '') state.bodies.push(body);
    return route(String(method), { path: pathname, query: searchParams, body });
  }

  function route(method: string, asked: Omit<Asked, 'parts'>): Answer {
    const path = asked.path.replace(/^\/v1\.0/, '');
    const found = ROUTES.find(([verb, pattern]) => verb === method && pattern.test(path));
    if (found === undefined) return error(400, 'BadRequest', `unexpected: ${method} ${path}`);
    const [, pattern, answer] = found;
    return answer({ ...asked, parts: pattern.exec(path) ?? [] });
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    if (state.hanging) return;
    const { status, body } = perform(incoming, text);
    if (state.losing && incoming.method === 'POST' && !String(incoming.url).endsWith('/token')) {
      state.losing = false;
      incoming.socket.destroy();
      return;
    }
    response.writeHead(status, {
      'content-type': 'application/json',
      date: new Date(state.now).toUTCString(),
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  const server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    state,
    places: { graph: url, login: url },
    isMember: (group: string, user: string) => allMembers(group).has(user),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type FakeEntra = Awaited<ReturnType<typeof startEntra>>;
