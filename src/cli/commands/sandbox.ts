import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createSandboxClock } from '../../sandbox/clock.js';
import { startOrdersDatabase } from '../../sandbox/demo/database.js';
import { startWorld, type World } from '../../sandbox/world.js';
import { createLog } from '../../wire.js';
import { type Configure, examples } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';

interface Options {
  readonly port?: string;
  readonly dir?: string;
}

/** Often enough to watch access come and go. */
const EVERY_FIVE_SECONDS = '*/5 * * * * *';

export const configure: Configure = (command, io) => {
  command
    .option('--port <port>', 'where the stand-in for GitHub listens on this machine; default a free one')
    .option('--dir <dir>', 'an empty folder to keep everything in; default a temporary one')
    .addHelpText(
      'after',
      examples(['hallpass sandbox', 'ask, approve and merge on your own machine, with a real PostgreSQL']),
    );
  return async () => {
    const { port, dir } = command.opts<Options>();
    const github = port === undefined ? {} : { port: portOf(port) };
    const place = await placeOf(dir, io);
    const database = await startOrdersDatabase(place.dir);
    try {
      const clock = createSandboxClock({ standing: false });
      const world = await startWorld({
        dir: place.dir,
        clock,
        log: createLog({ clock, secrets: [], level: 'error', destination: { write: io.err } }),
        targets: new Map([['orders-db', { kind: 'postgres', connection: database.connection }]]),
        github,
        schedule: EVERY_FIVE_SECONDS,
      });
      io.out(welcome(world));
      await io.untilStopped();
      await world.close();
    } finally {
      await database.stop();
      await place.leave();
    }
    return EXIT.ok;
  };
};

async function placeOf(dir: string | undefined, { cwd }: Io) {
  if (dir === undefined) {
    const made = await mkdtemp(join(tmpdir(), 'hallpass-sandbox-'));
    return { dir: made, leave: () => rm(made, { recursive: true, force: true }) };
  }
  const kept = resolve(cwd, dir);
  await mkdir(kept, { recursive: true });
  return { dir: kept, leave: async () => {} };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new Unable(`--port ${text} is no port`, 'Give a number from 0 to 65535.');
}

/** What one can do by hand, each line ready to be copied. */
function welcome({ github, running }: World): string {
  const withToken = (login: string) => github.cloneUrl.replace('://', `://${login}:${github.token(login)}@`);
  const api = `${github.url}/repos/acme/access`;
  const call = (login: string, path: string, body: string) =>
    `  curl -s -H 'Authorization: Bearer ${github.token(login)}' ${api}${path} -d '${body}'`;
  return `The sandbox runs. Nothing of it leaves this machine; stop it with Ctrl-C.

Ask for access, as alice, on a branch:
  git clone ${withToken('alice')} && cd access
  ... add access-requests/<yyyy>/<mm>/my-request.yaml (its README says how), commit, and push the branch
${call('alice', '/pulls', '{"title":"Please","head":"BRANCH","base":"main"}')}

Approve it as bob (dba) and carol (security), then merge:
${call('bob', '/pulls/1/reviews', '{"event":"APPROVE"}')}
${call('carol', '/pulls/1/reviews', '{"event":"APPROVE"}')}
  curl -s -X PUT -H 'Authorization: Bearer ${github.token('alice')}' ${api}/pulls/1/merge -d '{}'

See what Hallpass says of it, and who holds what:
  curl -s -H 'Authorization: Bearer ${github.token('alice')}' ${api}/issues/1/comments
  hallpass list --repo ${github.gitDir}

Webhooks go to ${running.bot.webhookUrl}
`;
}
