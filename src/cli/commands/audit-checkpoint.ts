import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { verifyLedger } from '../../app/auditing/verify-ledger.js';
import { CHECKPOINT_NAMESPACE, renderCheckpoint } from '../../core/audit/checkpoint.js';
import { findingText, verifiedText } from '../../views/audit-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import { openLedgerHistory, providerKinds, signText, systemClock } from '../../wire-offline.js';
import { BRANCH, type Configure, DEFAULT_BRANCH, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';
import { signersIn, VERIFY_ADVICE } from '../signers.js';

interface Options {
  readonly repo: string;
  readonly branch: string;
  readonly defaultBranch?: string;
  readonly signers: string;
  readonly key?: string;
  readonly out?: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .option(...REPO)
    .option(...BRANCH)
    .option(...DEFAULT_BRANCH)
    .option(
      '--signers <file>',
      'who may sign the ledger, as git and ssh-keygen(1) have it',
      'allowed_signers',
    )
    .option('--key <file>', 'an OpenSSH Ed25519 key to sign with; without, sign it yourself')
    .option('--out <file>', 'where to write it, and its signature to FILE.sig; default standard output')
    .option('--json', 'print {branch, head, commits, at, signature} as JSON, beside what --out writes')
    .addHelpText('after', ABOUT)
    .addHelpText(
      'after',
      examples(
        [
          'hallpass audit checkpoint --repo access.git --key auditor_key --out ledger.txt',
          'sign what was proved',
        ],
        ['hallpass audit verify --repo access.git --checkpoint ledger.txt', 'a year later'],
      ),
    );
  return async () => {
    const options = command.opts<Options>();
    const checkpoint = await provedState(options, io);
    if (checkpoint === undefined) return EXIT.found;
    const text = renderCheckpoint(checkpoint);
    const signature = options.key === undefined ? undefined : await signed(text, options.key, io);
    await put(text, signature, options, io);
    if (options.json) io.out(`${jsonText({ ...checkpoint, signature: signature ?? null })}\n`);
    return EXIT.ok;
  };
};

const ABOUT = `
The ledger is proved first; with findings (exit 1) nothing is written. Use a key that those who could rewrite the ledger do not have, and keep
the files where they cannot reach. To sign with a key that is not in a file: ssh-keygen -Y sign -n ${CHECKPOINT_NAMESPACE} -f KEY FILE`;

/** @returns `undefined` when there is something to say against the ledger. */
async function provedState({ repo, branch, defaultBranch, signers }: Options, io: Io) {
  const text = await signersIn(signers, io);
  const history = await openLedgerHistory(resolve(io.cwd, repo));
  try {
    const verification = await verifyLedger({
      history,
      kinds: providerKinds,
      ledgerBranch: branch,
      ...(defaultBranch === undefined ? {} : { defaultBranch }),
      signers: text,
      replay: true,
    });
    if (verification.kind === 'unable')
      throw new Unable(verification.message, VERIFY_ADVICE[verification.reason]);
    const { head, counts, findings } = verification;
    for (const finding of findings) io.err(`${findingText(finding)}\n`);
    if (findings.length > 0) {
      io.err(`${verifiedText(verification)}\n`);
      return undefined;
    }
    return { branch, head, commits: counts.commits, at: systemClock.now() };
  } finally {
    await history.close();
  }
}

async function signed(text: string, file: string, { cwd }: Io): Promise<string> {
  const key = await readFile(resolve(cwd, file), 'utf8').catch(() => undefined);
  if (key === undefined) throw new Unable(`the key ${file} cannot be read`, 'Name another with --key.');
  return signText(text, key, CHECKPOINT_NAMESPACE);
}

/** Never over what is there: an old checkpoint says what a new one cannot. */
async function put(
  text: string,
  signature: string | undefined,
  { out, json }: Options,
  io: Io,
): Promise<void> {
  if (out === undefined) {
    if (!json) io.out(`${text}${signature ?? ''}`);
    return;
  }
  const files = [[`${out}.sig`, signature] as const, [out, text] as const];
  for (const [file, content] of files) {
    if (content === undefined) continue;
    await writeFile(resolve(io.cwd, file), content, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      throw new Unable(`${file} is there already`, 'Keep it, and name another with --out.');
    });
  }
}
