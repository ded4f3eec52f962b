import { Probot } from 'probot';
import type { Intake } from '../app/hints.js';
import { Blocked } from '../ports/fault.js';
import type { Log } from '../ports/log.js';
import type { Handler } from './answer.js';
import { type Health, healthHandler } from './health.js';
import { listen } from './listen.js';
import type { Pins } from './payload.js';
import { startServer } from './server.js';
import { type DeliveryCounts, type Door, webhookHandler } from './webhook.js';

/** One access repository, and who hears of it. */
export interface DoorOptions {
  readonly appId: number;
  readonly appSlug: string;
  /** PEM. Probot wants it; the bot itself calls nobody. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly pins: Pins;
  readonly branch: string;
  readonly ledgerBranch: string;
  readonly hints: Intake;
}

export interface BotOptions extends DoorOptions {
  /** Further repositories that are served at the same address. */
  readonly others?: readonly DoorOptions[];
  readonly health: Health;
  readonly log: Log;
  readonly host?: string;
  readonly port?: number;
  readonly webhookPath?: string;
  /** Asked before anything else, such as the dashboard and `/metrics`. */
  readonly handlers?: readonly Handler[];
  readonly requestMilliseconds?: number;
  readonly graceMilliseconds?: number;
}

export interface Bot {
  readonly url: string;
  readonly webhookUrl: string;
  /** What became of the deliveries so far. */
  readonly counts: Readonly<DeliveryCounts>;
  close(): Promise<void>;
}

const LEAST_SECRET_BYTES = 32;
/** Probot and GitHub's documentation agree on this path. */
export const WEBHOOK_PATH = '/api/github/webhooks';

/** Listens to GitHub's webhooks on a server of its own; Probot only checks signatures and hands out events. */
export async function createBot(options: BotOptions): Promise<Bot> {
  const { log, webhookPath: path = WEBHOOK_PATH } = options;
  const doors = await Promise.all([options, ...(options.others ?? [])].map(openDoor));
  const counts: DeliveryCounts = {
    accepted: 0,
    ignored: 0,
    foreign: 0,
    failed: 0,
    malformed: 0,
    unsigned: 0,
    too_large: 0,
    busy: 0,
  };
  const webhooks = webhookHandler({
    path,
    doors,
    log,
    counts,
  });
  const server = await startServer({
    ...options,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 3000,
    handlers: [...(options.handlers ?? []), healthHandler(options.health), webhooks],
  });
  return { url: server.url, webhookUrl: `${server.url}${path}`, counts, close: server.close };
}

async function openDoor(options: DoorOptions): Promise<Door> {
  refuseWeakSecret(options.webhookSecret);
  const { appId, privateKey, webhookSecret: secret, pins } = options;
  const probot = await new Probot({ appId, privateKey, secret, log: silentLogger() }).ready();
  listen(probot, options);
  return {
    pins,
    secret,
    verify: (text, signature) => probot.webhooks.verify(text, signature),
    // The payload has the shape of the event and is signed; Probot's types want to know more than can be known.
    receive: (event) => probot.receive(event as unknown as Parameters<Probot['receive']>[0]),
  };
}

/** Without a secret Probot takes `development`, and with it anybody's webhooks (T080). */
function refuseWeakSecret(secret: string): void {
  if (Buffer.byteLength(secret) >= LEAST_SECRET_BYTES && secret !== 'development') return;
  throw new Blocked(
    'webhook_secret_weak',
    'The webhook secret is missing or too short.',
    `Set a random secret of at least ${LEAST_SECRET_BYTES} bytes, on GitHub and in the settings.`,
  );
}

type ProbotLogger = NonNullable<NonNullable<ConstructorParameters<typeof Probot>[0]>['log']>;

/** Probot writes whole payloads at `debug` and errors with all they hold; our own log says what is to be said (T146). */
function silentLogger(): ProbotLogger {
  const nothing = (): void => {};
  const levels = {
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    fatal: nothing,
  };
  const logger: object = { ...levels, child: () => logger };
  return logger as ProbotLogger;
}
