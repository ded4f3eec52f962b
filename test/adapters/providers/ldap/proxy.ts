import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a directory on which an answer can get lost, or on which nothing is ever said. */
export interface Way {
  readonly url: string;
  /** The server carries the next change out, and the connection ends before it says so. */
  loseNextAnswer(): void;
  /** The connection ends, in good order, behind so many answers. */
  endAfter(answers: number): void;
  /** Ends every connection in good order, and waits until both sides have. */
  end(): Promise<void>;
  /** Waits until the other side has ended every connection. */
  closed(): Promise<void>;
  /** How often somebody connected. */
  connections(): number;
  close(): Promise<void>;
}

/** Tags of requests that change something: modify, add, delete (RFC 4511, section 4). */
const CHANGES: ReadonlySet<number> = new Set([0x66, 0x68, 0x4a]);

/** @param to the port of the directory; absent: nobody is behind it. */
export async function startProxy(to?: number): Promise<Way> {
  const open = new Set<Socket>();
  let isLosing = false;
  let left = Number.POSITIVE_INFINITY;
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const keep = (socket: Socket): Socket => {
      open.add(socket);
      return socket.on('error', () => undefined).on('close', () => open.delete(socket));
    };
    keep(client);
    if (to === undefined) return;
    const directory = keep(connect(to, '127.0.0.1'));
    let isLost = false;
    client.on('data', (data) => {
      isLost ||= isLosing && CHANGES.has(data[operationAt(data)] ?? 0);
      if (isLost) isLosing = false;
      directory.write(data);
    });
    directory.on('data', (data) => {
      left -= 1;
      if (isLost) client.destroy();
      else if (left > 0) client.write(data);
      else client.end(data);
    });
    client.on('close', () => directory.destroy());
    directory.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const closed = async () => {
    while (open.size > 0) await new Promise(setImmediate);
  };
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseNextAnswer() {
      isLosing = true;
    },
    endAfter(answers) {
      left = answers;
    },
    async end() {
      for (const socket of open) socket.end();
      await closed();
      // The other side closes in the turns after this one has.
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    },
    closed,
    connections: () => connections,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Behind the length of the message and its number. */
function operationAt(data: Buffer): number {
  const length = data[1] ?? 0;
  const number = length < 0x80 ? 2 : 2 + (length & 0x7f);
  return number + 2 + (data[number + 1] ?? 0);
}
