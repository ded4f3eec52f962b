import { type Served, serve } from '../../serve.js';
import { openQueueStore, type QueueStore, systemTimer, wireServer } from '../../wire.js';
import { type Configure, examples } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';
import { type FleetOptions, SETTINGS, serverOptions } from '../server.js';

interface Options {
  readonly settings?: readonly string[];
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  const [, whose] = SETTINGS;
  command
    .option('--json', 'print {url, webhook_url} as JSON once it listens; logs are JSON anyway')
    .option('--settings <file...>', `${whose}; several files serve several access repositories`)
    .addHelpText(
      'after',
      examples(
        ['hallpass serve --settings /etc/hallpass/hallpass.yaml', 'run until it is told to stop'],
        ['hallpass serve --settings orders.yaml payments.yaml', 'the same for two access repositories'],
      ),
    );
  return async () => {
    const { settings, json = false } = command.opts<Options>();
    const all = await allOptions(settings, io);
    const [first] = all;
    const store = storeOf(first);
    try {
      await serveAll(all, store, { io, json });
    } finally {
      await store?.close();
    }
    return EXIT.ok;
  };
};

type Several = readonly [FleetOptions, ...FleetOptions[]];

async function allOptions(files: readonly string[] = [], io: Io): Promise<Several> {
  const [first, ...others] = files;
  const all: Several = [
    await serverOptions(first, io),
    ...(await Promise.all(others.map((file) => serverOptions(file, io)))),
  ];
  for (const [what, of] of MUST_DIFFER) {
    if (new Set(all.map(of)).size === all.length) continue;
    throw new Unable(
      `two of the settings have the same ${what}`,
      'Give each access repository settings of its own.',
    );
  }
  if (all.some((one) => one.databaseUrl !== all[0].databaseUrl)) {
    throw new Unable('the settings name different databases', 'Let all of them name the same one, or none.');
  }
  // Pages have one address, and a proxy takes away what would tell one repository's from another's.
  if (all.slice(1).some(({ dashboard }) => dashboard !== undefined)) {
    throw new Unable(
      'a dashboard is only served for the first of the settings',
      'Serve the other one by a process of its own.',
    );
  }
  return all;
}

const MUST_DIFFER: readonly (readonly [string, (options: FleetOptions) => unknown])[] = [
  ['repository', ({ repository }) => repository.id],
  ['data_dir', ({ dataDir }) => dataDir],
];

function storeOf({ databaseUrl, log }: FleetOptions): QueueStore | undefined {
  return databaseUrl === undefined
    ? undefined
    : openQueueStore({ url: databaseUrl, timer: systemTimer, log });
}

async function serveAll(
  all: Several,
  store: QueueStore | undefined,
  { io, json }: { readonly io: Io; readonly json: boolean },
): Promise<void> {
  const served: Served[] = [];
  try {
    for (const one of all) {
      const options = { ...one, watchesSetup: true, ...(store === undefined ? {} : { store }) };
      served.push({ wired: await wireServer(options), options });
    }
    const [first, ...others] = served;
    if (first === undefined) return;
    const running = await serve(first.wired, first.options, others);
    served.length = 0;
    const { url, webhookUrl } = running.bot;
    io.out(
      json
        ? `${JSON.stringify({ url, webhook_url: webhookUrl })}\n`
        : `Hallpass listens on ${url}; webhooks go to ${webhookUrl}\n`,
    );
    await io.untilStopped();
    await running.close();
  } finally {
    await Promise.all(served.map(({ wired }) => wired.close()));
  }
}
