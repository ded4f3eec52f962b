import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, type RecordedCall } from '../http/server.js';
import type { Hub } from '../hub.js';
import { Refusal } from '../refusal.js';
import { accountNamed } from '../state.js';
import { exchange, newCode } from './codes.js';
import { type Authorization, authorizePage, mistakePage } from './pages.js';

/**
 * GitHub's web application flow (docs.github.com, "Authorizing OAuth apps" and "Generating a user access token for a GitHub App"): a page
 * to agree on, the exchange of the code, and taking a token back.
 */

interface Sent {
  readonly url: URL;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
}

interface Told {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Row = readonly [route: string, pattern: RegExp, handle: (hub: Hub, sent: Sent) => Told];

const AUTHORIZE = '/login/oauth/authorize';
const ROWS: readonly Row[] = [
  [`GET ${AUTHORIZE}`, /^\/login\/oauth\/authorize$/, ask],
  [`POST ${AUTHORIZE}`, /^\/login\/oauth\/authorize$/, agree],
  ['POST /login/oauth/access_token', /^\/login\/oauth\/access_token$/, accessToken],
  ['DELETE /applications/{client_id}/token', /^\/applications\/([^/]+)\/token$/, takeBack],
];

export const isOAuthPath = (path: string): boolean => ROWS.some(([, pattern]) => pattern.test(path));

export async function answerOAuth(
  hub: Hub,
  calls: RecordedCall[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', hub.url);
  const method = request.method ?? 'GET';
  const row = ROWS.find(([route, pattern]) => route.startsWith(`${method} `) && pattern.test(url.pathname));
  const facts = { method, route: row?.[0].split(' ')[1] ?? url.pathname, path: url.pathname };
  const body = await bodyOf(request);
  const fault = hub.faults.next(facts);
  if (fault?.kind === 'hold') await fault.until;
  const told: Told =
    fault?.kind === 'refuse'
      ? { status: fault.refusal.status, body: JSON.stringify(fault.refusal.body()) }
      : (row?.[2](hub, { url, body, headers: request.headers }) ?? { status: 404 });
  calls.push({
    ...facts,
    url: url.pathname + url.search,
    status: told.status,
    caller: 'anonymous',
    at: performance.now(),
  });
  if (fault?.kind === 'lose') request.socket.destroy();
  response.writeHead(told.status, { date: hub.options.now().toUTCString(), ...told.headers });
  response.end(told.body);
}

const HTML = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };

function ask(hub: Hub, { url: { searchParams: sent } }: Sent): Told {
  const { oauth } = hub.options.app;
  if (oauth === undefined || sent.get('client_id') !== oauth.clientId) return { status: 404 };
  const redirectUri = sent.get('redirect_uri') ?? hub.oauth.callbacks[0] ?? '';
  const challenge = sent.get('code_challenge') ?? undefined;
  const mistake = mistakeIn(hub, redirectUri, challenge, sent.get('code_challenge_method'));
  if (mistake !== undefined) return { status: 400, headers: HTML, body: mistakePage(mistake) };
  const authorization = { redirectUri, challenge, state: sent.get('state') ?? '' };
  return { status: 200, headers: HTML, body: authorizePage(hub, authorization) };
}

function mistakeIn(
  hub: Hub,
  redirectUri: string,
  challenge: string | undefined,
  method: string | null,
): string | undefined {
  if (!hub.oauth.callbacks.includes(redirectUri))
    return 'The redirect_uri is not associated with this application.';
  const isPlain = challenge !== undefined && method !== 'S256';
  return isPlain ? 'The code_challenge_method has to be S256.' : undefined;
}

/** Somebody said who they are, or went away. */
function agree(hub: Hub, { body }: Sent): Told {
  const sent = new URLSearchParams(body.toString('utf8'));
  const authorization: Authorization = {
    redirectUri: sent.get('redirect_uri') ?? '',
    state: sent.get('state') ?? '',
    challenge: sent.get('code_challenge') || undefined,
  };
  if (!hub.oauth.callbacks.includes(authorization.redirectUri)) return { status: 400 };
  const account = accountNamed(hub.state, sent.get('login') ?? '');
  const said =
    account === undefined
      ? { error: 'access_denied', error_description: 'The user has denied your application access.' }
      : { code: newCode(hub, { ...authorization, accountId: account.id }) };
  const back = new URL(authorization.redirectUri);
  const all = { ...said, state: authorization.state, iss: `${hub.url}/login/oauth` };
  for (const [name, value] of Object.entries(all)) back.searchParams.set(name, value);
  return { status: 302, headers: { location: back.href } };
}

/** What is refused is answered with 200 as well; a form unless JSON is asked for. */
function accessToken(hub: Hub, { body, headers }: Sent): Told {
  const exchanged = exchange(hub, fieldsOf(body, headers['content-type'] ?? ''));
  const told = 'token' in exchanged ? exchanged.token : exchanged;
  const isJson = (headers.accept ?? '').includes('application/json');
  if (isJson)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(told) };
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(told)) form.set(name, String(value));
  return {
    status: 200,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
}

function takeBack(hub: Hub, { url, body, headers }: Sent): Told {
  const { oauth } = hub.options.app;
  const wanted = `Basic ${Buffer.from(`${oauth?.clientId}:${oauth?.clientSecret}`).toString('base64')}`;
  const isApp = oauth !== undefined && url.pathname === `/applications/${oauth.clientId}/token`;
  if (!isApp || headers.authorization !== wanted) return notFound();
  const token = fieldsOf(body, headers['content-type'] ?? '').get('access_token') ?? '';
  return hub.oauth.tokens.delete(token) ? { status: 204 } : notFound();
}

function notFound(): Told {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 404, headers, body: JSON.stringify(new Refusal(404, 'Not Found').body()) };
}

function fieldsOf(body: Buffer, type: string): URLSearchParams {
  const text = body.toString('utf8');
  if (!type.startsWith('application/json')) return new URLSearchParams(text);
  return new URLSearchParams(JSON.parse(text) as Record<string, string>);
}
