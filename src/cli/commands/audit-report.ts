import { resolve } from 'node:path';
import { auditReport } from '../../app/auditing/audit-report.js';
import type { EvidenceReport } from '../../core/report/report.js';
import { reportCsv } from '../../views/report/csv.js';
import { reportHtml } from '../../views/report/html.js';
import { reportJson } from '../../views/report/json.js';
import { reportMarkdown } from '../../views/report/markdown.js';
import { jsonText, oneLine } from '../../views/untrusted-text.js';
import { openLedgerHistory, providerKinds, systemClock } from '../../wire-offline.js';
import { BRANCH, type Configure, DEFAULT_BRANCH, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { instantFrom } from '../instant.js';
import { REPOSITORY_URL, repositoryUrl } from '../repository-url.js';
import { signersIn, VERIFY_ADVICE } from '../signers.js';

const RENDER = {
  md: reportMarkdown,
  csv: reportCsv,
  json: (report: EvidenceReport) => `${jsonText(reportJson(report))}\n`,
  html: reportHtml,
} as const;

interface Options {
  readonly repo: string;
  readonly branch: string;
  readonly defaultBranch?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format: keyof typeof RENDER;
  readonly signers?: string;
  readonly url?: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .option(...REPO)
    .option(...BRANCH)
    .option(...DEFAULT_BRANCH)
    .option('--from <time>', 'the beginning of the period, such as 2026-10-01; default the beginning')
    .option('--to <time>', 'its end, which does not belong to it; now at the latest')
    .addOption(command.createOption('--format <format>', 'how').choices(Object.keys(RENDER)).default('md'))
    .option('--json', 'the same as --format json')
    .option('--signers <file>', 'who may sign; with it the ledger is proved first')
    .option(...REPOSITORY_URL)
    .addHelpText('after', EXITS)
    .addHelpText(
      'after',
      examples(
        ['hallpass audit report --from 2026-10-01 --to 2027-01-01 --signers signers', 'a quarter, proved'],
        [
          'hallpass audit report --repo access.git --format html > report.html',
          'one page, from a bare clone',
        ],
      ),
    );
  return async () => {
    const options = command.opts<Options>();
    const { signers } = options;
    const format = options.json ? 'json' : options.format;
    const url = repositoryUrl(options.url);
    const period = periodOf(options);
    const text = signers === undefined ? {} : { signers: await signersIn(signers, io) };
    const history = await openLedgerHistory(resolve(io.cwd, options.repo));
    try {
      const reported = await auditReport({
        history,
        kinds: providerKinds,
        ledgerBranch: options.branch,
        ...(options.defaultBranch === undefined ? {} : { defaultBranch: options.defaultBranch }),
        period,
        ...text,
      });
      if (reported.kind === 'unable') throw new Unable(reported.message, VERIFY_ADVICE[reported.reason]);
      const { report } = reported;
      for (const path of report.unread) io.err(`hallpass: ${oneLine(path)}: it cannot be read\n`);
      io.out(RENDER[format](report, url));
      return isSound(report) ? EXIT.ok : EXIT.found;
    } finally {
      await history.close();
    }
  };
};

const EXITS = `
Exits 1 when proving the ledger found something, or when a document of it could not be read; the report is printed all the same.`;

function isSound({ verification, unread }: EvidenceReport): boolean {
  return unread.length === 0 && !(verification.kind === 'verified' && verification.findings.length > 0);
}

/** A period that is not over ends now: nothing can be said of what has not happened, and nothing is late yet. */
function periodOf({ from, to }: Options): EvidenceReport['period'] {
  const now = systemClock.now();
  const end = to === undefined ? undefined : instantFrom('--to', to);
  const period = {
    from: from === undefined ? null : instantFrom('--from', from),
    ...(end !== undefined && end < now ? { to: end } : { to: now, open: true as const }),
  };
  if (period.from === null || period.from < period.to) return period;
  throw new Unable(
    'the period ends before it begins',
    'Give a --to that is later than --from, and a --from that has passed.',
  );
}
