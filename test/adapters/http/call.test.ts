import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAddress, urlBelow } from '../../../src/adapters/http/address.js';
import { jsonOf, retryOf } from '../../../src/adapters/http/answer.js';
import { callHttp, type HttpCall } from '../../../src/adapters/http/call.js';
import { Blocked, Retry } from '../../../src/ports/fault.js';

let server: Server;
let base: URL;
let reply: (request: IncomingMessage, response: ServerResponse) => void;
let seen: {
  method: string | undefined;
  url: string | undefined;
  headers: Record<string, unknown>;
  body: string;
}[];

beforeEach(async () => {
  seen = [];
  reply = (_request, response) => response.end('{}');
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    reply(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const call = (more: Partial<HttpCall> = {}) =>
  callHttp('acme', { method: 'GET', url: base, signal: AbortSignal.timeout(20_000), ...more });
const fault = (work: Promise<unknown>): Promise<unknown> => work.catch((thrown: unknown) => thrown);

describe('a call', () => {
  it('sends what it is given, and hands back what was answered', async () => {
    reply = (_request, response) => response.writeHead(201, { etag: 'W/"1"' }).end('{"a":"ü"}');
    const answer = await call({ method: 'PATCH', body: '{"b":"ß"}', headers: { authorization: 'Bearer t' } });
    expect(answer).toMatchObject({ status: 201, headers: { etag: 'W/"1"' } });
    expect(jsonOf('acme', answer)).toEqual({ a: 'ü' });
    expect(seen).toMatchObject([
      { method: 'PATCH', body: '{"b":"ß"}', headers: { authorization: 'Bearer t', 'content-length': '10' } },
    ]);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
    reply = (_request, response) => response.writeHead(status, { location: `${base}elsewhere` }).end();
    expect(await fault(call())).toMatchObject({ fault: 'blocked', code: 'redirected' });
    expect(seen).toHaveLength(1);
  });

  it('gives up when there is no answer', async () => {
    const stop = new AbortController();
    reply = () => stop.abort();
    expect(await fault(call({ signal: stop.signal }))).toMatchObject({ fault: 'retry', code: 'timeout' });
  });

  it('gives up when an answer does not end', async () => {
    const stop = new AbortController();
    reply = (_request, response) => {
      response.write('{"a":');
      setImmediate(() => stop.abort());
    };
    expect(await fault(call({ signal: stop.signal }))).toMatchObject({ fault: 'retry', code: 'timeout' });
  });

  it('reads no more than it has to', async () => {
    reply = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    expect(await fault(call())).toMatchObject({ fault: 'blocked', code: 'answer_too_large' });
    reply = (_request, response) => response.end('12345');
    expect(await fault(call({ mostBytes: 4 }))).toBeInstanceOf(Blocked);
    expect((await call({ mostBytes: 5 })).text).toBe('12345');
  });

  it('comes back when the connection breaks, before or within the answer', async () => {
    reply = (request) => request.socket.destroy();
    expect(await fault(call())).toMatchObject({ fault: 'retry', code: 'unreachable' });
    reply = (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{}', () => request.socket.destroy());
    };
    expect(await fault(call())).toMatchObject({ fault: 'retry', code: 'unreachable' });
  });

  it('sends nothing that Node would refuse, and names no secret when it says so', async () => {
    const error = await fault(call({ headers: { authorization: 'Bearer secret\r\nx: y' } }));
    expect(error).toMatchObject({ fault: 'blocked', code: 'settings' });
    expect(String(error)).not.toContain('secret');
    expect(seen).toEqual([]);
  });
});

describe('an address', () => {
  it.each([
    'https://api.example.com/scim/v2',
    'http://127.0.0.1:1/',
    'http://localhost:1/x',
    'http://[::1]:1/',
  ])('may be %s', (address) => expect(parseAddress('acme', address).href).toContain('://'));

  it.each([
    'http://api.example.com/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'https://user:pass@api.example.com/',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'api.example.com',
    '',
  ])('may not be %j', async (address) => {
    expect(() => parseAddress('acme', address)).toThrow(Blocked);
    if (URL.canParse(address)) expect(await fault(call({ url: new URL(address) }))).toBeInstanceOf(Blocked);
  });

  it('keeps every segment one segment', () => {
    expect(urlBelow(new URL('https://h/scim/v2/'), ['Groups', 'a/../b?c#d%2f é'], { q: 'x y&z' }).href).toBe(
      'https://h/scim/v2/Groups/a%2F..%2Fb%3Fc%23d%252f%20%C3%A9?q=x+y%26z',
    );
    for (const bad of ['..', '.', '']) expect(() => urlBelow(base, ['Groups', bad])).toThrow(Blocked);
  });
});

describe('an answer that says later', () => {
  const answer = (status: number, headers = {}) => retryOf('acme', { status, headers, text: '' });

  it.each([
    [429, { 'retry-after': '7' }, 7],
    [429, {}, 60],
    [429, { 'retry-after': '-1' }, 60],
    [429, { 'retry-after': '999999' }, 3_600],
    [503, { 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT', date: 'Sun, 22 Nov 2026 12:00:00 GMT' }, 30],
    [503, { 'retry-after': 'soon' }, 0],
    [500, {}, 0],
  ])('%i %j', (status, headers, after) => {
    expect(answer(status, headers)).toMatchObject({ fault: 'retry', after });
  });

  it.each([200, 400, 401, 403, 404, 409, 412])('is not %i', (status) => {
    expect(answer(status)).toBeUndefined();
  });

  it('is one that is no JSON', () => {
    expect(() => jsonOf('acme', { status: 200, headers: {}, text: '<html>' })).toThrow(Retry);
  });
});
