import { ProbotOctokit } from 'probot';
import type { Clock } from '../../ports/clock.js';
import type { GitHubClient } from './client.js';
import { rememberAnswers } from './conditional.js';
import { withFaults } from './faults.js';
import {
  authenticateWith,
  installationTokens,
  type TokenPermissions,
  type TokenSource,
} from './installation-token.js';
import { createLimiter, type Lane, type Limiter, type Pacing } from './limiter.js';
import { readAgain } from './read-again.js';

export interface ClientsOptions {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly installationId: number;
  readonly repositoryId: number;
  readonly clock: Clock;
  /** Of the API, without a slash at the end. Default: github.com's. */
  readonly baseUrl?: string;
  /** How often a read that failed is tried again at once, about 1 and 4 seconds later. Writes never are: they might happen twice. */
  readonly readRetries?: number;
  /** The first wait before that; default a second. */
  readonly retryMilliseconds?: number;
  /** How long one request may take. */
  readonly timeoutSeconds?: number;
  /** Real time; given where tests have their own. */
  readonly pacing?: Pacing;
  /** Listens to every call, such as to count them. */
  readonly watch?: (client: GitHubClient) => void;
}

/** What each task may do, and no more (D39). */
export const PERMISSIONS = {
  /** Reading and deciding, the check, comments, labels, review requests; merging needs `contents`. */
  reviewing: {
    metadata: 'read',
    contents: 'write',
    pull_requests: 'write',
    checks: 'write',
    issues: 'write',
    members: 'read',
  },
  /** Fetching the access repository and pushing the ledger. */
  git: { metadata: 'read', contents: 'write' },
  /** Granting membership of teams. */
  teams: { metadata: 'read', members: 'write' },
} as const satisfies Record<string, TokenPermissions>;

export interface GitCredentials {
  readonly username: string;
  readonly password: string;
}

/** Clients of the app's one installation, each with tokens of its own. */
export interface Clients {
  /**
   * For a task of {@link PERMISSIONS}.
   * @param lane `ends` for what takes access away: it never waits for the budget that others use up
   */
  installation(permissions: TokenPermissions, lane?: Lane): GitHubClient;
  /** The budget all clients of the installation share. */
  readonly limiter: Pick<Limiter, 'budget' | 'waiting'>;
  /** As the app itself, which may look at how it is set up and mint tokens. */
  readonly app: GitHubClient;
  /** Without any credentials. */
  readonly anonymous: GitHubClient;
  /** For git over HTTPS. Asked for anew each time, since tokens end within the hour. */
  gitCredentials(): Promise<GitCredentials>;
  /** Who the app is, as GitHub knows it. */
  identity(): Promise<{ readonly id: number; readonly slug: string }>;
}

const READ_RETRIES = 2;
const RETRY_MILLISECONDS = 1_000;
const TIMEOUT_SECONDS = 30;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function createClients(options: ClientsOptions): Clients {
  const { appId, privateKey } = options;
  const app = clientWith(options, { auth: { appId, privateKey } });
  const tokens = (permissions: TokenPermissions): TokenSource =>
    installationTokens({ ...options, app, permissions });
  const git = tokens(PERMISSIONS.git);
  const calls: Pick<Clients, 'gitCredentials' | 'identity'> = {
    gitCredentials: async () => ({ username: 'x-access-token', password: await git() }),
    async identity() {
      const { data } = await app.request('GET /app');
      return { id: Number(data?.id), slug: data?.slug ?? '' };
    },
  };
  const limiter = createLimiter(options.pacing ?? REAL_TIME);
  return {
    ...withFaults(calls),
    app,
    limiter,
    anonymous: clientWith(options, {}),
    installation(permissions, lane = 'usual') {
      const auth = { authStrategy: authenticateWith(tokens(permissions)), auth: {} };
      const client = clientWith(options, auth);
      limiter.guard(client, lane);
      rememberAnswers(client);
      return client;
    },
  };
}

/** A client for somebody with a token of their own, such as the person at the command line; without one, for nobody. */
export function createTokenClient(
  token: string | undefined,
  options: Pick<ClientsOptions, 'baseUrl' | 'readRetries' | 'retryMilliseconds' | 'timeoutSeconds'> = {},
): GitHubClient {
  return clientWith(options, token === undefined ? {} : { auth: { token } });
}

const REAL_TIME: Pacing = {
  seconds: () => performance.now() / 1_000,
  after(seconds, work) {
    const timer = setTimeout(work, seconds * 1_000);
    return () => clearTimeout(timer);
  },
};

/**
 * Octokit's own throttling is off: it spaces every write and every query by a second, comments by three. What GitHub really asks for is kept by
 * `limiter.ts`; a limit becomes a `Retry` with the time GitHub asks for. Its retries are off as well: see `read-again.ts`.
 */
function clientWith(
  options: Partial<ClientsOptions>,
  authentication: Readonly<Record<string, unknown>>,
): GitHubClient {
  const { baseUrl, readRetries = READ_RETRIES, timeoutSeconds = TIMEOUT_SECONDS } = options;
  const timed: typeof fetch = (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(timeoutSeconds * 1_000) });
  const client = new ProbotOctokit({
    ...authentication,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    userAgent: 'hallpass',
    log: SILENT,
    throttle: { enabled: false },
    retry: { enabled: false },
    request: { fetch: timed },
  });
  readAgain(client, {
    retries: readRetries,
    milliseconds: options.retryMilliseconds ?? RETRY_MILLISECONDS,
  });
  options.watch?.(client);
  return client;
}
