import { type AddressInfo, createServer } from 'node:net';

/**
 * Ports that nobody listens on, for servers that cannot choose one and say which. All are held at once, so they differ; somebody else
 * may still take one before the server does.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const TRIES = 5;

/** Starts a server that ends when somebody else has its port by now. */
export async function startOnFreePorts<T>(
  count: number,
  start: (ports: readonly number[]) => Promise<T | undefined>,
): Promise<T> {
  for (let turn = 0; turn < TRIES; turn += 1) {
    const server = await start(await freePorts(count));
    if (server !== undefined) return server;
  }
  throw new Error(`the server ended ${TRIES} times before it listened`);
}
