import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { allow } from '../auth/access.js';
import type { Principal } from '../auth/principal.js';
import { principalOf } from '../auth/tokens.js';
import { namedRoute } from '../graphql/routes.js';
import type { Hub } from '../hub.js';
import { badCredentials, notFound, Refusal } from '../refusal.js';
import type { Answer, Call } from './call.js';
import type { RequestFacts } from './faults.js';
import { type Budget, rateHeaders } from './rate.js';
import type { Found } from './router.js';

export interface RecordedCall extends RequestFacts {
  readonly status: number;
  /** Path and query as sent. */
  readonly url: string;
  readonly caller: Principal['kind'];
  /** When it was answered, by the clock of the process (`performance.now`). */
  readonly at: number;
  /** The installation the token was minted for. */
  readonly installation?: number;
}

export interface RestServer {
  readonly hub: Hub;
  readonly find: (method: string, path: string) => Found | undefined;
  readonly calls: RecordedCall[];
  readonly budget: Budget;
}

const MAXIMUM_BODY = 25 * 1024 * 1024;

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAXIMUM_BODY) throw new Refusal(413, 'Payload Too Large');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
}

/** One REST request: who, which route, may they, do it, answer; a planned fault comes first. */
export async function answerRest(
  server: RestServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { hub } = server;
  const url = new URL(request.url ?? '/', hub.url);
  const method = request.method ?? 'GET';
  const found = server.find(method, url.pathname);
  const body = await bodyOf(request);
  const facts = factsOf(method, found?.route.path ?? url.pathname, body);
  const path = url.pathname;
  const fault = hub.faults.next({ ...facts, path });
  if (fault?.kind === 'hold') await fault.until;
  let who: Principal = { kind: 'anonymous' };
  let answer: Answer;
  try {
    if (fault?.kind === 'refuse') throw fault.refusal;
    who = principalOf(hub, request.headers.authorization);
    if (found === undefined) throw who.kind === 'anonymous' ? badCredentials() : notFound();
    allow(found.route.access, who);
    const call = callOf(hub, found, request, url, who, body);
    const work = async (): Promise<Answer> => found.route.handle(call);
    answer = method === 'GET' ? await work() : await hub.exclusively(work);
  } catch (error) {
    answer = refusalOf(error);
  }
  const installation = who.kind === 'installation' ? { installation: hub.options.app.installationId } : {};
  const final = conditional(request, method, answer);
  server.calls.push({
    ...facts,
    path,
    status: final.status,
    url: url.pathname + url.search,
    caller: who.kind,
    at: performance.now(),
    ...installation,
  });
  if (fault?.kind === 'lose') request.socket.destroy();
  else send(hub, response, final, rateOfAnswer(server, who, { status: final.status, route: facts.route }));
  hub.outbox.flush();
}

function factsOf(method: string, template: string, body: Buffer): Omit<RequestFacts, 'path'> {
  return { method, route: template === '/graphql' ? namedRoute(body) : template };
}

function rateOfAnswer(
  { budget, hub }: RestServer,
  who: Principal,
  { status, route }: { readonly status: number; readonly route: string },
): Readonly<Record<string, string>> {
  const resource = route.startsWith('/graphql') ? 'graphql' : 'core';
  return rateHeaders(budget, hub.options.now(), { who, status, resource });
}

function callOf(
  hub: Hub,
  found: Found,
  request: IncomingMessage,
  url: URL,
  who: Principal,
  bytes: Buffer,
): Call {
  const { owner, repo, org } = found.params;
  const { options } = hub;
  if (owner !== undefined && !sameName(owner, options.owner)) throw notFound();
  if (org !== undefined && !sameName(org, options.owner)) throw notFound();
  if (repo !== undefined && !sameName(repo, options.repo)) throw notFound();
  return {
    hub,
    params: found.params,
    query: url.searchParams,
    body: jsonObject(bytes),
    who,
    url,
    accept: request.headers.accept ?? '',
  };
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function jsonObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
  // A bare list is how labels may be set.
  if (Array.isArray(parsed)) return { labels: parsed };
  if (typeof parsed !== 'object' || parsed === null) throw new Refusal(400, 'Body should be a JSON object');
  return parsed as Readonly<Record<string, unknown>>;
}

function refusalOf(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: error.body(), headers: error.headers };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // Not GitHub's words on purpose: a fault of the stand-in has to be seen as one.
  return { status: 500, body: { message: `The sandbox failed: ${message}` } };
}

/** A read that has not changed is answered 304 and costs nothing. */
function conditional(request: IncomingMessage, method: string, answer: Answer): Answer {
  if (method !== 'GET' || answer.status !== 200) return answer;
  const digest = createHash('sha256').update(JSON.stringify(answer.body)).digest('hex');
  const etag = `W/"${digest}"`;
  const headers = { ...answer.headers, etag };
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim());
  if (known.includes(etag) || known.includes(etag.slice(2))) return { status: 304, headers };
  return { ...answer, headers };
}

function send(
  hub: Hub,
  response: ServerResponse,
  answer: Answer,
  rate: Readonly<Record<string, string>>,
): void {
  const raw = Buffer.isBuffer(answer.body) ? answer.body : undefined;
  const body = raw ?? (answer.body === undefined ? undefined : Buffer.from(JSON.stringify(answer.body)));
  response.writeHead(answer.status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    date: hub.options.now().toUTCString(),
    'x-github-request-id': randomUUID(),
    'x-github-media-type': 'github.v3; format=json',
    ...rate,
    ...answer.headers,
  });
  response.end(body);
}
