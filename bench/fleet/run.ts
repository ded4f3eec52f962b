import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startPostgres } from '../../src/sandbox/postgres.js';
import { newSigningKey } from '../../src/wire.js';
import { endOf, layOut, NOW, type Waves } from './lay-out.js';
import type { Said, SaidByGitHub, Told, Work } from './messages.js';
import { type Cpu, cpuOf, since, sumOf } from './processes.js';

export interface Run {
  readonly folder: string;
  readonly repositories: number;
  /** The last one is measured. Those before it warm the code up, as that of a server is. */
  readonly waves: Waves;
  readonly replicas: number;
}

/** What it took until everything that was due was in its ledger. */
export interface Ended {
  readonly seconds: number;
  /** Of each replica, and of what it started of git. */
  readonly replicas: readonly Cpu[];
  /** Of what stands in for GitHub, and of PostgreSQL. */
  readonly others: { readonly github: number; readonly postgres: number };
  /** Ends that reached a target or a ledger more than once, or not at all. */
  readonly wrong: number;
}

/** Lets all grants of all repositories end, wave after wave. */
export async function endAll(run: Run): Promise<Ended> {
  const { folder } = run;
  const signingKey = newSigningKey('bench');
  const names = await layOut(folder, { ...run, signingKey });
  const github = fork(join(import.meta.dirname, 'github.js'), [folder]);
  const [{ url }] = (await once(github, 'message')) as [Extract<SaidByGitHub, { said: 'listens' }>];
  const postgres = await startPostgres({ dir: join(folder, 'postgres') });
  const { superuser, password, host, port } = postgres;
  const work: Omit<Work, 'folder'> = {
    repositories: names.map((name, n) => ({ id: n + 1, url: `${url}/${name}` })),
    databaseUrl: `postgres://${superuser}:${password}@${host}:${port}/postgres`,
    apiUrl: url,
    signingKey,
    privateKey: newAppKey(),
    now: NOW,
  };
  const replicas = Array.from({ length: run.replicas }, (_, n) =>
    fork(join(import.meta.dirname, 'replica.js'), [
      JSON.stringify({ ...work, folder: join(folder, `replica-${n}`) }),
    ]),
  );
  try {
    const measured = await measure(run, replicas, github);
    const revoked = (await Promise.all(replicas.map(lastWord))).flat();
    github.send('unpack');
    await once(github, 'message');
    return { ...measured, wrong: wrongIn(run, names, revoked) };
  } finally {
    for (const child of [...replicas, github]) child.kill('SIGKILL');
    await postgres.stop();
  }
}

function newAppKey(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
}

async function measure(
  { repositories, waves }: Run,
  replicas: readonly ChildProcess[],
  github: ChildProcess,
): Promise<Omit<Ended, 'wrong'>> {
  await untilSaid(replicas, allHeld(repositories, replicas.length));
  let recorded = 0;
  const end = async (wave: number): Promise<void> => {
    for (const replica of replicas) replica.send({ told: 'time', now: endOf(wave) } satisfies Told);
    const due = repositories * sum(waves.slice(0, wave + 1));
    await untilSaid(replicas, (said) => {
      if (said.said === 'recorded') recorded += said.ends;
      return recorded >= due;
    });
  };
  const last = waves.length - 1;
  for (let wave = 0; wave < last; wave += 1) await end(wave);
  const look = () => ({
    replicas: replicas.map(({ pid = 0 }) => cpuOf(pid)),
    github: cpuOf(github.pid ?? 0),
    all: cpuOf(process.pid),
  });
  const [before, began] = [look(), performance.now()];
  await end(last);
  const seconds = (performance.now() - began) / 1_000;
  const after = look();
  const cpu = after.replicas.map((now, n) => since(before.replicas[n] ?? now, now));
  const total = ({ own, started }: Cpu): number => own + started;
  const ofGitHub = total(since(before.github, after.github));
  // PostgreSQL is what else this process has started.
  const postgres = since(before.all, after.all).started - total(sumOf(cpu)) - ofGitHub;
  return { seconds, replicas: cpu, others: { github: ofGitHub, postgres } };
}

const MOST_MILLISECONDS = 300_000;

/** Hears what replicas say until it is enough. @throws when one of them ends by itself, or it takes too long. */
async function untilSaid(
  replicas: readonly ChildProcess[],
  isEnough: (said: Said, by: ChildProcess) => boolean,
): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const heard = async (replica: ChildProcess): Promise<void> => {
    for await (const [said] of on(replica, 'message', { signal })) if (isEnough(said, replica)) return;
  };
  const gone = async (replica: ChildProcess): Promise<void> => {
    const [code] = await once(replica, 'exit', { signal });
    throw new Error(`a replica ended by itself (${code})`);
  };
  const late = async (): Promise<void> => {
    await setTimeout(MOST_MILLISECONDS, undefined, { signal });
    throw new Error('it takes more than five minutes');
  };
  try {
    await Promise.race([late(), ...replicas.flatMap((replica) => [heard(replica), gone(replica)])]);
  } finally {
    over.abort();
  }
}

/** While a replica comes to its share of the keys, others hand them on; nothing moves when nothing has moved for some looks. */
const STILL_TIMES = 12;

function allHeld(repositories: number, replicas: number) {
  const holding = new Map<ChildProcess, number>();
  let still = 0;
  return (said: Said, by: ChildProcess): boolean => {
    if (said.said !== 'held') return false;
    const isAsBefore = holding.get(by) === said.keys && said.isWarm;
    holding.set(by, said.keys);
    still = isAsBefore ? still + 1 : 0;
    const held = [...holding.values()];
    const isShared = held.length === replicas && held.every((keys) => keys > 0);
    return isShared && sum(held) === repositories && still >= STILL_TIMES * replicas;
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

async function lastWord(replica: ChildProcess): Promise<readonly string[]> {
  replica.send({ told: 'stop' } satisfies Told);
  for await (const [said] of on(replica, 'message') as AsyncIterable<[Said]>)
    if (said.said === 'revoked') return said.holdings;
  return [];
}

/** How many ends reached their target or their ledger more than once, or not at all. */
function wrongIn(run: Run, names: readonly string[], revoked: readonly string[]): number {
  const distinct = new Set(revoked).size;
  const onTargets = revoked.length - distinct + (names.length * sum(run.waves) - distinct);
  const inLedgers = names.map((name) => wrongInLedger(join(run.folder, name), sum(run.waves)));
  return inLedgers.reduce((sum, wrong) => sum + wrong, onTargets);
}

function wrongInLedger(repository: string, grants: number): number {
  const argv = ['-C', repository, 'grep', '--count', 'event: ended', 'access-ledger', '--', 'grants'];
  const counts = execFileSync('git', argv, { encoding: 'utf8', maxBuffer: 2 ** 26 })
    .trim()
    .split('\n')
    .map((line) => Number(line.slice(line.lastIndexOf(':') + 1)));
  return counts.reduce((sum, count) => sum + count - 1, grants - counts.length);
}
