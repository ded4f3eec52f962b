import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Binaries, shippedBinaries } from './postgres/binaries.js';
import { canEnter, type ServerUser, serverUser } from './postgres/server-user.js';

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly superuser: string;
  readonly password: string;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** A folder for the data, made when it is not there. Where the server's user cannot enter it, a temporary one is used. */
  readonly dir: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default: those that came with npm. */
  readonly binaries?: Binaries;
  /** More of what stands in postgresql.conf, such as `log_statement=ddl`. */
  readonly settings?: readonly string[];
}

const run = promisify(execFile);
const HOST = '127.0.0.1';
const SUPERUSER = 'postgres';

/**
 * A real PostgreSQL server for the sandbox and the tests: empty, on loopback, with passwords, and in such a hurry that it loses
 * its data when the machine stops. It stops with this process, however that ends, and its data goes with it.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const user = await serverUser();
  const dir = await dataFolder(options.dir, user);
  try {
    return await startIn(dir, user, options);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(dir: string, user: ServerUser, options: PostgresOptions): Promise<PostgresServer> {
  const binaries = options.binaries ?? (await shippedBinaries(dir, user));
  const password = randomBytes(18).toString('base64url');
  await createCluster({ dir, binaries, user, password });
  const port = options.port ?? (await freePort());
  const server = await startServer({ dir, binaries, user, port, more: options.settings ?? [] });
  return {
    host: HOST,
    port,
    superuser: SUPERUSER,
    password,
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function dataFolder(wanted: string, user: ServerUser): Promise<string> {
  await mkdir(wanted, { recursive: true });
  const within = (await canEnter(wanted, user)) ? wanted : tmpdir();
  const dir = await mkdtemp(join(within, 'hallpass-postgres-'));
  if (user !== undefined) await chown(dir, user.uid, user.gid);
  return dir;
}

interface Place {
  readonly dir: string;
  readonly binaries: Binaries;
  readonly user: ServerUser;
}

async function createCluster({ dir, binaries, user, password }: Place & { password: string }): Promise<void> {
  const passwordFile = join(dir, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) await chown(passwordFile, user.uid, user.gid);
  const args = ['-D', join(dir, 'data'), '-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  await run(join(binaries.folder, 'initdb'), [...args, '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...user,
    cwd: dir,
    env: binaries.environment,
  });
  await rm(passwordFile);
}

const IN_A_HURRY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=16MB'];

async function startServer(
  place: Place & { readonly port: number; readonly more: readonly string[] },
): Promise<{ stop(): Promise<void> }> {
  const { dir, binaries, user, port, more } = place;
  const settings = [
    `port=${port}`,
    `listen_addresses=${HOST}`,
    'unix_socket_directories=',
    ...IN_A_HURRY,
    ...more,
  ];
  const args = ['-D', join(dir, 'data'), ...settings.flatMap((setting) => ['-c', setting])];
  const options = { ...user, cwd: dir, env: binaries.environment } as const;
  const server = spawn(join(binaries.folder, 'postgres'), args, {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  await ready(server.stderr, gone);
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, String(server.pid), dir], {
    ...options,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  for (const child of [server, watchdog]) child.unref();
  return {
    async stop() {
      server.ref();
      server.kill('SIGINT');
      const impatient = setTimeout(() => server.kill('SIGQUIT'), PATIENCE_SECONDS * 1_000);
      await gone;
      clearTimeout(impatient);
      watchdog.kill('SIGKILL');
    },
  };
}

/** How long sessions may take to notice that the server stops; one that is itself stopped never would. */
const PATIENCE_SECONDS = 2;

/** Its input ends when the process that started it does, even by SIGKILL: then it stops the server and removes the data. */
const WATCHDOG = `read _
kill -INT "$0"
n=0
while kill -0 "$0"; do
  sleep 0.1
  n=$((n+1))
  [ "$n" = ${PATIENCE_SECONDS}0 ] && kill -QUIT "$0"
done
rm -rf -- "$1"`;

/** Waits for the server to say that it takes connections; when it gives up instead, its last words are the error. */
async function ready(log: NodeJS.ReadableStream, gone: Promise<void>): Promise<void> {
  const words: string[] = [];
  const lines = createInterface({ input: log });
  const accepts = new Promise<'ready'>((resolve) => {
    lines.on('line', (line) => {
      if (words.length < 50) words.push(line);
      if (line.includes('ready to accept connections')) resolve('ready');
    });
  });
  if ((await Promise.race([accepts, gone])) === 'ready') return;
  throw new Error(`PostgreSQL did not start:\n${words.join('\n')}`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, HOST, resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
