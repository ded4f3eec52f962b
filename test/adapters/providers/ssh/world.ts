import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createProvider } from '../../../../src/adapters/providers/ssh/provider.js';
import type { Json } from '../../../../src/core/entitlement.js';
import { type Instant, instantOf } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';

const run = promisify(execFile);

/** An authority as the set-up of docs/providers/ssh.md leaves it. */
export interface Authority {
  readonly caKey: string;
  readonly folder: string;
}

/** Runs the commands that the page tells administrators to run, in other places. */
export async function setUp(dir: string): Promise<Authority> {
  const page = await readFile(new URL('../../../../docs/providers/ssh.md', import.meta.url), 'utf8');
  const [, commands] = /## Set-up.*?```sh\n(.*?)```/s.exec(page) ?? [];
  if (commands === undefined) throw new Error('docs/providers/ssh.md has no set-up');
  const authority = { caKey: join(dir, 'ssh-ca'), folder: join(dir, 'public') };
  const moved = commands
    .replace(/^ca_key=.*$/m, `ca_key=${authority.caKey}`)
    .replace(/^folder=.*$/m, `folder=${authority.folder}`);
  if (moved.includes('/etc/') || moved.includes('/var/')) throw new Error('the set-up has other places');
  await run('bash', ['-euc', moved]);
  return authority;
}

/** A provider as the wiring makes it. */
export function providerFor(
  { caKey, folder }: Authority,
  connection: Readonly<Record<string, Json>> = {},
  now: () => Instant = realNow,
): Promise<Provider> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createProvider({ folder, ca_key: caKey, ...connection }, { target: 'hosts', clock: { now }, log });
}

export function realNow(): Instant {
  return instantOf(Date.now() / 1_000);
}

export interface KeyPair {
  /** The file of the private key. */
  readonly file: string;
  /** As `type base64`. */
  readonly publicKey: string;
}

export async function makeKey(file: string, ...options: readonly string[]): Promise<KeyPair> {
  await keygen('-q', '-N', '', '-f', file, ...(options.length > 0 ? options : ['-t', 'ed25519']));
  const [type, base64] = (await readFile(`${file}.pub`, 'utf8')).split(' ');
  return { file, publicKey: `${type} ${base64}` };
}

/** ssh-keygen, the oracle. */
export async function keygen(...args: readonly string[]): Promise<string> {
  return (await run('ssh-keygen', args)).stdout;
}

export async function issued({ folder }: Authority): Promise<readonly string[]> {
  return (await readdir(join(folder, 'issued'))).map((name) => join(folder, 'issued', name));
}

/** Whether the revocation list names a certificate, in the words of ssh-keygen. */
export async function isRevoked({ folder }: Authority, certificate: string): Promise<boolean> {
  return keygen('-Q', '-f', join(folder, 'krl'), certificate).then(
    () => false,
    (error: { readonly stdout?: string }) => {
      if (error.stdout?.includes('REVOKED')) return true;
      throw error;
    },
  );
}

/** A program in the place of ssh-keygen. */
export async function script(file: string, text: string): Promise<string> {
  await writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

/** An ssh-keygen that signs once when it is told to, and is then killed at the next call. */
export function forgetful(dir: string): Promise<string> {
  const [told, signed] = [join(dir, 'lose-answer'), join(dir, 'signed')];
  return script(
    join(dir, 'forgetful'),
    `if [ -e ${signed} ]; then rm ${signed}; kill -9 $$; fi
    case " $* " in *" -I "*) if [ -e ${told} ]; then mv ${told} ${signed}; fi;; esac
    exec ssh-keygen "$@"`,
  );
}
