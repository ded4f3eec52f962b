import { execFile } from 'node:child_process';
import { Blocked } from '../../../ports/fault.js';

/** ssh-keygen for the length of one call. Arguments are a list, so no shell reads them. */
export type Keygen = (args: readonly string[], refused: (said: string) => Error) => Promise<string>;

export interface Connected {
  readonly target: string;
  readonly folder: string;
  readonly caKey: string;
  readonly program: string;
  /** How long one call may take. */
  readonly milliseconds: number;
}

const MOST_BYTES = 64 * 1_024 * 1_024;
/** The end of what it said, without what could move a terminal. */
const SAID_LENGTH = 300;

/** @param signal ends it in time; what was being written then is not in its place yet. */
export function keygenOf({ program }: Connected, signal: AbortSignal): Keygen {
  return (args, refused) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        program,
        args,
        {
          signal,
          killSignal: 'SIGKILL',
          maxBuffer: MOST_BYTES,
          // Times without a zone are ours, and nobody is there to be asked for a passphrase.
          env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', SSH_ASKPASS_REQUIRE: 'never' },
        },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(typeof error.code === 'number' ? refused(said(stderr)) : error);
        },
      );
      child.stdin?.end();
    });
}

function said(stderr: string): string {
  return stderr
    .replace(/[^ -~]+/g, ' ')
    .trim()
    .slice(-SAID_LENGTH);
}

/** How the authority signs: SHA-1, which `ssh-rsa` means, is refused by hosts and is not asked for. */
const SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['ssh-ed25519', 'ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384'],
  ['ecdsa-sha2-nistp521', 'ecdsa-sha2-nistp521'],
  ['ssh-rsa', 'rsa-sha2-512'],
]);

/** The key that signs, as far as it is public. */
export interface Authority {
  readonly publicKey: string;
  readonly signature: string;
}

/** @throws Blocked when the private key cannot be read: missing, open to others, behind a passphrase, of another kind. */
export async function readAuthority(keygen: Keygen, { target, caKey }: Connected): Promise<Authority> {
  const line = await keygen(
    ['-y', '-P', '', '-f', caKey],
    (said) =>
      new Blocked(
        'ca_key',
        `${target}: the key of the authority cannot be used: ${said}`,
        `Put the private key into ${caKey}, without a passphrase, readable by the user of Hallpass alone (chmod 600).`,
      ),
  );
  const [type = '', base64 = ''] = line.trim().split(' ');
  const signature = SIGNATURES.get(type);
  if (signature !== undefined) return { publicKey: `${type} ${base64}`, signature };
  throw new Blocked(
    'ca_key',
    `${target}: an authority cannot be of type ${type}`,
    'Make the authority with: ssh-keygen -t ed25519',
  );
}
