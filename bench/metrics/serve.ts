import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installation } from '../../test/cli/installation.js';
import { compare } from '../measure.js';
import type { Metric } from '../metric.js';

const TURNS = 7;

/** CPU that a server takes until it listens, and memory it holds when it has nothing to do. */
export const serve: Metric = {
  name: 'serve',
  async measure({ folder }) {
    const bare = join(folder, 'bare.cjs');
    writeFileSync(bare, "setInterval(() => {}, 1e6); console.log('listens');");
    const http = join(folder, 'http.cjs');
    writeFileSync(http, "require('node:http').createServer().listen(0, () => console.log('listens'));");
    const place = await installation(folder);
    // A heartbeat as people have it; looking for the next 29 February takes longer than all the rest.
    const settings = join(folder, 'hallpass.yaml');
    writeFileSync(
      settings,
      readFileSync(settings, 'utf8').replace(/^schedule: .*$/m, 'schedule: "* * * * *"'),
    );
    const ours = { argv: [`${process.cwd()}/dist/cli/main.js`, 'serve'], cwd: folder, env: place.env };
    try {
      const start = await compare(
        TURNS,
        () => cpuToListen(ours),
        () => cpuToListen({ argv: [bare], cwd: folder }),
      );
      const rss = await compare(
        TURNS,
        () => memory(ours),
        () => memory({ argv: [http], cwd: folder }),
      );
      return [
        {
          name: 'serve.start',
          value: start.ratio,
          unit: '× CPU',
          floor: `\`node\` until its first line, ${start.floor.toFixed(0)} ms`,
          target: { atMost: 2.2 },
          spread: start.spread,
        },
        {
          name: 'serve.rss',
          value: rss.ratio,
          unit: '× memory',
          floor: `an HTTP server that does nothing, ${rss.floor.toFixed(0)} MB`,
          target: { atMost: 2 },
          spread: rss.spread,
        },
      ];
    } finally {
      await place.close();
    }
  },
};

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
  const nanoseconds = readdirSync(`/proc/${child.pid}/task`).map((task) =>
    Number(readFileSync(`/proc/${child.pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  await stopped(child);
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** Megabytes, five seconds after it listens: what it does first is done. */
async function memory(server: Server): Promise<number> {
  const child = await listening(server);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  await stopped(child);
  return kilobytes / 1_024;
}
