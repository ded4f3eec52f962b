import { createHints, type Hints } from './app/hints.js';
import { createPace } from './app/pace.js';
import type { PassReport } from './app/run-pass.js';
import { type Bot, createBot } from './bot/bot.js';
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
  schedule = startSchedule({
    expression: options.schedule,
    clock: options.clock,
    fullEvery: FULL_EVERY,
    onTick(full) {
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
