import { createHints, type Hints } from './app/hints.js';
import { ledgerLag } from './app/ledger-lag.js';
import { createPace } from './app/pace.js';
import { type Bot, createBot } from './bot/bot.js';
import { type Schedule, startSchedule } from './schedule/start-schedule.js';
import { watchVitalSigns } from './schedule/vital-signs.js';
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
  /** Whether `/metrics` is served; it is unless this is `false`. */
  readonly metrics?: boolean;
}

export interface Running {
  readonly bot: Bot;
  readonly hints: Hints;
  /** Resolves when nothing is running or waiting. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** A full tick sweeps pull requests and looks for drift; the others only run a pass. */
const FULL_EVERY = 5;

/** Starts what runs until it is told to stop: webhooks, heartbeat, and the timer for the next start or end. */
export async function serve(wired: Wired, options: ServeOptions): Promise<Running> {
  const { ports, queue } = wired;
  let schedule: Schedule | undefined;
  let bot: Bot | undefined;
  const vitals = watchVitalSigns({
    seconds: () => performance.now() / 1_000,
    // Before it is started nothing is late.
    lateBeat: () => schedule?.lateBeat() ?? 0,
  });
  const metrics = openMetrics(wired, () => bot);
  const hints = createHints({
    ...ports,
    queue,
    ...(options.pushesBelow === undefined ? {} : { pace: createPace(options.pushesBelow) }),
    onPassBegins: vitals.passBegins,
    onPass(report) {
      vitals.passEnds(report.faults.length === 0);
      metrics.notePass(report, vitals.passSeconds());
      schedule?.wakeAt(report.wakeAt);
    },
  });
  bot = await createBot({
    ...identityOf(wired, options),
    hints,
    health: vitals,
    handlers: options.metrics === false ? [] : [metrics.handler],
  });
  schedule = startSchedule({
    expression: options.schedule,
    clock: options.clock,
    fullEvery: FULL_EVERY,
    onTick(full) {
      vitals.beat();
      hints.ends();
      if (full) hints.sweep();
      else hints.pass();
    },
    onWake() {
      hints.ends();
      hints.pass();
    },
  });
  hints.ends();
  hints.sweep();
  return {
    bot,
    hints,
    async idle() {
      await queue.idle();
      await wired.notices.idle();
    },
    async close() {
      await schedule?.stop();
      await bot.close();
      await wired.close();
    },
  };
}

function openMetrics({ ports, notices, traffic }: Wired, bot: () => Bot | undefined): Metrics {
  return createMetrics({
    clock: ports.clock,
    targets: [...ports.providers.keys()],
    deliveries: () => bot()?.counts ?? {},
    notices: notices.counts,
    gitHub: traffic,
    ledgerLag: () => ledgerLag(ports),
  });
}

/** Who the bot is, where it listens, and whom it hears. */
function identityOf({ appSlug }: Wired, options: ServeOptions) {
  const { github, repository, rules, webhookSecret, log, host, port } = options;
  return {
    appId: github.appId,
    appSlug,
    privateKey: github.privateKey,
    webhookSecret,
    pins: { repositoryId: repository.id, installationId: repository.installationId },
    branch: rules.branch,
    ledgerBranch: repository.ledgerBranch,
    log,
    host,
    port,
  };
}
