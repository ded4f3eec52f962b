import { createHints, type Hints, intakeOf } from './app/hints.js';
import { createPace } from './app/reconciling/pace.js';
import { createLastSeen, type LastSeen } from './app/seeing/last-seen.js';
import { watchSetup } from './app/setup/watch-setup.js';
import { alertOfSetup } from './app/telling/alert-people.js';
import { type DoorOptions, WEBHOOK_PATH } from './bot/bot.js';
import type { Setup } from './core/doctor/facts.js';
import { addSeconds, type Instant } from './core/time.js';
import { scheduleMaintenance } from './schedule/maintenance.js';
import { type Schedule, startSchedule } from './schedule/start-schedule.js';
import { type VitalSigns, watchVitalSigns } from './schedule/vital-signs.js';
import { openMetrics } from './serve-metrics.js';
import type { Dashboard } from './web/dashboard/dashboard.js';
import { openDashboard } from './web/dashboard/open-dashboard.js';
import type { Metrics } from './web/metrics.js';
import type { ServerOptions, Wired } from './wire.js';

export interface ServeOptions extends ServerOptions {
  readonly webhookSecret: string;
  readonly host: string;
  readonly port: number;
  /** A node-cron expression for the heartbeat. */
  readonly schedule: string;
  /** Passes make fewer commits a minute than this; absent: as many as there is work for. */
  readonly pushesBelow?: number;
  /** Where Hallpass is reached from outside, without a slash at the end. */
  readonly publicUrl?: string;
  /** Whether to look at the setup at the start and then daily, and say what is new. */
  readonly watchesSetup?: boolean;
  /** Whether `/metrics` is served; it is unless this is `false`. */
  readonly metrics?: boolean;
}

/** An access repository, put together, and how to serve it. */
export interface Served {
  readonly wired: Wired;
  readonly options: ServeOptions;
}

/** A full tick sweeps pull requests and looks for drift; the others only run a pass. */
const FULL_EVERY = 5;

