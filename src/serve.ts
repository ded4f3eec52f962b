import { createHints, type Hints } from './app/hints.js';
import { createPace } from './app/pace.js';
import type { PassReport } from './app/run-pass.js';
import { watchSetup } from './app/watch-setup.js';
import { type Bot, createBot, WEBHOOK_PATH } from './bot/bot.js';
import type { Setup } from './core/doctor/facts.js';
import { addSeconds, type Instant } from './core/time.js';
import { type Schedule, startSchedule } from './schedule/start-schedule.js';
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
  let last: PassReport | undefined;
  const hints = createHints({
    ...ports,
    queue,
    ...(options.pushesBelow === undefined ? {} : { pace: createPace(options.pushesBelow) }),
    onPass(report) {
      last = report;
      schedule?.wakeAt(report.wakeAt);
    },
  });
  const bot = await createBot({
    appId: options.github.appId,
    appSlug: wired.appSlug,
    privateKey: options.github.privateKey,
    webhookSecret: options.webhookSecret,
    pins: { repositoryId: options.repository.id, installationId: options.repository.installationId },
    branch: options.rules.branch,
    ledgerBranch: options.repository.ledgerBranch,
    hints,
    // Ready is who has finished a pass and could reach everything that granting needs.
    health: { alive: () => true, ready: () => last !== undefined && last.faults.length === 0 },
    log: options.log,
    host: options.host,
    port: options.port,
  });
  const watch = options.watchesSetup ? setupWatch(wired, options) : () => {};
  schedule = startSchedule({
    expression: options.schedule,
    clock: options.clock,
    fullEvery: FULL_EVERY,
    onTick(full) {
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
  hints.ends();
  hints.sweep();
  watch();
  return {
    bot,
    hints,
    idle: () => queue.idle(),
    async close() {
      await schedule?.stop();
      await bot.close();
      await wired.close();
    },
  };
}

const DAY_SECONDS = 86_400;

/** Looks at the setup when asked for the first time, and again when a day has passed. */
function setupWatch({ ports, queue, setup, appSlug }: Wired, options: ServeOptions): () => void {
  let due: Instant | undefined;
  return () => {
    const now = ports.clock.now();
    if (due !== undefined && now < due) return;
    due = addSeconds(now, DAY_SECONDS);
    queue.add('setup', async () => {
      await watchSetup({ ...ports, ...setup }, setupOf(options, appSlug));
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
