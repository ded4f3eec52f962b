import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver does with a request once it has read it. */
export type Manner = (response: ServerResponse) => void;

/** Somebody outside who takes notices over HTTP, well or badly. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** For the coming requests, one each; then it answers 200 again. */
  readonly manners: Manner[];
  /** Resolves when whoever called first has let go of the connection, or has had the whole answer. */
  readonly letGo: Promise<void>;
  close(): Promise<void>;
}

/** Whoever knows the path can post. */
export const SECRET_PATH = '/services/T000/B000/canary-XyZ123';

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const manners: Manner[] = [];
  let done = (): void => {};
  const letGo = new Promise<void>((resolve) => {
    done = resolve;
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('close', done);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '', headers } = request;
      received.push({ path: url, headers, body: Buffer.concat(chunks).toString() });
      const manner = manners.shift() ?? ((to) => to.end('ok'));
      manner(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${SECRET_PATH}`,
    received,
    manners,
    letGo,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const answers =
  (status: number, headers: Readonly<Record<string, string>> = {}): Manner =>
  (response) =>
    void response.writeHead(status, headers).end('no');

export const hangs: Manner = () => {};

export const resets: Manner = (response) => void response.socket?.resetAndDestroy();

/** Answers well and then never stops talking, as long as anybody listens. */
export const talksForEver: Manner = (response) => {
  response.writeHead(200);
  const more = (): void => {
    if (response.destroyed) return;
    response.write('x'.repeat(65_536), () => setImmediate(more));
  };
  more();
};

/** Answers well and breaks off before it has said everything. */
export const breaksOff: Manner = (response) => {
  response.writeHead(200, { 'content-length': '100000' });
  response.write('x', () => response.socket?.resetAndDestroy());
};
