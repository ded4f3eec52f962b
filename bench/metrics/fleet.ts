import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startPostgres } from '../../src/sandbox/postgres.js';
import { newSigningKey } from '../../src/wire.js';
import { layOut, NOW } from '../fleet/lay-out.js';
import type { Said, Told, Work } from '../fleet/messages.js';
import { median } from '../measure.js';
import type { Metric, Scale } from '../metric.js';

const GRANTS = 100;

/** How much faster four replicas end what one replica would end alone, and whether anything was ended twice. */
export const fleet: Metric = {
  name: 'fleet',
  async measure(scale) {
    const size = scale.large ? 200 : 12;
    const runs: Record<1 | 4, Ended[]> = { 1: [], 4: [] };
    for (const replicas of [1, 4, 4, 1] as const) {
      runs[replicas].push(await endAll(scale, { size, replicas, turn: runs[1].length + runs[4].length }));
    }
    const seconds = (of: readonly Ended[]) => of.map((run) => run.seconds);
    const ratios = runs[1].map((one, n) => one.seconds / (runs[4][n]?.seconds ?? Number.NaN));
    const alone = median(seconds(runs[1]));
    const ends = size * GRANTS;
    return [
      {
        name: `fleet@${size}`,
        value: alone / median(seconds(runs[4])),
        unit: '× throughput',
        floor: `one replica, ${ends} ends in ${alone.toFixed(1)} s`,
        target: { atLeast: 1.7 },
        spread: [Math.min(...ratios), Math.max(...ratios)],
      },
      {
        name: `fleet.cpu@${size}`,
        value: median(runs[4].map(cpuOf)) / median(runs[1].map(cpuOf)),
        unit: '× CPU',
        floor: `one replica: ${inWords(runs[1])}; four: ${inWords(runs[4])}`,
      },
      {
        name: `fleet.doubled@${size}`,
        value: [...runs[1], ...runs[4]].reduce((sum, { doubled }) => sum + doubled, 0),
        unit: 'double effects',
        floor: 'every holding is taken away by one call, every end recorded once',
        target: { exactly: 0 },
      },
    ];
  },
};

/** Seconds of CPU. */
interface Cpu {
  /** Of the replicas themselves, each of which has one thread that works. */
  readonly own: number;
  /** Of what they started of git. */
  readonly git: number;
}

const cpuOf = ({ own, git }: Cpu): number => own + git;

function inWords(runs: readonly Cpu[]): string {
  const [own, git] = [median(runs.map((run) => run.own)), median(runs.map((run) => run.git))];
  return `${own.toFixed(1)} s in Node, ${git.toFixed(1)} s in git`;
}

interface Ended extends Cpu {
  /** From when everything was due until the last end was in its ledger. */
  readonly seconds: number;
  readonly doubled: number;
}

interface Run {
  readonly size: number;
  readonly replicas: number;
  readonly turn: number;
}

async function endAll({ folder }: Scale, { size, replicas, turn }: Run): Promise<Ended> {
  const place = join(folder, `fleet-${turn}`);
  const signingKey = newSigningKey('bench');
  const urls = await layOut(place, { repositories: size, grants: GRANTS, signingKey });
  const api = createServer((_, response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token: 'none', expires_at: '2099-01-01T00:00:00Z', slug: 'bench' }));
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const postgres = await startPostgres({ dir: join(place, 'postgres') });
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const work: Omit<Work, 'folder'> = {
    repositories: urls.map((url, n) => ({ id: n + 1, url })),
    databaseUrl: `postgres://${postgres.superuser}:${postgres.password}@${postgres.host}:${postgres.port}/postgres`,
    apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    signingKey,
    privateKey,
    now: NOW,
  };
  const children = Array.from({ length: replicas }, (_, n) => {
    const folder = join(place, `replica-${n}`);
    return fork(join(import.meta.dirname, '../fleet/replica.js'), [JSON.stringify({ ...work, folder })]);
  });
  try {
    return await watch(children, size);
  } finally {
    for (const child of children) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    api.closeAllConnections();
    api.close();
    await postgres.stop();
  }
}

/** What the replicas did so far. */
interface Tally {
  revokes: number;
  recorded: number;
  /** When everything became due; 0 before. */
  began: number;
  readonly ready: Map<ChildProcess, Held>;
}

type Held = Extract<Said, { said: 'held' }>;

/** Waits until all keys are held and all ledgers read, lets everything end, and counts. */
function watch(children: readonly ChildProcess[], size: number): Promise<Ended> {
  const total = size * GRANTS;
  let before: Cpu = { own: 0, git: 0 };
  const tally: Tally = { revokes: 0, recorded: 0, began: 0, ready: new Map() };
  return new Promise((resolve, reject) => {
    for (const child of children) {
      child.once('exit', (code) => reject(new Error(`a replica ended by itself (${code})`)));
      child.on('message', (said: Said) => {
        hear(child, said, tally);
        if (tally.began === 0 && isReady(tally, children, size)) {
          tally.began = performance.now();
          before = cpuOfAll(children);
          for (const one of children) one.send({ told: 'end' } satisfies Told);
        }
        if (tally.recorded < total) return;
        const doubled = tally.revokes - total + (tally.recorded - total);
        const cpu = cpuOfAll(children);
        resolve({
          seconds: (performance.now() - tally.began) / 1_000,
          doubled,
          own: cpu.own - before.own,
          git: cpu.git - before.git,
        });
      });
    }
  });
}

function hear(child: ChildProcess, said: Said, tally: Tally): void {
  const answer = (call: number, held: readonly string[]): void =>
    void child.send({ told: 'answer', call, held } satisfies Told);
  if (said.said === 'held') tally.ready.set(child, said);
  if (said.said === 'recorded') tally.recorded += said.ends;
  if (said.said === 'observe') answer(said.call, tally.began === 0 ? said.holdings : []);
  if (said.said === 'revoke') {
    tally.revokes += 1;
    answer(said.call, []);
  }
}

const TICKS_A_SECOND = 100;

/** From /proc/PID/stat (proc(5)): utime, stime and, of children that have ended, cutime and cstime are fields 14 to 17. */
function cpuOfAll(children: readonly ChildProcess[]): Cpu {
  let [own, git] = [0, 0];
  for (const { pid } of children) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user = 0, system = 0, gitUser = 0, gitSystem = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map(Number);
    own += (user + system) / TICKS_A_SECOND;
    git += (gitUser + gitSystem) / TICKS_A_SECOND;
  }
  return { own, git };
}

function isReady({ ready }: Tally, children: readonly ChildProcess[], size: number): boolean {
  const all = [...ready.values()];
  const keys = all.reduce((sum, one) => sum + one.keys, 0);
  return (
    all.length === children.length &&
    keys === size &&
    all.every((one) => one.keys > 0 && one.warm >= one.keys)
  );
}
