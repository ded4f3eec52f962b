import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export type ToldServer = Awaited<ReturnType<typeof startToldServer>>;

/** A server that answers what it is told, by method and path; a function is asked anew. What it is not told is 599. */
export async function startToldServer() {
  const answers: Record<string, Reply | (() => Reply)> = {};
  const calls: string[] = [];
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const call = `${request.method} ${request.url}`;
    calls.push(call);
    if (text !== '') bodies.push(JSON.parse(text));
    const told = answers[call] ?? { status: 599 };
    const { status = 200, body, headers = {} } = typeof told === 'function' ? told() : told;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    answers,
    calls,
    bodies,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writes: () => calls.filter((call) => !call.startsWith('GET')),
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