/** What belongs to one access repository. */
export interface House {
  readonly door: DoorOptions;
  readonly hints: Hints;
  readonly vitals: VitalSigns;
  readonly handlers: readonly Metrics['handler'][];
  ready(): boolean;
  /** @param url where the process listens; people may know it by another address. */
  start(url: string): void;
  /** `undefined` where nobody can sign in, and before the start. */
  dashboardUrl(): string | undefined;
  stop(): Promise<void>;
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** @param deliveries what became of webhooks; absent where another repository's numbers say it. */
export function openHouse({ wired, options }: Served, deliveries?: () => Record<string, number>): House {
  const { ports, queue, inbox, key } = wired;
  let schedule: Schedule | undefined;
  let stopMaintenance = (): void => {};
  const vitals = watchVitalSigns({
    seconds: () => performance.now() / 1_000,
    // Before it is started nothing is late.
    lateBeat: () => schedule?.lateBeat() ?? 0,
  });
  const metrics = openMetrics(wired, options.repository.id, deliveries);
  const lastSeen = createLastSeen();
  let { publicUrl } = options;
  let dashboard: Dashboard | undefined;
  const hints = createHints({
    ...ports,
    queue,
    inbox,
    key,
    ...(options.pushesBelow === undefined ? {} : { pace: createPace(options.pushesBelow) }),
    onEnds: (wakeAt) => schedule?.wakeAt(wakeAt),
    onReview: {
      open: lastSeen.noteOpen,
      reviewed(number, reviewed) {
        lastSeen.noteReview(number, reviewed, ports.clock.now());
        dashboard?.changed();
      },
    },
    onPassBegins: vitals.passBegins,
    onPass(report) {
      vitals.passEnds(report.faults.length === 0);
      metrics.notePass(report, vitals.passSeconds());
      schedule?.wakeAt(report.wakeAt);
      lastSeen.notePass(report, ports.clock.now());
      dashboard?.changed();
      followLedger(wired);
    },
  });
  const watch = options.watchesSetup ? setupWatch(wired, options) : () => {};
  /** Everything this repository wants of a replica that has just come to it. */
  const begin = (): void => {
    hints.ends();
    hints.sweep();
    watch();
  };
  key.onChange(async (state) => {
    if (state === 'held') begin();
    if (state !== 'elsewhere') return;
    schedule?.wakeAt(undefined);
    await queue.idle();
  });
  return {
    door: doorOf(wired, options),
    hints,
    vitals,
    handlers: [
      ...(options.metrics === false ? [] : [metrics.handler]),
      async (request, response) => (await dashboard?.handler(request, response)) ?? false,
    ],
    ready: () => key.state() === 'elsewhere' || vitals.ready(),
    start(url) {
      publicUrl ??= url;
      dashboard = dashboardFor(wired, lastSeen, { ...options, publicUrl });
      schedule = startSchedule({
        expression: options.schedule,
        clock: options.clock,
        fullEvery: FULL_EVERY,
        onTick(full) {
          vitals.beat();
          hints.ends();
          if (full) hints.sweep();
          else hints.pass();
          watch();
        },
        onWake() {
          hints.ends();
          hints.pass();
        },
      });
      stopMaintenance = scheduleMaintenance({ ...ports, maintain: wired.maintain });
      begin();
    },
    dashboardUrl: () => (dashboard === undefined ? undefined : publicUrl),
    async stop() {
      stopMaintenance();
      await schedule?.stop();
      dashboard?.close();
    },
    async idle() {
      await queue.idle();
      await wired.notices.idle();
    },
    close: () => wired.close(),
  };
}

function dashboardFor(
  { ports, past, signIn }: Wired,
  lastSeen: LastSeen,
  { dashboard, publicUrl, github, repository }: ServeOptions & { readonly publicUrl: string },
): Dashboard | undefined {
  if (signIn === undefined || dashboard === undefined) return undefined;
  return openDashboard({
    ports,
    past,
    lastSeen,
    signIn,
    secret: dashboard.clientSecret,
    publicUrl,
    repository: `${repository.owner}/${repository.name}`,
    repositoryUrl: github.cloneUrl.replace(/\.git$/, ''),
    ledgerBranch: repository.ledgerBranch,
  });
}

/** Streams and checkpoints wait for nobody, and nobody for them: each is a task of its own beside the passes. */
function followLedger({ ports, queue, followers }: Wired): void {
  for (const { key, follow } of followers) {
    void queue.add(key, async () => {
      const head = (await ports.ledger.known())?.snapshot.head;
      if (head !== undefined && head !== null) await follow(head);
    });
  }
}

const DAY_SECONDS = 86_400;

/** Looks at the setup when asked for the first time, and again when a day has passed. */
function setupWatch({ ports, queue, key, setup, appSlug }: Wired, options: ServeOptions): () => void {
  let due: Instant | undefined;
  return () => {
    const now = ports.clock.now();
    if (key.state() !== 'held' || (due !== undefined && now < due)) return;
    due = addSeconds(now, DAY_SECONDS);
    void queue.add('setup', async () => {
      const { isFirst, appeared } = await watchSetup({ ...ports, ...setup }, setupOf(options, appSlug));
      if (!isFirst) alertOfSetup(ports, appeared);
    });
  };
}

/** Who the bot is there, and whom it hears. */
function doorOf({ appSlug, inbox }: Wired, options: ServeOptions): DoorOptions {
  const { github, repository, rules, webhookSecret } = options;
  return {
    appId: github.appId,
    appSlug,
    privateKey: github.privateKey,
    webhookSecret,
    pins: { repositoryId: repository.id, installationId: repository.installationId },
    branch: rules.branch,
    ledgerBranch: repository.ledgerBranch,
    hints: intakeOf(inbox),
  };
}

/** The settings as far as they are compared with the world. */
export function setupOf(options: ServeOptions, appSlug: string): Setup {
  const { github, repository, publicUrl } = options;
  const secret = Buffer.from(options.webhookSecret);
  return {
    owner: repository.owner,
    repository: repository.name,
    repositoryId: repository.id,
    installationId: repository.installationId,
    appId: github.appId,
    appSlug,
    web: new URL(github.cloneUrl).origin,
    branch: options.rules.branch,
    ledgerBranch: repository.ledgerBranch,
    targets: new Map([...options.targets].map(([id, { kind }]) => [id, kind])),
    webhookSecret: { bytes: secret.length, distinct: new Set(secret).size },
    webhookUrl: publicUrl === undefined ? null : `${publicUrl}${WEBHOOK_PATH}`,
  };
}
