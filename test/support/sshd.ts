import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOnFreePorts } from './ports.js';
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
  for (const one of principals) await writeFile(join(dir, one), `${one}\n`);
  return startOnFreePorts(principals.length, (ports) => startOn(ports, { dir, authority, principals }));
}

interface Host {
  readonly dir: string;
  readonly authority: string;
  readonly principals: readonly string[];
}

/** @returns undefined when it could not listen on each port. */
async function startOn(ports: readonly number[], host: Host): Promise<Sshd | undefined> {
  const [config, log] = [join(host.dir, 'sshd_config'), join(host.dir, 'log')];
  await writeFile(config, configurationOf(ports, host));
  await writeFile(log, '');
  const server = spawn(sshd.path ?? 'sshd', ['-D', '-f', config, '-E', log], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  const stop = async () => {
    server.kill();
    await ended;
  };
  if (!(await Promise.race([listening(log, ports.length), ended.then(() => false)]))) {
    await stop();
    return undefined;
  }
  return {
    letsIn: ({ key, certificates, principal }) =>
      login(ports[host.principals.indexOf(principal)], key, certificates),
    log: () => readFile(log, 'utf8'),
    stop,
  };
}

function configurationOf(ports: readonly number[], { dir, authority, principals }: Host): string {
  return [
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
  ].join('\n');
}

async function login(
  port: number | undefined,
  key: string,
  certificates: readonly string[],
): Promise<boolean> {
  if (port === undefined) return false;
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null']
    .concat('LogLevel=ERROR', 'IdentitiesOnly=yes', 'IdentityAgent=none')
    .concat(certificates.map((one) => `CertificateFile=${one}`))
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
}

/** Waits until it says that it listens, on each port, or that it cannot; on the others it would go on. */
async function listening(log: string, count: number): Promise<boolean> {
  for (let turn = 0; turn < 500; turn += 1) {
    const text = await readFile(log, 'utf8');
    if (text.split('Server listening').length > count) return true;
    if (text.includes('Bind to port')) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
