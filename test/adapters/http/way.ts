import { createServer, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A way on loopback to a server that is elsewhere. It notes what goes by, and can lose it. */
export async function startWay(to: { readonly url: string; readonly ca?: string }) {
  const { protocol, host } = new URL(to.url);
  const send = protocol === 'https:' ? tlsRequest : plainRequest;
  const calls: string[] = [];
  /**
   * `hangs`: nothing gets through. `loses`: the server does it, and its answer to the next call of this method is lost. `refuses`: nothing
   * gets through, and this is the body of a 401.
   */
  const way: { hangs: boolean; loses: string | undefined; refuses: object | undefined } = {
    hangs: false,
    loses: undefined,
    refuses: undefined,
  };
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    if (way.hangs) return;
    if (way.refuses !== undefined) {
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(way.refuses));
      return;
    }
    const options = {
      method: request.method,
      headers: { ...request.headers, host },
      agent: false as const,
      ...(to.ca === undefined ? {} : { ca: to.ca }),
    };
    const onward = send(`${to.url}${request.url}`, options, (answer) => {
      if (way.loses === request.method) {
        way.loses = undefined;
        answer.resume().on('end', () => request.socket.destroy());
      } else answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
    });
    request.pipe(onward.on('error', () => request.socket.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    way,
    calls,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
