import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { jsonText } from '../../views/untrusted-text.js';
import { type Configure, examples } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';
import { SETTINGS, withServer } from '../server.js';

interface Options {
  readonly next?: string;
  readonly settings?: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .requiredOption('--next <file>', 'the new key: an OpenSSH private key, ed25519, without a passphrase')
    .option('--json', 'print {commit, allowed_signers} as JSON')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples([
        'hallpass ledger rotate-key --next ledger_key.new',
        'record, signed by the key in the settings, that the new one signs from now on',
      ]),
    );
  return async () => {
    const { next = '', settings, json } = command.opts<Options>();
    const privateKey = await privateKeyFrom(next, io);
    const rotated = await withServer(settings, io, (wired) => wired.rotateKey(privateKey));
    const { commit, allowedSigners } = rotated;
    io.out(json ? `${jsonText({ commit, allowed_signers: allowedSigners.trim() })}\n` : whatFollows(rotated));
    return EXIT.ok;
  };
};

/** The new private key and not only the public one: a key nobody has would close the ledger for ever. */
async function privateKeyFrom(file: string, { cwd }: Io): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch {
    throw new Unable(
      `the new key ${file} cannot be read`,
      "Make one with: ssh-keygen -t ed25519 -N '' -C hallpass-ledger -f ledger_key.new",
    );
  }
}

function whatFollows({ commit, allowedSigners }: { commit: string; allowedSigners: string }): string {
  return `The ledger is handed over as of commit ${commit}. Commits of the key before are refused from now on.

1. Name the new key as signing_key in the settings and start Hallpass again. Until then it goes on ending access and grants nothing.
2. Give auditors this further line for allowed_signers. The line of the key before stays, for what it signed:

${allowedSigners}`;
}
