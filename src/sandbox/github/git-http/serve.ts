import type { IncomingMessage, ServerResponse } from 'node:http';
import { atLeast, covers, type Principal } from '../auth/principal.js';
import { principalOf } from '../auth/tokens.js';
import { bodyOf, type RecordedCall } from '../http/server.js';
import type { Hub } from '../hub.js';
import { namespaceOf } from '../pulls/find.js';
import { publishPullRefs } from '../pulls/refs.js';
import { Refusal } from '../refusal.js';
import { branchesMoved, type RefChange } from '../repository/branches.js';
import { type Account, accountNamed } from '../state.js';
import { type CgiAnswer, httpBackend } from './backend.js';
import { parsePush, refusedPush } from './commands.js';
import { refusalOfPush } from './rules.js';

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

export const isGitPath = (path: string): boolean => PATH.test(path);

interface GitRequest {
  readonly hub: Hub;
  readonly url: URL;
  readonly rest: string;
  readonly who: Extract<Principal, { kind: 'user' | 'installation' }>;
  readonly fork: Account | undefined;
  readonly message: IncomingMessage;
  readonly body: Buffer;
}

/** Clone, fetch and push: git's own `http-backend`, behind GitHub's answers about who may. */
export async function answerGit(
  hub: Hub,
  calls: RecordedCall[],
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(message.url ?? '/', hub.url);
  const method = message.method ?? 'GET';
  const route = url.pathname.replace(PATH, '/{owner}/{repo}.git$3');
  const body = await bodyOf(message);
  const fault = hub.faults.next({ method, route, path: url.pathname });
  if (fault?.kind === 'hold') await fault.until;
  let answer: CgiAnswer;
  let caller: Principal['kind'] = 'anonymous';
  try {
    if (fault?.kind === 'refuse') throw fault.refusal;
    const request = admit(hub, url, message, body);
    caller = request.who.kind;
    answer = isPush(request) ? await hub.exclusively(() => receive(request)) : await send(request);
  } catch (error) {
    answer = refused(error);
  }
  calls.push({
    method,
    route,
    path: url.pathname,
    url: url.pathname + url.search,
    status: answer.status,
    caller,
    at: performance.now(),
  });
  if (fault?.kind === 'lose') message.socket.destroy();
  else {
    response.writeHead(answer.status, { ...answer.headers, date: hub.options.now().toUTCString() });
    response.end(answer.body);
  }
  hub.outbox.flush();
}

const isPush = ({ rest }: GitRequest): boolean => rest === '/git-receive-pack';

function refused(error: unknown): CgiAnswer {
  const status = error instanceof Refusal ? error.status : 500;
  const text = error instanceof Error ? error.message : String(error);
  const headers: Record<string, string> = { 'content-type': 'text/plain' };
  if (status === 401) headers['www-authenticate'] = 'Basic realm="GitHub"';
  return { status, headers, body: Buffer.from(`${text}\n`) };
}

function admit(hub: Hub, url: URL, message: IncomingMessage, body: Buffer): GitRequest {
  const [, owner = '', repo = '', rest = ''] = PATH.exec(url.pathname) ?? [];
  const who = credentials(hub, message.headers.authorization);
  const fork = forkOf(hub, owner, repo);
  const writing = rest === '/git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  if (who.kind === 'installation') {
    if (!covers(who.token.permissions.contents, writing ? 'write' : 'read')) {
      throw new Refusal(403, 'Write access to repository not granted.');
    }
  } else if (fork?.id !== who.account.id) {
    refusePerson(who.account, { writing, fork, name: `${owner}/${repo}` });
  }
  return { hub, url, rest, who, fork, message, body };
}

/** A stranger sees nothing; a reader may not push; a fork takes pushes from its owner alone. */
function refusePerson(
  account: Account,
  { writing, fork, name }: { writing: boolean; fork: Account | undefined; name: string },
): void {
  if (!atLeast(account.permission, 'read')) throw new Refusal(404, 'Repository not found.');
  if (writing && (fork !== undefined || !atLeast(account.permission, 'write'))) {
    throw new Refusal(403, `Permission to ${name}.git denied to ${account.login}.`);
  }
}

function credentials(hub: Hub, authorization: string | undefined): GitRequest['who'] {
  const refusal = new Refusal(
    401,
    'Invalid username or token. Password authentication is not supported for Git operations.',
  );
  let who: Principal;
  try {
    who = principalOf(hub, authorization);
  } catch {
    throw refusal;
  }
  if (who.kind === 'anonymous' || who.kind === 'app') throw refusal;
  return who;
}

function forkOf(hub: Hub, owner: string, repo: string): Account | undefined {
  const { options } = hub;
  const same = repo.toLowerCase() === options.repo.toLowerCase();
  if (same && owner.toLowerCase() === options.owner.toLowerCase()) return undefined;
  const account = same && options.allowForks ? accountNamed(hub.state, owner) : undefined;
  if (account === undefined) throw new Refusal(404, 'Repository not found.');
  return account;
}

function backend({ hub, url, rest, who, fork, message, body }: GitRequest): Promise<CgiAnswer> {
  const { dir, owner, repo } = hub.options;
  return httpBackend({
    root: dir,
    path: `/${owner}/${repo}.git${rest}`,
    method: message.method ?? 'GET',
    query: url.search.slice(1),
    headers: message.headers,
    body,
    user: who.account.login,
    ...(fork === undefined ? {} : { namespace: namespaceOf(fork) }),
  });
}

async function send(request: GitRequest): Promise<CgiAnswer> {
  // Refs are also asked for in the second request alone (ls-refs of protocol version 2).
  if (!isPush(request)) await request.hub.exclusively(() => publishPullRefs(request.hub));
  return backend(request);
}

/** A push: judged by the branch rules, then git's own work, then everything that follows from the refs that moved. */
async function receive(request: GitRequest): Promise<CgiAnswer> {
  const { hub, who, fork, body } = request;
  const push = parsePush(body);
  const refusal = fork === undefined ? await refusalOfPush(hub, who.account, push) : undefined;
  if (refusal !== undefined) {
    return {
      status: 200,
      headers: { 'content-type': 'application/x-git-receive-pack-result', 'cache-control': 'no-cache' },
      body: refusedPush(push, refusal.reasons, refusal.sentences),
    };
  }
  const answer = await backend(request);
  await branchesMoved(hub, who.account, difference(hub.git.refs, await hub.git.readRefs()));
  return answer;
}

export function difference(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((ref) => before.get(ref) !== after.get(ref))
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }));
}
