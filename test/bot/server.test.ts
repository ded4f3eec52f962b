import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startServer } from '../../src/bot/server.js';
import { hearingLog } from '../support/heard.js';

it('does not keep a connection whose answers nobody reads (T135)', async () => {
  let answered = 0;
  let cut = (): void => {};
  const isCut = new Promise<void>((resolve) => {
    cut = resolve;
  });
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    log: hearingLog(),
    idleMilliseconds: 200,
    handlers: [
      async (_request, response) => {
        answered += 1;
        response.on('close', () => {
          if (!response.writableFinished) cut();
        });
        response.end(Buffer.alloc(1024 * 1024));
        return true;
      },
    ],
  });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(64));
  await isCut;
  expect(answered).toBeGreaterThan(0);
  socket.destroy();
  await server.close();
});
