import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Unable } from './exit.js';
import type { Io } from './io.js';

/** Who may sign the ledger: it comes from whoever runs Hallpass, never from the clone that is to be proved. */
export async function signersIn(file: string, { cwd }: Io): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch {
    throw new Unable(
      `who may sign is not known: ${file} cannot be read`,
      'Name the file with --signers. It comes from whoever runs Hallpass, not from the clone.',
    );
  }
}

/** What to do where nothing can be proved. */
export const VERIFY_ADVICE = {
  no_ledger: 'Fetch it (git fetch origin access-ledger), or name the clone that has it with --repo.',
  no_default_branch: 'Name it with --default-branch, or clone the whole repository.',
  no_signers: 'Give a file whose lines are like: hallpass namespaces="git" ssh-ed25519 AAAA…',
} as const;
