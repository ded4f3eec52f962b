import { createHints, type Hints, intakeOf } from './app/hints.js';
import { ledgerLag } from './app/reconciling/ledger-lag.js';
import { createPace } from './app/reconciling/pace.js';
import { watchSetup } from './app/setup/watch-setup.js';
import { alertOfSetup } from './app/telling/alert-people.js';
import { type Bot, createBot, type DoorOptions, WEBHOOK_PATH } from './bot/bot.js';
import type { Setup } from './core/doctor/facts.js';
import { addSeconds, type Instant } from './core/time.js';
import { type Schedule, startSchedule } from './schedule/start-schedule.js';
import { type VitalSigns, watchVitalSigns } from './schedule/vital-signs.js';
import { createMetrics, type Metrics } from './web/metrics.js';
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

export interface Running {
  readonly bot: Bot;
  /** Of the first repository. */
  readonly hints: Hints;
  /** Resolves when nothing is running or waiting. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** An access repository, put together, and how to serve it. */
export interface Served {
  readonly wired: Wired;
  readonly options: ServeOptions;
}

/** A full tick sweeps pull requests and looks for drift; the others only run a pass. */
const FULL_EVERY = 5;

/**
 * Starts what runs until it is told to stop: webhooks, heartbeat, and the timer for the next start or end.
 * @param others further access repositories of this process, served at the address of the first one.
 */
export async function serve(
  wired: Wired,
  options: ServeOptions,
  others: readonly Served[] = [],
): Promise<Running> {
  let bot: Bot | undefined;
  const first = openHouse({ wired, options }, () => bot?.counts ?? {});
  const houses = [first, ...others.map((other) => openHouse(other))];
  bot = await createBot({
    ...first.door,
    others: houses.slice(1).map(({ door }) => door),
    health: {
      alive: () => houses.every(({ vitals }) => vitals.alive()),
      ready: () => houses.every((house) => house.ready()),
    },
    handlers: houses.flatMap(({ handlers }) => handlers),
    log: options.log,
    host: options.host,
    port: options.port,
  });
  for (const house of houses) house.start();
  return {
    bot,
    hints: first.hints,
    async idle() {
      await Promise.all(houses.map((house) => house.idle()));
    },
    async close() {
      await Promise.all(houses.map((house) => house.stop()));
      await bot.close();
      await Promise.all(houses.map((house) => house.close()));
    },
  };
}

/** What belongs to one access repository. */
interface House {
  readonly door: DoorOptions;
  readonly hints: Hints;
  readonly vitals: VitalSigns;
  readonly handlers: readonly Metrics['handler'][];
  ready(): boolean;
  start(): void;
  stop(): Promise<void>;
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** @param deliveries what became of webhooks; absent where another repository's numbers say it. */
function openHouse({ wired, options }: Served, deliveries?: () => Record<string, number>): House {
  const { ports, queue, inbox, key } = wired;
  let schedule: Schedule | undefined;
  const vitals = watchVitalSigns({
    seconds: () => performance.now() / 1_000,
    // Before it is started nothing is late.
    lateBeat: () => schedule?.lateBeat() ?? 0,
  });
  const metrics = openMetrics(wired, options.repository.id, deliveries);
  const hints = createHints({
    ...ports,
    queue,
    inbox,
    key,
    ...(options.pushesBelow === undefined ? {} : { pace: createPace(options.pushesBelow) }),
    onPassBegins: vitals.passBegins,
    onPass(report) {
      vitals.passEnds(report.faults.length === 0);
      metrics.notePass(report, vitals.passSeconds());
      schedule?.wakeAt(report.wakeAt);
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
    handlers: options.metrics === false ? [] : [metrics.handler],
    ready: () => key.state() === 'elsewhere' || vitals.ready(),
    start() {
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
      begin();
    },
    stop: async () => schedule?.stop(),
    async idle() {
      await queue.idle();
      await wired.notices.idle();
    },
    close: () => wired.close(),
  };
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

function openMetrics(
  { ports, notices, traffic }: Wired,
  repositoryId: number,
  deliveries?: () => Record<string, number>,
): Metrics {
  return createMetrics({
    clock: ports.clock,
    targets: [...ports.providers.keys()],
    deliveries: deliveries ?? (() => ({})),
    notices: notices.counts,
    gitHub: traffic,
    ledgerLag: () => ledgerLag(ports),
    ...(deliveries === undefined ? { path: `/metrics/${repositoryId}` } : {}),
  });
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
