import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, scheduled } from '../measure.js';
import type { Figure, Metric, Target } from '../metric.js';
import { layOutServer } from '../serve/lay-out.js';

const TURNS = 7;
/** What each holds stays much the same, and waiting for it takes long. */
const TURNS_OF_MEMORY = 3;
const ACTIVE = 10_000;

/** CPU that a server takes until it listens, and memory it holds when it has nothing to do. */
export const serve: Metric = {
  name: 'serve',
  async measure({ folder }) {
    return [
      await start(join(folder, 'start')),
      await rss(join(folder, 'empty'), { active: 0 }),
      await rss(join(folder, 'active'), { active: ACTIVE, target: { atMost: 2 } }),
    ];
  },
};

async function start(folder: string): Promise<Figure> {
  const place = await layOutServer(folder, 0);
  const bare = join(folder, 'bare.cjs');
  writeFileSync(bare, "setInterval(() => {}, 1e6); console.log('listens');");
  try {
    const { ratio, floor, spread } = await compare(
      TURNS,
      () => cpuToListen(ourServer(folder, place.env)),
      () => cpuToListen({ argv: [bare], cwd: folder }),
    );
    return {
      name: 'serve.start',
      value: ratio,
      unit: '× CPU',
      floor: `\`node\` until its first line, ${floor.toFixed(0)} ms`,
      target: { atMost: 2.2 },
      spread,
    };
  } finally {
    await place.close();
  }
}

async function rss(folder: string, { active, target }: { active: number; target?: Target }): Promise<Figure> {
  const place = await layOutServer(folder, active);
  const http = join(folder, 'http.cjs');
  writeFileSync(http, "require('node:http').createServer().listen(0, () => console.log('listens'));");
  try {
    const { ratio, floor, ours, spread } = await compare(
      TURNS_OF_MEMORY,
      () => memory(ourServer(folder, place.env)),
      () => memory({ argv: [http], cwd: folder }),
    );
    return {
      name: active === 0 ? 'serve.rss.empty' : 'serve.rss',
      value: ratio,
      unit: '× memory',
      floor: `an HTTP server that does nothing, ${floor.toFixed(0)} MB; ours with ${active} active grants ${ours.toFixed(0)} MB`,
      ...(target === undefined ? {} : { target }),
      spread,
    };
  } finally {
    await place.close();
  }
}

function ourServer(cwd: string, env: Server['env'] = {}): Server {
  return { argv: [`${process.cwd()}/dist/cli/main.js`, 'serve'], cwd, env };
}

interface Server {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function listening({ argv, cwd, env = {} }: Server): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, argv, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const chunk of child.stdout) if (String(chunk).includes('listens')) break;
  if (child.pid === undefined) throw new Error('it did not start');
  return child as ChildProcess & { readonly pid: number };
}

async function stopped(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Milliseconds, of the process alone: what git does for it meanwhile is another metric's. */
async function cpuToListen(server: Server): Promise<number> {
  const child = await listening(server);
  const spent = cpuSoFar(child.pid);
  await stopped(child);
  return spent;
}

/** Milliseconds, of all threads a process has. */
function cpuSoFar(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, id) => sum + scheduled(`${pid}/task/${id}`), 0);
}

const QUIET_SECONDS = 5;
const LONGEST_SECONDS = 120;

/** Megabytes, once it has done next to nothing for five seconds: what it does first is done. */
async function memory(server: Server): Promise<number> {
  const child = await listening(server);
  for (let waited = 0; waited < LONGEST_SECONDS; waited += QUIET_SECONDS) {
    const before = cpuSoFar(child.pid);
    await new Promise((resolve) => setTimeout(resolve, QUIET_SECONDS * 1_000));
    if (cpuSoFar(child.pid) - before < QUIET_SECONDS * 20) break;
  }
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  await stopped(child);
  return kilobytes / 1_024;
}
