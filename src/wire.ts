import { join } from 'node:path';
import { LEDGER_PRINCIPAL } from './adapters/git/commit.js';
import { documentCodec } from './adapters/git/document-codec.js';
import { openLedger } from './adapters/git/ledger.js';
import { mirrorIn, openMirror } from './adapters/git/mirror.js';
import { openRepository } from './adapters/git/repository.js';
import { allowedSignersLine, type Signer, signerFromPrivateKey } from './adapters/git/ssh-key.js';
import { appSlugOf } from './adapters/github/app-identity.js';
import type { OnGitHub } from './adapters/github/client.js';
import { type Clients, createClients, PERMISSIONS } from './adapters/github/clients.js';
import { neverBehind } from './adapters/github/host-clock.js';
import type { Pacing } from './adapters/github/limiter.js';
import { createOwnMarks } from './adapters/github/own-marks.js';
import { createReviewHost } from './adapters/github/review-host.js';
import { createTraffic, type Traffic } from './adapters/github/traffic.js';
import type { ProviderFactory } from './adapters/providers/deps.js';
import { openFresh } from './adapters/providers/fresh.js';
import { providerKinds, providers } from './adapters/providers/index.js';
import { openSpool } from './adapters/system/spool.js';
import { systemTimer } from './adapters/system/timer.js';
import type { AppRules, Ports } from './app/ports.js';
import { createLanes } from './app/reconciling/lanes.js';
import { createTroubles } from './app/reconciling/troubles.js';
import type { Oid } from './core/approval.js';
import type { Json } from './core/entitlement.js';
import type { Clock } from './ports/clock.js';
import { Blocked } from './ports/fault.js';
import type { LedgerPast } from './ports/ledger-past.js';
import type { Log } from './ports/log.js';
import type { Provider } from './ports/provider.js';
import type { ReviewHost } from './ports/review-host.js';
import type { SignIn } from './ports/sign-in.js';
import { type DashboardClient, wireSignIn } from './wire-dashboard.js';
import { type CheckpointPlan, type Follower, type StreamTo, wireEvidence } from './wire-evidence.js';
import { type Receiver, type WiredNotices, wireNotices } from './wire-notices.js';
import { type QueueStore, type WiredQueue, wireQueue } from './wire-queue.js';
import { type Inspection, rememberedTeams, setupPorts } from './wire-setup.js';

export { newPrivateKey as newSigningKey } from './adapters/git/ssh-key.js';
export { runProgram } from './adapters/providers/exec/run-program.js';
export { providerKinds } from './adapters/providers/index.js';

export { systemClock } from './adapters/system/clock.js';
export { createLog } from './adapters/system/log.js';
export { openQueueStore, type QueueStore, systemTimer } from './wire-queue.js';

/** Everything a server is made of, secrets already read. */
export interface ServerOptions {
  readonly github: {
    /** Of the API, without a slash at the end; absent for github.com. */
    readonly apiUrl?: string;
    readonly cloneUrl: string;
    readonly appId: number;
    /** PEM. */
    readonly privateKey: string;
    /** Of a person who may look at branch protection and bypass lists, for `hallpass doctor`. */
    readonly adminToken?: string;
    /** How long the first retry of a read waits; absent for a second. */
    readonly retryMilliseconds?: number;
    /** What the budget of calls is counted by; default the time there is. */
    readonly pacing?: Pacing;
  };
  readonly repository: {
    readonly owner: string;
    readonly name: string;
    readonly id: number;
    readonly installationId: number;
    readonly ledgerBranch: string;
  };
  readonly rules: AppRules;
  /** Where the mirror and what must outlive the process lie. */
  readonly dataDir: string;
  /** What git needs of the environment: where it lies, a proxy, certificates to trust. Everything else is left out. */
  readonly gitEnvironment?: Readonly<Record<string, string>>;
  /** OpenSSH private key, ed25519. */
  readonly signingKey: string;
  readonly targets: ReadonlyMap<string, TargetOptions>;
  readonly clock: Clock;
  readonly log: Log;
  /** What people sign in with to see the dashboard; absent: there is none. */
  readonly dashboard?: DashboardClient;
  /** Who is told beside the pull request. */
  readonly receivers?: readonly Receiver[];
  /** Where what the ledger says is sent. */
  readonly streams?: readonly StreamTo[];
  /** Where the state of the ledger is written down. */
  readonly checkpoints?: CheckpointPlan;
  /** Values that no notice and no finding may hold. */
  readonly secrets?: () => readonly string[];
  /** What several replicas share; absent where this process serves the repository alone. Whoever opened it closes it. */
  readonly store?: QueueStore;
  /** The table of kinds; another one where a test looks into its targets. */
  readonly providers?: ReadonlyMap<string, ProviderFactory>;
}

export interface TargetOptions {
  readonly kind: string;
  readonly connection: Readonly<Record<string, Json>>;
  /** The connection with its secrets as they are now; absent where it has none. */
  readonly reread?: () => Promise<Readonly<Record<string, Json>>>;
}

