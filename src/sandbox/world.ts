import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../ports/log.js';
import { type Running, type ServeOptions, serve } from '../serve.js';
import { CALLBACK_PATH } from '../views/web/site.js';
import { newSigningKey, type Wired, wireServer } from '../wire.js';
import type { SandboxClock } from './clock.js';
import { FIRST_FILES, TEAMS, USERS } from './documents.js';
import { type GitHubOptions, type SandboxGitHub, startGitHub } from './github/start.js';
import { providersOn } from './on-our-clock.js';

export interface WorldOptions {
  /** Everything it keeps lies here. */
  readonly dir: string;
  readonly clock: SandboxClock;
  readonly log: Log;
  /** Targets and how to reach them, beside the organization's own `teams`. */
  readonly targets: ServeOptions['targets'];
  /** What differs from the access repository of the sandbox. */
  readonly github?: Partial<
    Pick<GitHubOptions, 'files' | 'users' | 'teams' | 'allowForks' | 'port' | 'bypass' | 'requiredCheck'>
  >;
  readonly port?: number;
  /** How long Hallpass waits before it reads again what GitHub failed to answer; tests do not, and its budget of calls lasts a thousandth as long. */
  readonly retryMilliseconds?: number;
  /** Default: all there are, with targets whose clocks jump with ours. */
  readonly providers?: ServeOptions['providers'];
  /** Whether passes keep an issue for drift. */
  readonly driftIssue?: boolean;
  readonly receivers?: ServeOptions['receivers'];
  readonly secrets?: ServeOptions['secrets'];
  readonly streams?: ServeOptions['streams'];
  readonly checkpoints?: ServeOptions['checkpoints'];
  /** A heartbeat; absent for one that practically never beats, so that tests and the demo say when. */
  readonly schedule?: string;
  readonly watchesSetup?: boolean;
  /** Where Hallpass reaches GitHub, where that is not at its own address. */
  readonly reach?: (url: string) => Promise<string>;
  /** Whether people can sign in to see pages. */
  readonly dashboard?: boolean;
  /** What replicas share; absent where Hallpass serves alone. */
  readonly store?: ServeOptions['store'];
}

/** GitHub's stand-in with Hallpass wired to it, as it would be to GitHub. */
export interface World {
  readonly github: SandboxGitHub;
  readonly wired: Wired;
  readonly running: Running;
  /** What Hallpass was started with. */
  readonly serveOptions: ServeOptions;
  /** Resolves when webhooks have been answered and what they led to is done. */
  settled(): Promise<void>;
  /** A second Hallpass beside the first, with data of its own; webhooks and heartbeat stay with the first. */
  replica(): Promise<Wired>;
  /** Stops Hallpass as a crash would leave it, and starts it again on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const APP = { id: 4711, installationId: 77, slug: 'hallpass-sandbox' };
/** A second of the budget is a millisecond. */
const IN_A_HURRY = {
  seconds: () => performance.now(),
  after(milliseconds: number, work: () => void) {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
};
const NEVER = '0 0 29 2 *';

export async function startWorld(options: WorldOptions): Promise<World> {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const webhookSecret = randomBytes(32).toString('hex');
  const oauth = { clientId: 'Iv23lisandbox', clientSecret: randomBytes(20).toString('hex') };
  const github = await startGitHub({
    dir: join(options.dir, 'github'),
    owner: 'acme',
    repo: 'access',
    now: () => options.clock.date(),
    users: USERS,
    teams: TEAMS,
    files: FIRST_FILES,
    ...options.github,
    app: { ...APP, publicKey: keys.publicKey, webhookSecret, oauth },
  });
  const address = (await options.reach?.(github.url)) ?? github.url;
  const serveOptions = {
    ...serveOptionsOf(options, { github, address }, { privateKey: keys.privateKey, webhookSecret }),
    ...(options.dashboard === true ? { dashboard: oauth } : {}),
  };
  let current = await startHallpass(github, serveOptions);
  const settled = async (): Promise<void> => {
    // What Hallpass does makes GitHub send webhooks again, so both have to come to rest together.
    let calls = -1;
    while (calls !== github.calls.length) {
      calls = github.calls.length;
      await github.settled();
      await current.running.idle();
    }
  };
  await settled();
  return {
    github,
    serveOptions,
    get wired() {
      return current.wired;
    },
    get running() {
      return current.running;
    },
    settled,
    replica: () => wireServer({ ...serveOptions, dataDir: join(options.dir, 'replica') }),
    async restart() {
      await current.running.close();
      current = await startHallpass(github, serveOptions);
    },
    async close() {
      await current.running.close();
      await github.close();
    },
  };
}

/** Hallpass as it is set up against the stand-in. */
function serveOptionsOf(
  options: WorldOptions,
  { github, address }: { readonly github: SandboxGitHub; readonly address: string },
  secrets: Pick<ServeOptions['github'], 'privateKey'> & Pick<ServeOptions, 'webhookSecret'>,
): ServeOptions {
  const signingKey = newSigningKey('hallpass-sandbox');
  return {
    github: {
      apiUrl: address,
      cloneUrl: github.cloneUrl.replace(github.url, address),
      appId: APP.id,
      privateKey: secrets.privateKey,
      ...(options.retryMilliseconds === undefined
        ? {}
        : { retryMilliseconds: options.retryMilliseconds, pacing: IN_A_HURRY }),
    },
    repository: {
      owner: 'acme',
      name: 'access',
      id: github.repositoryId,
      installationId: APP.installationId,
      ledgerBranch: 'access-ledger',
    },
    rules: {
      branch: 'main',
      allowForks: options.github?.allowForks ?? false,
      revokers: { teams: ['security'], users: [] },
      driftIssue: options.driftIssue ?? false,
      alertAfterSeconds: 300,
    },
    dataDir: join(options.dir, 'hallpass'),
    signingKey,
    targets: new Map([
      ['teams', { kind: 'github-team', connection: { organization: 'acme' } }],
      ...options.targets,
    ]),
    clock: options.clock,
    log: options.log,
    providers: options.providers ?? providersOn(options.clock),
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(options.receivers === undefined ? {} : { receivers: options.receivers }),
    ...(options.streams === undefined ? {} : { streams: options.streams }),
    ...(options.checkpoints === undefined ? {} : { checkpoints: options.checkpoints }),
    secrets: () => [secrets.privateKey, secrets.webhookSecret, signingKey, ...(options.secrets?.() ?? [])],
    webhookSecret: secrets.webhookSecret,
    host: '127.0.0.1',
    port: options.port ?? 0,
    schedule: options.schedule ?? NEVER,
    ...(options.watchesSetup === undefined ? {} : { watchesSetup: options.watchesSetup }),
  };
}

async function startHallpass(
  github: SandboxGitHub,
  options: ServeOptions,
): Promise<{ readonly wired: Wired; readonly running: Running }> {
  const wired = await wireServer(options);
  const running = await serve(wired, options);
  github.setWebhookUrl(running.bot.webhookUrl);
  const { dashboardUrl } = running;
  github.setCallbackUrls(dashboardUrl === undefined ? [] : [`${dashboardUrl}${CALLBACK_PATH}`]);
  return { wired, running };
}
