import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can lose an answer, or be silent. */
export interface Proxy {
  readonly port: number;
  /** The next transaction is committed, and nobody hears of it. */
  loseNextCommit(): void;
  close(): Promise<void>;
}

export async function startProxy(
  to: { readonly host: string; readonly port: number } | 'silence',
): Promise<Proxy> {
  const open = new Set<Socket>();
  let lose = false;
  const server = createServer((near) => {
    open.add(near);
    near.on('error', () => undefined);
    if (to === 'silence') return;
    const far = connect(to.port, to.host);
    open.add(far);
    let losing = false;
    near.on('data', (data) => {
      if (lose && data.includes('COMMIT')) {
        lose = false;
        losing = true;
      }
      far.write(data);
    });
    far.on('data', (data) => {
      if (losing) near.destroy();
      else near.write(data);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    loseNextCommit() {
      lose = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
