import { createVerify, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Condition {
  title: string;
  description?: string;
  expression: string;
}

export interface Binding {
  role: string;
  members: string[];
  condition?: Condition;
}

interface Policy {
  version?: number;
  etag?: string;
  bindings?: Binding[];
  auditConfigs?: unknown[];
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const error = (code: number, status: string, message: string): Answer => ({
  status: code,
  body: { error: { code, status, message } },
});

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

/** The key of a service account, as Google hands it out. */
export const KEY = {
  type: 'service_account',
  private_key_id: 'key-1',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  client_email: 'hallpass@ops.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
};

const BASIC = ['roles/owner', 'roles/editor', 'roles/viewer'];
const MOST_CONDITIONAL = 20;
const POLICY = /^\/v3\/([a-z]+\/[a-z0-9-]+):(getIamPolicy|setIamPolicy)$/;
const TIME_LIMIT = /^request\.time < timestamp\("([^"]+)"\)$/;

/**
 * Google Cloud's Resource Manager as far as policies go, with its tricks: a policy that is asked for without version 3 comes without
 * conditions, one that is written without version 3 loses them, and one that is written without an etag replaces whatever is there.
 * https://cloud.google.com/iam/docs/policies#versions and #etag; https://cloud.google.com/iam/docs/conditions-overview
 */
export async function startGoogle(now: string) {
  const state = {
    now,
    people: new Set<string>(),
    policies: new Map<string, { etag: number; policy: Policy }>(),
    /** Resources that answer as if they were not ours to see. */
    forbidden: new Set<string>(),
    projects: [] as { projectId: string; displayName: string; state: string }[],
    calls: [] as string[],
    tokens: 0,
    flavor: 'Google',
    hanging: false,
    losing: false,
    /** What happens between our reading and our writing. */
    meanwhile: [] as (() => void)[],
    answers: [] as Answer[],
  };

  function read(resource: string, options: { requestedPolicyVersion?: number } | undefined): Answer {
    const { etag, policy } = state.policies.get(resource) ?? { etag: 0, policy: {} };
    const bindings = policy.bindings ?? [];
    const isConditional = bindings.some(({ condition }) => condition !== undefined);
    if (options?.requestedPolicyVersion === 3 || !isConditional) {
      const version = isConditional ? 3 : 1;
      const shown = bindings.length > 0 ? { bindings: structuredClone(bindings) } : {};
      return { status: 200, body: { ...policy, version, etag: `BwX${etag}=`, ...shown } };
    }
    const shown = bindings.map(({ role, members, condition }) =>
      condition ? { role: `${role}_withcond_1234`, members } : { role, members },
    );
    return { status: 200, body: { ...policy, version: 1, etag: `BwX${etag}=`, bindings: shown } };
  }

  function write(resource: string, wanted: Policy): Answer {
    state.meanwhile.shift()?.();
    const { etag, policy } = state.policies.get(resource) ?? { etag: 0, policy: {} };
    if (wanted.etag !== undefined && wanted.etag !== `BwX${etag}=`)
      return error(409, 'ABORTED', 'There were concurrent policy changes.');
    const given = wanted.version === 3 ? (wanted.bindings ?? []) : (wanted.bindings ?? []).map(unconditional);
    const wrong = problemWith(given);
    if (wrong !== undefined) return wrong;
    const bindings = merged(given);
    const next = JSON.stringify(bindings) === JSON.stringify(policy.bindings ?? []) ? etag : etag + 1;
    state.policies.set(resource, { etag: next, policy: { ...policy, bindings } });
    return read(resource, { requestedPolicyVersion: 3 });
  }

  const unconditional = ({ role, members }: Binding): Binding => ({ role, members });

  function problemWith(bindings: readonly Binding[]): Answer | undefined {
    if (bindings.some(({ role, condition }) => condition && BASIC.includes(role)))
      return error(400, 'INVALID_ARGUMENT', 'Conditions cannot be set on basic roles');
    const people = bindings.flatMap(({ members }) =>
      members.flatMap((one) => /^user:(.*)$/.exec(one)?.[1] ?? []),
    );
    const unknown = people.find((name) => !state.people.has(name));
    if (unknown !== undefined) return error(400, 'INVALID_ARGUMENT', `User ${unknown} does not exist.`);
    const conditional = bindings
      .filter(({ condition }) => condition)
      .flatMap(({ role, members }) => members.map((member) => `${role} ${member}`));
    const isTooMuch = conditional.some(
      (one) => conditional.filter((other) => other === one).length > MOST_CONDITIONAL,
    );
    return isTooMuch ? error(400, 'INVALID_ARGUMENT', 'Too many conditional role bindings') : undefined;
  }

  /** Bindings of the same role and condition are one. */
  function merged(bindings: readonly Binding[]): Binding[] {
    const all = new Map<string, Binding>();
    for (const { role, members, condition } of bindings) {
      const key = JSON.stringify([role, condition?.title, condition?.description, condition?.expression]);
      const known = all.get(key)?.members ?? [];
      const one = { role, members: [...new Set([...known, ...members])] };
      if (one.members.length > 0) all.set(key, condition ? { ...one, condition } : one);
    }
    return [...all.values()];
  }

  function giveToken(form: URLSearchParams): Answer {
    const [header = '', claims = '', signature = ''] = String(form.get('assertion')).split('.');
    const { aud, iss, iat, exp, scope } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const isSigned = createVerify('sha256')
      .update(`${header}.${claims}`)
      .verify(publicKey, signature, 'base64url');
    const isFresh = exp - iat <= 3_600 && iat * 1_000 <= Date.parse(state.now);
    const isRight =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      aud === KEY.token_uri &&
      iss === KEY.client_email &&
      scope === 'https://www.googleapis.com/auth/cloud-platform';
    if (!(isSigned && isFresh && isRight)) return { status: 400, body: { error: 'invalid_grant' } };
    state.tokens += 1;
    return {
      status: 200,
      body: { access_token: `token-${state.tokens}`, expires_in: 3_599, token_type: 'Bearer' },
    };
  }

  function askMetadata(request: IncomingMessage): Answer {
    if (request.headers['metadata-flavor'] !== 'Google') return { status: 403, body: {} };
    return { status: 200, body: { access_token: 'token-0', expires_in: 600 } };
  }

  function search(pageToken: string | null): Answer {
    const from = Number(pageToken ?? 0);
    const next = from + 1 < state.projects.length ? { nextPageToken: String(from + 1) } : {};
    return { status: 200, body: { projects: state.projects.slice(from, from + 1), ...next } };
  }

  function callPolicy(path: string, body: string): Answer {
    const [, resource = '', verb] = POLICY.exec(path) ?? [];
    if (!state.policies.has(resource) || state.forbidden.has(resource))
      return error(403, 'PERMISSION_DENIED', `The caller does not have permission on ${resource}`);
    const input = JSON.parse(body);
    return verb === 'getIamPolicy' ? read(resource, input.options) : write(resource, input.policy);
  }

  function perform(request: IncomingMessage, body: string): Answer {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://google');
    state.calls.push(`${request.method} ${pathname}`);
    const planted = state.answers.shift();
    if (planted !== undefined) return planted;
    if (pathname === '/token') return giveToken(new URLSearchParams(body));
    if (pathname === '/metadata') return askMetadata(request);
    if (!/^Bearer token-\d+$/.test(String(request.headers.authorization)))
      return error(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    if (pathname === '/v3/projects:search') return search(searchParams.get('pageToken'));
    return callPolicy(pathname, body);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (state.hanging) return;
    const { status, body } = perform(request, text);
    if (state.losing && String(request.url).endsWith(':setIamPolicy')) {
      state.losing = false;
      request.socket.destroy();
      return;
    }
    response.writeHead(status, {
      'content-type': 'application/json',
      'metadata-flavor': state.flavor,
      date: new Date(state.now).toUTCString(),
    });
    response.end(JSON.stringify(body));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    state,
    places: { resources: url, tokens: `${url}/token`, metadata: `${url}/metadata` },
    bindings: (resource: string) => state.policies.get(resource)?.policy.bindings ?? [],
    /** As an administrator would in the console. */
    edit(resource: string, change: (bindings: Binding[]) => Binding[]) {
      const { etag, policy } = state.policies.get(resource) ?? { etag: 0, policy: {} };
      const bindings = merged(change(structuredClone(policy.bindings ?? [])));
      state.policies.set(resource, { etag: etag + 1, policy: { ...policy, bindings } });
    },
    /** Whether Google would let the person in now. */
    allows(resource: string, role: string, member: string): boolean {
      return (state.policies.get(resource)?.policy.bindings ?? []).some((binding) => {
        const until = TIME_LIMIT.exec(binding.condition?.expression ?? '')?.[1];
        const isOpen = binding.condition === undefined || (until !== undefined && state.now < until);
        return binding.role === role && binding.members.includes(member) && isOpen;
      });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type FakeGoogle = Awaited<ReturnType<typeof startGoogle>>;
