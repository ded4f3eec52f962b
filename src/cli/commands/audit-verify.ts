import { resolve } from 'node:path';
import { verifyLedger } from '../../app/auditing/verify-ledger.js';
import { parseOid } from '../../core/approval.js';
import { findingText, type Verified, verifiedJson, verifiedText } from '../../views/audit-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import { openLedgerHistory, providerKinds } from '../../wire-offline.js';
import { checkpointIn } from '../checkpoint-file.js';
import { BRANCH, type Configure, DEFAULT_BRANCH, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { type Io, painterOf } from '../io.js';
import { signersIn, VERIFY_ADVICE } from '../signers.js';

interface Options {
  readonly repo: string;
  readonly branch: string;
  readonly defaultBranch?: string;
  readonly signers: string;
  readonly contains?: string;
  readonly checkpoint?: string;
  readonly replay?: true;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .option(...REPO)
    .option(...BRANCH)
    .option(...DEFAULT_BRANCH)
    .option('--signers <file>', 'who may sign, as git and ssh-keygen(1) have it', 'allowed_signers')
    .option('--contains <commit>', 'a commit the ledger was seen to have and must still have')
    .option(
      '--checkpoint <file>',
      'a state it was seen in and must have led through; FILE.sig is its signature',
    )
    .option('--replay', 'make every decision again from what was recorded')
    .option('--json', 'print {clean, head, commits, entries, live, findings} as JSON')
    .addHelpText(
      'after',
      examples(
        ['hallpass audit verify --repo access.git', 'prove the ledger of a bare clone, offline'],
        ['hallpass audit verify --replay --json', 'decide everything once more, for a machine'],
      ),
    );
  return async () => {
    const options = command.opts<Options>();
    const asked = await askedOf(options, io);
    const history = await openLedgerHistory(resolve(io.cwd, options.repo));
    try {
      const verification = await verifyLedger({ ...asked, history, kinds: providerKinds });
      if (verification.kind === 'unable')
        throw new Unable(verification.message, VERIFY_ADVICE[verification.reason]);
      print(verification, options, io);
      return verification.findings.length === 0 ? EXIT.ok : EXIT.found;
    } finally {
      await history.close();
    }
  };
};

async function askedOf(options: Options, io: Io) {
  const { contains, checkpoint, defaultBranch, branch, signers: file, replay } = options;
  const signers = await signersIn(file, io);
  return {
    ledgerBranch: branch,
    replay: replay ?? false,
    ...(contains === undefined ? {} : { contains: oidOf(contains) }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    ...(checkpoint === undefined
      ? {}
      : { checkpoint: await checkpointIn(checkpoint, { io, signers, branch }) }),
    signers,
  };
}

function print(verified: Verified, { json }: Options, io: Io): void {
  const paint = painterOf(io);
  if (!json) for (const finding of verified.findings) io.out(`${findingText(finding, paint)}\n`);
  io.out(`${json ? jsonText(verifiedJson(verified)) : verifiedText(verified, paint)}\n`);
}

function oidOf(text: string) {
  const oid = parseOid(text);
  if (oid !== undefined) return oid;
  throw new Unable(`--contains ${text} is no commit id`, 'Give all 40 digits, as git rev-parse prints them.');
}
