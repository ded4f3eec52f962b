import { impactOfFolder } from '../../app/impact-of-folder.js';
import { impactText } from '../../views/impact.js';
import { renderIssues } from '../../views/issues.js';
import { jsonText, oneLine } from '../../views/untrusted-text.js';
import { openCommit, openLedgerClone, providerKinds } from '../../wire-offline.js';
import { BRANCH, type Configure, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';
import { repositoryAt } from '../repository.js';

interface Options {
  readonly repo: string;
  readonly branch: string;
  readonly base: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .requiredOption('--base <ref>', 'the commit whose policy is compared with the one in the folder')
    .option(...REPO)
    .option(...BRANCH)
    .option('--json', 'print {looked, impacts, problems} as JSON')
    .addHelpText(
      'after',
      examples([
        'hallpass policy impact --base origin/main',
        'what these changes would have made of past requests',
      ]),
    );
  return async () => {
    const { repo, branch, base, json } = command.opts<Options>();
    const { directory, read } = await repositoryAt(repo, io);
    const ledger = await openLedgerClone(directory, branch);
    const commit = await openCommit(directory, base).catch(closing(ledger));
    try {
      const impact = await impactOfFolder({ before: commit.read, after: read, ledger, kinds: providerKinds });
      if ('issues' in impact) {
        io.err(renderIssues(impact.issues, 'text'));
        const where = impact.side === 'before' ? `at ${base}` : 'in the folder';
        throw new Unable(
          `the documents ${where} cannot be used`,
          'Mend them, or compare with another commit.',
        );
      }
      print(impact, json === true, io);
      return impact.impacts.length + impact.problems.length === 0 ? EXIT.ok : EXIT.found;
    } finally {
      await commit.close();
      await ledger.close();
    }
  };
};

/** Lets go of what was opened before when the next thing cannot be. */
function closing(opened: { close(): Promise<void> }) {
  return async (error: unknown): Promise<never> => {
    await opened.close();
    throw error;
  };
}

type Found = Exclude<Awaited<ReturnType<typeof impactOfFolder>>, { issues: unknown }>;

function print(found: Found, json: boolean, io: Io): void {
  for (const { path, problem } of found.problems) io.err(`hallpass: ${oneLine(path)}: ${oneLine(problem)}\n`);
  const { impacts, looked, problems } = found;
  io.out(json ? `${jsonText({ looked, impacts, problems })}\n` : impactText(impacts, looked));
}
