import type { Command } from 'commander';
import type { DeadLetters } from '../ports/queue-inbox.js';
import { openQueueStore, systemTimer } from '../wire.js';
import { EXIT, Unable } from './exit.js';
import type { Io } from './io.js';
import { SETTINGS, serverOptions } from './server.js';

/** Opens what was given up for one piece of work. Starts no server and needs no GitHub. */
export async function withDeadLetters<T>(
  file: string | undefined,
  io: Io,
  work: (letters: DeadLetters) => Promise<T>,
): Promise<T> {
  const { databaseUrl, log } = await serverOptions(file, io);
  if (databaseUrl === undefined) {
    throw new Unable(
      'the settings name no database',
      'Only replicas that share one keep what they gave up; a process that serves alone looks at everything again in each sweep.',
    );
  }
  const store = openQueueStore({ url: databaseUrl, timer: systemTimer, log });
  try {
    return await work(store.deadLetters);
  } finally {
    await store.close();
  }
}

/** Ids on the command line, or all there are. */
export function addLetters(command: Command): void {
  command
    .argument('[id...]', 'which, as `hallpass queue list` shows them')
    .option('--all', 'all of them')
    .option('--json', 'as JSON')
    .option(...SETTINGS);
}

export async function actOnLetters(
  command: Command,
  io: Io,
  { verb, done }: { readonly verb: 'retry' | 'drop'; readonly done: string },
): Promise<number> {
  const { all = false, json, settings } = command.opts<{ all?: true; json?: true; settings?: string }>();
  const ids = command.args;
  if (all === ids.length > 0) throw new Unable('name ids, or --all', 'hallpass queue list shows them.');
  const { acted, missing } = await withDeadLetters(settings, io, async (letters) => {
    const wanted = all ? (await letters.list()).map(({ id }) => id) : ids;
    const found = await letters[verb](wanted);
    return { acted: found, missing: wanted.filter((id) => !found.includes(id)) };
  });
  io.out(json ? `${JSON.stringify({ done: acted, missing })}\n` : `${acted.length} ${done}\n`);
  for (const id of missing) io.err(`hallpass: nothing of the id ${id} was given up\n`);
  return missing.length === 0 ? EXIT.ok : EXIT.found;
}
