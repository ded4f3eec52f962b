import { type FolderImpact, impactOfFolder } from '../../app/policy/impact-of-folder.js';
import type { ImpactKind } from '../../core/policy/impact.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../core/pull-request.js';
import type { Issue } from '../../documents/issue.js';
import { impactText } from '../../views/impact.js';
import { renderIssues } from '../../views/issues.js';
import { jsonText, oneLine } from '../../views/untrusted-text.js';
import { openCommit, openLedgerClone, providerKinds } from '../../wire-offline.js';
import { BRANCH, type Configure, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import type { Io } from '../io.js';
import { repositoryAt, suitesIn } from '../repository.js';

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
    .option('--json', 'print {looked, impacts, problems, issues} as JSON')
    .addHelpText('after', EXITS)
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
      const deps = { before: commit.read, after: read, ledger, kinds: providerKinds };
      const impact = foundIn(await impactOfFolder(deps, await suitesIn(directory)), { base, directory });
      print(impact, json === true, io);
      return isHarmless(impact) ? EXIT.ok : EXIT.found;
    } finally {
      await commit.close();
      await ledger.close();
    }
  };
};

const EXITS = `
Exits 1 when a request would be approved that was not, or would approve itself, or cannot be judged; when the documents in the folder
are broken or one of their suites fails; and when an entry cannot be read. A policy that only takes away exits 0.`;

/** What loosens, and what may. */
const LOOSER: ReadonlySet<ImpactKind> = new Set<ImpactKind>(['self_approving', 'gains', 'unknown']);

/** Lets go of what was opened before when the next thing cannot be. */
function closing(opened: { close(): Promise<void> }) {
  return async (error: unknown): Promise<never> => {
    await opened.close();
    throw error;
  };
}

interface Found extends Omit<Extract<FolderImpact, { kind: 'compared' }>, 'kind' | 'looked'> {
  /** `null`: nothing could be compared. */
  readonly looked: number | null;
}

/** Broken documents in the folder are an answer; at the commit, or where there are none at all, nothing was asked. */
function foundIn(impact: FolderImpact, asked: { readonly base: string; readonly directory: string }): Found {
  if (impact.kind === 'compared') return impact;
  const { side, issues } = impact;
  const missing = new Set(issues.flatMap(({ code, file }) => (code === 'document_missing' ? [file] : [])));
  const isNone = [POLICY_PATH, CATALOG_PATH, PEOPLE_PATH].every((path) => missing.has(path));
  if (side === 'after' && !isNone) return { looked: null, impacts: [], problems: [], issues };
  throw new Unable(
    side === 'after'
      ? `there are no documents of an access repository in ${asked.directory}`
      : `the documents at ${asked.base} cannot be used`,
    side === 'after' ? 'Name a clone with its files checked out.' : 'Compare with another commit.',
    side === 'after' ? [] : linesOf(issues),
  );
}

function linesOf(issues: readonly Issue[]): readonly string[] {
  return renderIssues(issues, 'text').split('\n').filter(Boolean);
}

function isHarmless({ impacts, problems, issues }: Found): boolean {
  const isBroken = issues.some(({ severity }) => severity === 'error');
  return !isBroken && problems.length === 0 && !impacts.some(({ kind }) => LOOSER.has(kind));
}

function print({ looked, impacts, problems, issues }: Found, json: boolean, io: Io): void {
  for (const { path, problem } of problems) io.err(`hallpass: ${oneLine(path)}: ${oneLine(problem)}\n`);
  if (json) io.out(`${jsonText({ looked, impacts, problems, issues })}\n`);
  else io.out(`${renderIssues(issues, 'text')}${looked === null ? '' : impactText(impacts, looked)}`);
}
