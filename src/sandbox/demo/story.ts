import type { Log } from '../../ports/log.js';
import { createSandboxClock } from '../clock.js';
import { startWorld, type World } from '../world.js';
import { type OrdersDatabase, type Session, startOrdersDatabase } from './database.js';
import { audited, checkOf, commentOf, ledgerStory, verified } from './look.js';
import { eventually, must, type Narrator } from './narrator.js';

/** What the story leaves behind for those who want to look for themselves. */
export interface Ending {
  readonly gitDir: string;
  readonly allowedSigners: string;
}

interface Scene {
  readonly world: World;
  readonly database: OrdersDatabase;
  readonly clock: ReturnType<typeof createSandboxClock>;
  readonly see: (line: string) => void;
}

const QUESTION = 'SELECT count(*) FROM orders';

/**
 * From a refused `SELECT` to a verified ledger. Every step looks for itself at GitHub, the database or git, and throws when what it
 * tells of did not happen. Time is real but for the jumps that say so.
 */
export async function tellStory(
  narrator: Narrator,
  { dir, log }: { readonly dir: string; readonly log: Log },
): Promise<Ending> {
  const clock = createSandboxClock({ standing: false });
  let database: OrdersDatabase | undefined;
  let world: World | undefined;
  const scene = (see: Scene['see']): Scene => {
    if (world === undefined || database === undefined) throw new Error('the story has not begun');
    return { world, database, clock, see };
  };
  const step = (title: string, act: (scene: Scene) => Promise<void>): Promise<void> =>
    narrator.step(title, (see) => act(scene(see)));
  let pull = 0;
  let session: Session | undefined;
  try {
    await narrator.step('A PostgreSQL server, a GitHub stand-in and Hallpass start', async (see) => {
      database = await startOrdersDatabase(dir);
      const targets = new Map([['orders-db', { kind: 'postgres', connection: database.connection }]]);
      world = await startWorld({ dir, clock, log, targets });
      see(`git clone ${world.github.cloneUrl}`);
    });
    await step("alice's SELECT is refused: she has no standing access", aliceIsRefused);
    await step('alice asks in a pull request, with a typo, and the check points at the line', async (at) => {
      pull = await askWithTypo(at);
    });
    await step('alice fixes it; two people from two groups have to agree', (at) => fixTypo(at, pull));
    await step('bob approves, and it waits: one person is not two', (at) => approveAlone(at, pull));
    await step('carol approves, and everything is there', (at) => approveTogether(at, pull));
    await step('alice merges; what landed is decided once more, and granted', (at) => merge(at, pull));
    await step("alice's SELECT works, in a session she leaves open", async (at) => {
      session = await useAccess(at);
    });
    await step('an hour passes (the clock jumps), and the access ends', (at) => expire(at, session, pull));
    await step('the ledger tells it all, signed, and is verified from a clone', tellLedger);
    return {
      gitDir: scene(() => {}).world.github.gitDir,
      allowedSigners: scene(() => {}).world.wired.allowedSigners,
    };
  } finally {
    await session?.close();
    await world?.close();
    await database?.stop();
  }
}

async function aliceIsRefused({ database, see }: Scene): Promise<void> {
  const session = await database.openSession();
  const result = await session.ask(QUESTION);
  await session.close();
  must('refused' in result, 'the database refused alice');
  see(`alice_ro> ${QUESTION}`);
  see(`ERROR: ${result.refused}`);
}

const BRANCH = 'alice-orders-db';

const requestPath = ({ clock }: Scene): string =>
  `access-requests/${clock.now().slice(0, 7).replace('-', '/')}/${BRANCH}.yaml`;

const request = (key: string): string => `version: 1
subject: alice
${key}: [orders-db-readonly]
duration: 1h
justification: "INC-4242: checkout is slow, need to read query plans"
ticket: INC-4242
`;

async function askWithTypo(scene: Scene): Promise<number> {
  const { world, see } = scene;
  const alice = world.github.as('alice');
  await alice.push(BRANCH, { [requestPath(scene)]: request('entitlments') });
  const pull = await alice.openPullRequest({ head: BRANCH, title: 'Read the orders database for INC-4242' });
  await world.settled();
  const check = await checkOf(world, pull);
  must(check.conclusion === 'failure', 'the check failed');
  const found = check.annotations.find((one) => one.line === 3);
  must(found !== undefined, 'an annotation points at line 3');
  see(`${found.path}:${found.line} ${found.title}: ${found.message.split('\n', 1)[0]}`);
  return pull;
}

async function fixTypo(scene: Scene, pull: number): Promise<void> {
  const { world, see } = scene;
  await world.github.as('alice').push(BRANCH, { [requestPath(scene)]: request('entitlements') });
  await world.settled();
  const check = await checkOf(world, pull);
  must(check.conclusion !== 'success' && check.conclusion !== 'failure', 'the check waits for people');
  for (const line of (await commentOf(world, pull)).slice(0, 12)) see(line);
}

async function approveAlone(scene: Scene, pull: number): Promise<void> {
  await approve(scene, pull, 'bob');
  const check = await checkOf(scene.world, pull);
  must(check.conclusion !== 'success', 'one approval is not enough');
  scene.see(check.title);
}

async function approveTogether(scene: Scene, pull: number): Promise<void> {
  await approve(scene, pull, 'carol');
  const check = await checkOf(scene.world, pull);
  must(check.conclusion === 'success', 'two approvals are enough');
  scene.see(check.title);
}

async function approve({ world, clock }: Scene, pull: number, login: string): Promise<void> {
  // GitHub stamps whole seconds, and an approval counts only when it is later than the check it answers.
  clock.advance(2);
  await world.github.as(login).approve(pull);
  await world.settled();
}

async function merge({ world, clock, see }: Scene, pull: number): Promise<void> {
  clock.advance(2);
  await world.github.as('alice').merge(pull);
  await world.settled();
  see(await notice(world, pull, { sign: '🟢', sentence: 'the pull request says that access started' }));
}

/** The first line of a notice, once it is there. */
function notice(
  world: World,
  pull: number,
  { sign, sentence }: { readonly sign: string; readonly sentence: string },
): Promise<string> {
  return eventually(async () => {
    await world.settled();
    return (await commentOf(world, pull, sign)).at(0);
  }, sentence);
}

async function useAccess({ database, see }: Scene): Promise<Session> {
  const session = await database.openSession();
  const result = await session.ask(QUESTION);
  must('answer' in result && result.answer === '42', 'the database answered alice');
  see(`alice_ro> ${QUESTION}`);
  see(result.answer);
  return session;
}

async function expire(
  { world, database, clock, see }: Scene,
  session: Session | undefined,
  pull: number,
): Promise<void> {
  clock.advance(3_600);
  world.running.hints.pass();
  await world.settled();
  await session?.ask('SELECT 1');
  must(session?.ended() !== undefined, 'the open session was ended');
  see(`the open session: ${session.ended()}`);
  await aliceIsRefused({ world, database, clock, see });
  see(await notice(world, pull, { sign: '⚪', sentence: 'the pull request says that access ended' }));
}

async function tellLedger({ world, see }: Scene): Promise<void> {
  const lines = await ledgerStory(world);
  must(lines.length >= 4, 'the ledger has an entry for each step');
  for (const line of lines) see(line);
  see(await verified(world));
  see(`hallpass audit verify --replay: ${await audited(world)}`);
}
