import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programPath } from './programs.js';

const run = promisify(execFile);
export const sshd = { path: await programPath('sshd'), install: 'openssh-server openssh-client' };

/** A real sshd on loopback that lets this user in by certificate, with one port for each principal. */
export interface Sshd {
  /** Whether a key gets in as a principal now, by any of some certificates. */
  letsIn(login: {
    readonly key: string;
    readonly certificates: readonly string[];
    readonly principal: string;
  }): Promise<boolean>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** @param authority the folder with `ca.pub` and `krl`, as a host has fetched them. */
export async function startSshd(
  dir: string,
  { authority, principals }: { readonly authority: string; readonly principals: readonly string[] },
): Promise<Sshd> {
  await mkdir(dir, { recursive: true });
  // sshd wants it for the part of itself that has no rights; Debian makes it when the service starts.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'host')]);
  const ports = await freePorts(principals.length);
  for (const one of principals) await writeFile(join(dir, one), `${one}\n`);
  const config = join(dir, 'sshd_config');
  await writeFile(
    config,
    [
      'ListenAddress 127.0.0.1',
      ...ports.map((port) => `Port ${port}`),
      `HostKey ${join(dir, 'host')}`,
      'PidFile none',
      'UsePAM no',
      'PermitRootLogin yes',
      'AuthenticationMethods publickey',
      'AuthorizedKeysFile none',
      'StrictModes no',
      // Every certificate that is shown counts as a try.
      'MaxAuthTries 1000',
      'LogLevel VERBOSE',
      `TrustedUserCAKeys ${join(authority, 'ca.pub')}`,
      `RevokedKeys ${join(authority, 'krl')}`,
      ...principals.flatMap((one, index) => [
        `Match LocalPort ${ports[index]}`,
        `  AuthorizedPrincipalsFile ${join(dir, one)}`,
      ]),
      '',
    ].join('\n'),
  );
  const log = join(dir, 'log');
  const server = spawn(sshd.path ?? 'sshd', ['-D', '-f', config, '-E', log], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve, reject) => {
    server.once('exit', () => resolve());
    server.once('error', reject);
  });
  await listening(log, { ended, count: ports.length });
  const letsIn: Sshd['letsIn'] = async ({ key, certificates, principal }) => {
    const port = ports[principals.indexOf(principal)];
    if (port === undefined) return false;
    const options = [
      'BatchMode=yes',
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'LogLevel=ERROR',
    ]
      .concat(
        ['IdentitiesOnly=yes', 'IdentityAgent=none'],
        certificates.map((one) => `CertificateFile=${one}`),
      )
      .flatMap((option) => ['-o', option]);
    const args = ['-F', 'none', '-T', '-p', String(port), '-i', key, ...options];
    return run('ssh', [...args, `${userInfo().username}@127.0.0.1`, 'echo', 'in']).then(
      ({ stdout }) => stdout.endsWith('in\n'),
      (error: { readonly code?: unknown; readonly stderr?: string }) => {
        // ssh ends with 255 when it is not let in, and only then is that what it says.
        if (error.code === 255 && error.stderr?.includes('Permission denied')) return false;
        throw error;
      },
    );
  };
  return {
    letsIn,
    log: () => readFile(log, 'utf8'),
    async stop() {
      server.kill();
      await ended;
    },
  };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
}

/** Waits until it says that it listens, on each port. It never does when it has ended. */
async function listening(
  log: string,
  { ended, count }: { readonly ended: Promise<void>; readonly count: number },
): Promise<void> {
  let gone = false;
  ended.then(
    () => {
      gone = true;
    },
    () => {
      gone = true;
    },
  );
  for (;;) {
    const text = await readFile(log, 'utf8').catch(() => '');
    if (text.split('Server listening').length > count) return;
    if (gone) throw new Error(`sshd did not start: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
