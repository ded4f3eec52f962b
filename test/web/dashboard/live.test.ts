import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createLive, type Live } from '../../../src/web/dashboard/live.js';
import type { Readers } from '../../../src/web/dashboard/readers.js';
import type { Session } from '../../../src/web/dashboard/sessions.js';
import { at } from '../../app/entries.js';

const session: Session = { id: 1, login: 'alice', formToken: 'f', key: 'k', token: 't', endsAt: at(60) };
let server: Server;
let live: Live;

afterEach(async () => {
  live.close();
  await new Promise((resolve) => server.close(resolve));
});

async function listenWith(options: Parameters<typeof createLive>[0]): Promise<string> {
  live = createLive(options);
  server = createServer((_, response) => {
    live.open(session, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** @returns all that was said until the stream ended. */
const heard = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    }).on('error', reject);
  });

const everybody: Readers = { mayRead: async () => true, forget() {} };

it('ends a stream after so many beats, and says nothing behind its end', async () => {
  const url = await listenWith({ readers: everybody, beatMilliseconds: 1, mostBeats: 3 });
  expect(await heard(url)).toBe(`retry: 5000\n\n${': still here\n\n'.repeat(3)}`);
});

it('says nothing to a stream that ended while GitHub was asked', async () => {
  let ask = (): void => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  let say = (_may: boolean): void => {};
  const answer = new Promise<boolean>((resolve) => {
    say = resolve;
  });
  const mayRead = (): Promise<boolean> => {
    ask();
    return answer;
  };
  const url = await listenWith({ readers: { mayRead, forget() {} }, settleMilliseconds: 1 });
  const all = heard(url);
  const changing = setInterval(() => live.changed(), 1);
  await asked;
  clearInterval(changing);
  live.endOf(session);
  say(true);
  expect(await all).toBe('retry: 5000\n\n');
});

it('ends where nobody can tell who may read', async () => {
  const readers = { mayRead: () => Promise.reject(new Error('away')), forget() {} };
  const url = await listenWith({ readers, beatMilliseconds: 1 });
  expect(await heard(url)).toBe('retry: 5000\n\n');
});
