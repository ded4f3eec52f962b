import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callHttp } from '../../../src/adapters/http/call.js';
import { selfSigned } from './certificate.js';

const own = selfSigned();
const other = selfSigned();
let server: Server;
let port: number;
let asked: number;

beforeEach(async () => {
  asked = 0;
  server = createServer(own, (_request, response) => {
    asked += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const call = (host: string, ca?: string): Promise<unknown> =>
  callHttp('acme', {
    method: 'GET',
    url: new URL(`https://${host}:${port}/`),
    signal: AbortSignal.timeout(20_000),
    ...(ca === undefined ? {} : { ca }),
  }).catch((thrown: unknown) => thrown);

describe('an encrypted call', () => {
  it('goes to whoever the given authority vouches for', async () => {
    expect(await call('127.0.0.1', own.cert)).toMatchObject({ status: 200, text: '{}' });
  });

  it.each([
    ['signed by nobody the system trusts', '127.0.0.1', undefined],
    ['signed by another authority', '127.0.0.1', other.cert],
    ['for another name', 'localhost', own.cert],
  ])('sends nothing to a server with a certificate %s', async (_what, host, ca) => {
    expect(await call(host, ca)).toMatchObject({ fault: 'blocked', code: 'tls' });
    expect(asked).toBe(0);
  });
});
