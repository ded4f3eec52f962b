import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createSandboxClock } from '../../sandbox/clock.js';
import { type OrdersDatabase, startOrdersDatabase } from '../../sandbox/demo/database.js';
import { gitIdentity } from '../../sandbox/documents.js';
import { sandboxPages } from '../../sandbox/pages/handler.js';
import { startWorld, type World } from '../../sandbox/world.js';
import { createLog } from '../../wire.js';
import { type Configure, examples } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';

interface Options {
  readonly port?: string;
  readonly dir?: string;
  readonly json?: true;
}

/** Often enough to watch access come and go. */
const EVERY_FIVE_SECONDS = '*/5 * * * * *';

export const configure: Configure = (command, io) => {
  command
    .option('--port <port>', 'where the stand-in for GitHub listens on this machine; default a free one')
    .option('--dir <dir>', 'an empty folder to keep everything in; default a temporary one')
    .option(
      '--json',
      'print {url, dashboard_url, clone_url, git_dir, api_url, webhook_url, database_url, tokens} as JSON',
    )
    .addHelpText(
      'after',
      examples(['hallpass sandbox', 'ask, approve and merge on your own machine, with a real PostgreSQL']),
    );
  return async () => {
    const { port, dir, json } = command.opts<Options>();
    const github = port === undefined ? {} : { port: portOf(port) };
    const place = await placeOf(dir, io);
    const database = await startOrdersDatabase(place.dir);
    try {
      const clock = createSandboxClock({ standing: false });
      const world = await startWorld({
        dir: place.dir,
        clock,
        log: createLog({ clock, secrets: () => [], level: 'error', destination: { write: io.err } }),
        targets: new Map([['orders-db', { kind: 'postgres', connection: database.connection }]]),
        github,
        schedule: EVERY_FIVE_SECONDS,
        dashboard: true,
      });
      world.github.setPages(
        sandboxPages({ world, clock, people: PEOPLE, holding: () => holdingIn(database) }),
      );
      const signers = join(place.dir, 'allowed_signers');
      await writeFile(signers, world.wired.allowedSigners);
      io.out(
        json ? addresses(world, database.aliceUrl) : welcome(world, { aliceUrl: database.aliceUrl, signers }),
      );
      await io.untilStopped();
      await world.close();
    } finally {
      await database.stop();
      await place.leave();
    }
    return EXIT.ok;
  };
};

/** Who can be played in the browser: those who ask, and those whom the policy wants to agree. */
const PEOPLE = ['alice', 'bob', 'carol', 'dana'] as const;
const APPROVED_BY_HAND = ['alice', 'bob', 'carol'] as const;
const ROLE = 'app_readonly';
const QUESTION = 'SELECT count(*) FROM orders';

/** Asked of the server itself each time, as its administrator and as alice. */
async function holdingIn(database: OrdersDatabase) {
  const session = await database.openSession();
  try {
    const [members, answer] = await Promise.all([database.members(ROLE), session.ask(QUESTION)]);
    return { role: ROLE, members, question: QUESTION, answer };
  } finally {
    await session.close();
  }
}

async function placeOf(dir: string | undefined, { cwd }: Io) {
  if (dir === undefined) {
    const made = await mkdtemp(join(tmpdir(), 'hallpass-sandbox-'));
    return { dir: made, leave: () => rm(made, { recursive: true, force: true }) };
  }
  const kept = resolve(cwd, dir);
  await mkdir(kept, { recursive: true });
  if ((await readdir(kept)).length > 0)
    throw new Unable(`${kept} is not empty`, 'Name an empty folder, or one that is not there yet.');
  return { dir: kept, leave: async () => {} };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new Unable(`--port ${text} is no port`, 'Give a number from 0 to 65535.');
}

/** The same for programs. Nothing of it is worth anything outside this machine, or once the sandbox has stopped. */
function addresses({ github, running }: World, aliceUrl: string): string {
  const told = {
    url: `${github.url}/`,
    dashboard_url: running.dashboardUrl ?? null,
    clone_url: github.cloneUrl,
    git_dir: github.gitDir,
    api_url: `${github.url}/repos/acme/access`,
    webhook_url: running.bot.webhookUrl,
    database_url: aliceUrl,
    tokens: Object.fromEntries(PEOPLE.map((login) => [login, github.token(login)])),
  };
  return `${JSON.stringify(told)}\n`;
}

interface Places {
  readonly aliceUrl: string;
  /** The file that says who may sign the ledger. */
  readonly signers: string;
}

/** What one can do by hand, each line ready to be copied. */
function welcome({ github, running }: World, { aliceUrl, signers }: Places): string {
  const withToken = github.cloneUrl.replace('://', `://alice:${github.token('alice')}@`);
  const tokens = APPROVED_BY_HAND.map((login) => `${login.toUpperCase()}=${github.token(login)}`).join(' ');
  const api = `${github.url}/repos/acme/access`;
  const call = (login: string, path: string) =>
    `curl -s -H 'Authorization: Bearer ${github.token(login)}' ${api}${path}`;
  return `The sandbox runs. Nothing of it leaves this machine; stop it with Ctrl-C.

In a browser, to ask, approve, merge and watch the database:
  ${github.url}/

In a browser, to see who holds what; sign in as whom you like:
  ${running.dashboardUrl}

Or by hand. Who they are, to paste into every terminal you use:
  ${tokens}

Ask for access, as alice, on a branch:
  git clone ${gitIdentity('alice')} ${withToken} && cd access && git switch -c my-branch
  ... add access-requests/<year>/<month>/my-request.yaml (access-requests/README.md says how) and commit it
  git push origin my-branch
  ${call('alice', '/pulls')} -d '{"title":"Please","head":"my-branch","base":"main"}'

Approve it as bob (dba) and carol (security), then merge; the first pull request is number 1:
  ${call('bob', '/pulls/1/reviews')} -d '{"event":"APPROVE"}'
  ${call('carol', '/pulls/1/reviews')} -d '{"event":"APPROVE"}'
  ${call('alice', '/pulls/1/merge')} -X PUT -d '{}'

See what Hallpass says of it at any time, who holds what, and whether alice can read:
  ${call('alice', '/issues/1/comments')} | node -p '${BODIES}'
  hallpass list --repo ${github.gitDir}
  psql '${aliceUrl}' -c 'SELECT count(*) FROM orders'   # if you have psql; the page in the browser asks the same

Prove the ledger:
  hallpass audit verify --repo ${github.gitDir} --signers ${signers} --replay

End the access early:
  ${call('alice', '/issues/1/comments')} -d '{"body":"/hallpass revoke"}'

Webhooks go to ${running.bot.webhookUrl}
`;
}

const BODIES = String.raw`JSON.parse(fs.readFileSync(0)).map((comment) => comment.body).join("\n\n")`;
