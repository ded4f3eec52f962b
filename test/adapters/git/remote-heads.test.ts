import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openRemoteHeads } from '../../../src/adapters/git/remote-heads.js';
import { httpBackend } from '../../../src/sandbox/github/git-http/backend.js';
import { bareRemote, commit, git, mirrorOf } from './world.js';

const MAIN = { remote: 'refs/heads/main', local: 'refs/hallpass/default' };
const ONE = '1'.repeat(40);

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

async function serving(handler: Handler): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    handler(request, response, Buffer.concat(chunks));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const line = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;

/** What a look comes to when the remote answers so. */
async function lookAt(answer: string | Buffer, status = 200) {
  const url = await serving((_request, response) => response.writeHead(status).end(answer));
  return openRemoteHeads({ url: `${url}/o/r.git` }).look(['refs/heads/main']);
}

describe('a look at the remote', () => {
  it('tells where refs are', async () => {
    const found = await lookAt(`${line(`${ONE} refs/heads/main\n`)}0000`);
    expect(found).toEqual(new Map([['refs/heads/main', ONE]]));
    expect(await lookAt('0000')).toEqual(new Map());
  });

  it.each<[string, string, number]>([
    ['nothing', '', 200],
    ['no end', line(`${ONE} refs/heads/main\n`), 200],
    ['more after the end', `${line(`${ONE} refs/heads/main\n`)}0000x`, 200],
    ['an id that is none', `${line('xyz refs/heads/main\n')}0000`, 200],
    ['a line that is shorter than it says', '00ff0000', 200],
    ['a length that is none', 'zzzz', 200],
    ['an error of the protocol', `${line('ERR no such repository')}0000`, 200],
    ['the first version of the protocol', `${line('# service=git-upload-pack\n')}0000`, 200],
    ['more than anybody needs', `${line(`${ONE} refs/heads/main\n`).repeat(2_000)}0000`, 200],
    ['not found', '0000', 404],
    ['not now', '0000', 503],
    ['another place', '0000', 302],
  ])('that is answered with %s is none', async (_, answer, status) => {
    expect(await lookAt(answer, status)).toBeUndefined();
  });

  it('is not made where only git knows the way', async () => {
    let asked = 0;
    const url = await serving((_request, response) => {
      asked += 1;
      response.end('0000');
    });
    for (const environment of [{ https_proxy: 'http://p' }, { ALL_PROXY: 'p' }, { GIT_SSL_CAINFO: '/ca' }]) {
      expect(await openRemoteHeads({ url: `${url}/o/r.git`, environment }).look([])).toBeUndefined();
    }
    expect(await openRemoteHeads({ url: '/on/disk' }).look([])).toBeUndefined();
    expect(asked).toBe(0);
  });

  it('takes no credentials to another host', async () => {
    const shown: (string | undefined)[] = [];
    const other = await serving((request, response) => {
      shown.push(request.headers.authorization);
      response.end('0000');
    });
    const url = await serving((_request, response) => response.writeHead(307, { location: other }).end());
    const credentials = async () => ({ username: 'u', password: 'p' });
    expect(await openRemoteHeads({ url: `${url}/o/r.git`, credentials }).look([])).toBeUndefined();
    expect(shown).toEqual([]);
  });
});

describe('a fetch', () => {
  /** A bare repository behind git's own server, and what was asked of it. */
  async function served() {
    const remote = bareRemote();
    const asked: string[] = [];
    const url = await serving(async (request, response, body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      asked.push(`${request.method} ${pathname.split('.git')[1]}`);
      const answer = await httpBackend({
        root: dirname(remote),
        path: pathname,
        method: request.method ?? 'GET',
        query: searchParams.toString(),
        headers: request.headers,
        body,
        user: 'x',
      });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    return { remote, asked, url: `${url}/${basename(remote)}` };
  }

  it('asks one question when nothing is new, and brings what is', async () => {
    const { remote, asked, url } = await served();
    const first = commit(remote, { a: '1' });
    const mirror = await mirrorOf(url);
    expect(await mirror.fetch([MAIN])).toBe(true);
    asked.splice(0);
    expect(await mirror.fetch([MAIN])).toBe(true);
    expect(asked).toEqual(['POST /git-upload-pack']);
    expect(await mirror.ref(MAIN.local)).toBe(first);
    const second = commit(remote, { a: '2' });
    expect(await mirror.fetch([MAIN])).toBe(true);
    expect(await mirror.ref(MAIN.local)).toBe(second);
    // Set back: what is there counts, not what was.
    git(remote, ['update-ref', MAIN.remote, first]);
    expect(await mirror.fetch([MAIN])).toBe(true);
    expect(await mirror.ref(MAIN.local)).toBe(first);
    git(remote, ['update-ref', '-d', MAIN.remote]);
    expect(await mirror.fetch([MAIN])).toBe(false);
    expect(await mirror.ref(MAIN.local)).toBeUndefined();
  });

  it('leaves nothing to a look when the copy is in doubt', async () => {
    const { remote, asked, url } = await served();
    const head = commit(remote, { a: '1' });
    const mirror = await mirrorOf(url);
    await mirror.fetch([MAIN]);
    mirror.missing(head);
    asked.splice(0);
    await mirror.fetch([MAIN]);
    expect(asked).toContain('GET /info/refs');
  });
});
