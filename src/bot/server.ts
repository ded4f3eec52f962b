import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../ports/log.js';
import { answer, type Handler, protect } from './answer.js';

export interface ServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Asked in order; the first that answers ends it. */
  readonly handlers: readonly Handler[];
  readonly log: Log;
  /** How long a request may take to arrive (T135). */
  readonly requestMilliseconds?: number;
  /** How long a connection may stand still while it is owed an answer: whoever asks and reads nothing would keep it for ever (T135). */
  readonly idleMilliseconds?: number;
  /** How long open requests may go on after `close`. */
  readonly graceMilliseconds?: number;
}

export interface Server {
  readonly url: string;
  /** Takes no more requests and waits for those that run, but not for ever. */
  close(): Promise<void>;
}

const REQUEST_MILLISECONDS = 15_000;
/** Streams of events beat more often. */
const IDLE_MILLISECONDS = 120_000;
const GRACE_MILLISECONDS = 10_000;
const MOST_CONNECTIONS = 256;
const MOST_HEADERS = 64;

/** A plain server: no setup pages, no ping, no static files (T144), nothing that speaks of what went wrong inside. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const requestTimeout = options.requestMilliseconds ?? REQUEST_MILLISECONDS;
  const server = createServer(
    {
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(requestTimeout, 5_000),
      keepAliveTimeout: 5_000,
    },
    (request, response) => void respond(options, request, response),
  );
  server.timeout = options.idleMilliseconds ?? IDLE_MILLISECONDS;
  server.maxConnections = MOST_CONNECTIONS;
  server.maxHeadersCount = MOST_HEADERS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        const impatient = setTimeout(
          () => server.closeAllConnections(),
          options.graceMilliseconds ?? GRACE_MILLISECONDS,
        );
        server.close(() => {
          clearTimeout(impatient);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function respond(
  { handlers, log }: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    protect(response);
    for (const handler of handlers) if (await handler(request, response)) return;
    answer(response, 404, 'not found');
  } catch (error) {
    log.error('a request handler failed', {
      message: error instanceof Error ? error.message : String(error),
    });
    answer(response, 500, 'failed');
  }
}