export interface Wired extends WiredQueue {
  readonly ports: Ports;
  /** For looking at how everything around is set up. */
  readonly setup: Inspection;
  /** The whole ledger, for whoever looks back. */
  readonly past: LedgerPast;
  readonly notices: WiredNotices;
  /** What is to follow the ledger. */
  readonly followers: readonly Follower[];
  /** What was asked of GitHub. */
  readonly traffic: Traffic;
  /** What may be asked of it now. */
  readonly limiter: Clients['limiter'];
  readonly appSlug: string;
  readonly signIn?: SignIn;
  /** For whoever verifies the ledger: `git -c gpg.ssh.allowedSignersFile=…`. */
  readonly allowedSigners: string;
  /**
   * Hands the ledger over from the configured signing key to another one, at hand as an OpenSSH private key.
   * @returns the line of the new key for whoever verifies the ledger. Throws `Blocked` when there is nothing to hand over.
   */
  rotateKey(privateKey: string): Promise<{ readonly commit: Oid; readonly allowedSigners: string }>;
  /** Tidies the mirror up. Waits for what is being written to it, and what comes after waits for it. */
  maintain(): Promise<void>;
  close(): Promise<void>;
}

/** Puts the adapters of one access repository together. Asks GitHub who the app is, and waits for the answer where it was never given before. */
export async function wireServer(options: ServerOptions): Promise<Wired> {
  const { github, repository, clock, log, rules } = options;
  const { id: repositoryId, installationId } = repository;
  const traffic = createTraffic();
  const clients = createClients({
    ...github,
    installationId,
    repositoryId,
    clock,
    watch: traffic.watch,
    ...(github.apiUrl === undefined ? {} : { baseUrl: github.apiUrl }),
  });
  const appSlug = await appSlugOf(clients, { appId: github.appId, folder: options.dataDir });
  const on = onGitHub(options, { client: clients.installation(PERMISSIONS.reviewing), appSlug });
  const mirror = await openMirror({
    url: github.cloneUrl,
    directory: options.dataDir,
    credentials: () => clients.gitCredentials(),
    ...(options.gitEnvironment === undefined ? {} : { environment: options.gitEnvironment }),
  });
  const marks = createOwnMarks(appSlug);
  const signer = signerFromPrivateKey(options.signingKey);
  const targets = await openTargets(options, () => clients.installation(PERMISSIONS.teams, 'ends'));
  const work = wireQueue(repositoryId, log, options.store);
  const host = createReviewHost(on, clock, marks);
  const ledger = openLedger({ mirror, signer, codec: documentCodec, clock, branch: repository.ledgerBranch });
  const notices = await openNotices(options, host);
  const ports: Ports = {
    host,
    directory: rememberedTeams({ ...options, on, marks }),
    repository: openRepository(mirror, rules.branch),
    ledger,
    past: ledger.past,
    providers: targets,
    kinds: providerKinds,
    clock: neverBehind(clock, host),
    timer: systemTimer,
    log,
    spool: openSpool(join(options.dataDir, 'spool'), log),
    lanes: createLanes(),
    troubles: createTroubles(Math.random),
    notices,
    rules,
  };
  return {
    ports,
    setup: setupPorts({ ...options, ...repository, on, clients, ledger, mirror, signer }),
    past: ledger.past,
    ...work,
    notices,
    followers: wireEvidence({ ...options, mirrorDir: mirrorIn(mirror.directory), signer }),
    traffic,
    limiter: clients.limiter,
    appSlug,
    ...(options.dashboard === undefined ? {} : { signIn: wireSignIn(options, options.dashboard) }),
    allowedSigners: signersOf(signer),
    async rotateKey(privateKey) {
      const next = signerFromPrivateKey(privateKey);
      return { commit: await ledger.rotateKey(next), allowedSigners: signersOf(next) };
    },
    maintain: mirror.maintain,
    async close() {
      await Promise.all([work.inbox.close(), work.queue.close()]);
      await notices.close();
      await Promise.all([...targets.values()].map((target) => target.close?.()));
      mirror.close();
    },
  };
}

function onGitHub(options: ServerOptions, speaker: Pick<OnGitHub, 'client' | 'appSlug'>): OnGitHub {
  const { owner, name: repo, id: repositoryId, ledgerBranch } = options.repository;
  const { branch } = options.rules;
  return { ...speaker, owner, repo, repositoryId, branch, ledgerBranch, appId: options.github.appId };
}

function openNotices(
  { github, repository, receivers = [], secrets = () => [], dataDir, clock, log }: ServerOptions,
  host: ReviewHost,
): Promise<WiredNotices> {
  return wireNotices({
    host,
    receivers,
    secrets,
    repositoryUrl: github.cloneUrl.replace(/\.git$/, ''),
    repository: `${repository.owner}/${repository.name}`,
    dataDir,
    clock,
    log,
  });
}

function signersOf(signer: Signer): string {
  return `${allowedSignersLine(LEDGER_PRINCIPAL, signer.publicKey)}\n`;
}

async function openTargets(
  options: Pick<ServerOptions, 'targets' | 'clock' | 'log' | 'providers'>,
  teamsClient: () => ReturnType<ReturnType<typeof createClients>['installation']>,
): Promise<ReadonlyMap<string, Provider>> {
  const opened = new Map<string, Provider>();
  const table = options.providers ?? providers;
  for (const [target, { kind, connection, reread = async () => connection }] of options.targets) {
    const factory = table.get(kind);
    if (factory === undefined) {
      throw new Blocked(
        'unknown_kind',
        `no provider is of kind ${kind}`,
        `Use one of ${[...table.keys()].join(', ')}.`,
      );
    }
    const { clock, log } = options;
    const deps = { target, clock, log, github: async () => teamsClient() };
    const open = (from: TargetOptions['connection']) => factory.create(from, deps);
    opened.set(target, await openFresh({ target, clock, log, connection, reread, open }));
  }
  return opened;
}
