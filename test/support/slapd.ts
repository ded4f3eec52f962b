import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOnFreePorts } from './ports.js';
import { programPath } from './programs.js';

const run = promisify(execFile);
export const slapd = { path: await programPath('slapd'), install: 'slapd ldap-utils' };

export const BASE = 'dc=example,dc=com';
export const ADMIN = `cn=admin,${BASE}`;
export const ADMIN_PASSWORD = 'only the administrator knows this';

/** A real directory on loopback. */
export interface Directory {
  readonly port: number;
  readonly url: string;
  /** The same server by TLS. */
  readonly secureUrl: string;
  /** Runs a shell script in which `$config` and `$data` say how to speak to the configuration and to the data. */
  script(text: string): Promise<string>;
  /** At once, since nobody needs its data; with SIGTERM it writes everything down first. */
  stop(signal?: 'SIGTERM'): Promise<void>;
}

/** As an administrator begins: people and groups are hidden from everybody who is not let in. */
const CONFIGURATION = (dir: string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${dir}/tls.pem
TLSCertificateKeyFile ${dir}/tls.key
database config
rootpw ${ADMIN_PASSWORD.replaceAll(' ', '-')}
database mdb
suffix "${BASE}"
rootdn "${ADMIN}"
rootpw "${ADMIN_PASSWORD}"
directory ${dir}/data
maxsize 67108864
dbnosync
index objectClass,uid,cn,member,entryUUID eq
access to attrs=userPassword by anonymous auth by * none
access to * by * none
`;

/** A directory that is set up, once; each test gets a copy of it that runs. */
export interface Template {
  start(): Promise<Directory>;
  /** The certificate that its TLS is to be trusted by. */
  readonly ca: string;
  drop(): Promise<void>;
}

export async function makeTemplate(setUp: (directory: Directory) => Promise<void>): Promise<Template> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  const running = join(dir, 'running');
  await prepare(running);
  // The first time it turns the file into the configuration that lies in the directory itself.
  const first = await start(running, '-f', join(running, 'slapd.conf'));
  await setUp(first);
  await first.stop('SIGTERM');
  await cp(running, join(dir, 'template'), { recursive: true });
  return {
    ca: await readFile(join(running, 'tls.pem'), 'utf8'),
    async start() {
      await rm(running, { recursive: true, force: true });
      await cp(join(dir, 'template'), running, { recursive: true });
      return start(running);
    },
    drop: () => rm(dir, { recursive: true, force: true }),
  };
}

async function prepare(dir: string): Promise<void> {
  await mkdir(join(dir, 'data'), { recursive: true });
  await mkdir(join(dir, 'config'));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const files = ['-keyout', join(dir, 'tls.key'), '-out', join(dir, 'tls.pem')];
  await run('openssl', ['req', '-x509', ...key, ...subject, ...files]);
  await writeFile(join(dir, 'slapd.conf'), CONFIGURATION(dir));
}

function start(dir: string, ...options: readonly string[]): Promise<Directory> {
  return startOnFreePorts(2, ([port = 0, securePort = 0]) => startOn({ port, securePort }, { dir, options }));
}

/** @returns undefined when it ended before it listened. */
async function startOn(
  { port, securePort }: { readonly port: number; readonly securePort: number },
  { dir, options }: { readonly dir: string; readonly options: readonly string[] },
): Promise<Directory | undefined> {
  const url = `ldap://127.0.0.1:${port}`;
  const secureUrl = `ldaps://127.0.0.1:${securePort}`;
  // In the foreground (-d), where there is no wait for it to go to the background.
  const where = ['-F', join(dir, 'config'), '-h', `${url} ${secureUrl}`];
  const args = ['-d', '0', '-n', 'hallpass-test', ...where, ...options];
  const server = spawn(slapd.path ?? 'slapd', args, { stdio: 'ignore' });
  const ended = once(server, 'exit');
  if (!(await Promise.race([accepting(port), ended.then(() => false)]))) return undefined;
  const password = ADMIN_PASSWORD.replaceAll(' ', '-');
  return {
    port,
    url,
    secureUrl,
    async script(text) {
      const file = join(dir, 'password');
      await writeFile(file, ADMIN_PASSWORD);
      const variables = `config='-x -H ${url} -D cn=config -w ${password}'\ndata='-x -H ${url} -D ${ADMIN} -y ${file}'`;
      return (await run('bash', ['-euc', `${variables}\n${text}`])).stdout;
    },
    async stop(signal: NodeJS.Signals = 'SIGKILL') {
      server.kill(signal);
      await ended;
    },
  };
}

/** Waits until it listens. */
async function accepting(port: number): Promise<boolean> {
  for (let turn = 0; turn < 500; turn += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false)).once('close', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
