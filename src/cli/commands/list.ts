import { resolve } from 'node:path';
import { type GrantList, LIST_STATES, listGrants } from '../../app/auditing/list-grants.js';
import type { Choice } from '../../core/lifecycle/chosen.js';
import { grantsTable, linkedRows } from '../../views/grants-table.js';
import { span, utc } from '../../views/time-text.js';
import { jsonText, oneLine } from '../../views/untrusted-text.js';
import { openLedgerClone, systemClock } from '../../wire-offline.js';
import { BRANCH, type Configure, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { instantFrom } from '../instant.js';
import { painterOf } from '../io.js';
import { REPOSITORY_URL, repositoryUrl } from '../repository-url.js';

interface Options extends Choice {
  readonly repo: string;
  readonly branch: string;
  readonly state: (typeof LIST_STATES)[number];
  readonly at?: string;
  readonly json?: true;
  readonly url?: string;
}

/** Two clocks differ by less without anything being wrong. */
const MOST_BEHIND_SECONDS = 60;

const behindText = (seconds: number): string =>
  `hallpass: this machine's clock is ${span(seconds)} behind the newest event of the ledger; what is now counts from there\n`;

export const configure: Configure = (command, io) => {
  command
    .option(...REPO)
    .option(...BRANCH)
    .addOption(command.createOption('--state <state>', 'which grants').choices(LIST_STATES).default('active'))
    .option('--at <time>', 'a past instant, such as 2026-11-22T14:00:00Z; default now')
    .option('--subject <login>', 'only what this person holds')
    .option('--entitlement <id>', 'only this entitlement')
    .option('--target <id>', 'only what is on this target')
    .option(...REPOSITORY_URL)
    .option('--json', 'print {at, state, grants, problems} as JSON')
    .addHelpText(
      'after',
      examples(
        ['hallpass list', 'who may hold something now'],
        ['hallpass list --state ending', 'what should have ended and a target does not let go'],
        ['hallpass list --state scheduled', 'what has not started yet'],
        [
          'hallpass list --state all --subject alice',
          'everything one person ever asked for, and what became of it',
        ],
        [
          'hallpass list --repo access.git --at 2026-11-22T14:00:00Z',
          'who held what then, from a bare clone',
        ],
      ),
    );
  return async () => {
    const { repo, branch, state, at, json, url, ...only } = command.opts<Options>();
    const question = { state, only, ...(at === undefined ? {} : { at: instantFrom('--at', at) }) };
    const linked = linkedRows(repositoryUrl(url));
    const ledger = await openLedgerClone(resolve(io.cwd, repo), branch);
    try {
      const list = known(await listGrants({ ledger, clock: io.clock ?? systemClock }, question), at);
      if (list.secondsBehind > MOST_BEHIND_SECONDS) io.err(behindText(list.secondsBehind));
      for (const { path, problem } of list.problems)
        io.err(`hallpass: ${oneLine(path)}: ${oneLine(problem)}\n`);
      if (json)
        io.out(`${jsonText({ at: list.at, state, grants: linked(list.rows), problems: list.problems })}\n`);
      else if (list.rows.length === 0) io.out(`Nothing at ${utc(list.at)}.\n`);
      else io.out(`${grantsTable(list.rows, list.at, painterOf(io))}\n`);
      return list.problems.length === 0 ? EXIT.ok : EXIT.found;
    } finally {
      await ledger.close();
    }
  };
};

function known(list: Awaited<ReturnType<typeof listGrants>>, at = ''): GrantList {
  if (list !== 'future') return list;
  throw new Unable(
    `--at ${oneLine(at)} has not come yet`,
    'Give a past instant; what has been approved for later is in --state scheduled.',
  );
}
