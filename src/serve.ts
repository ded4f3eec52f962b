import type { Hints } from './app/hints.js';
import { type Bot, createBot } from './bot/bot.js';
import { openHouse, type Served, type ServeOptions } from './serve-repository.js';
import type { Wired } from './wire.js';

export { type Served, type ServeOptions, setupOf } from './serve-repository.js';

export interface Running {
  readonly bot: Bot;
  /** Of the first repository. */
  readonly hints: Hints;
  /** Where people see pages, without a slash at the end; absent where nobody can sign in. */
  readonly dashboardUrl?: string;
  /** Resolves when nothing is running or waiting. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

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
  for (const house of houses) house.start(bot.url);
  const dashboardUrl = first.dashboardUrl();
  return {
    bot,
    hints: first.hints,
    ...(dashboardUrl === undefined ? {} : { dashboardUrl }),
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
