import { holdingRows } from '../../app/targets/target-rows.js';
import { holdingsTable } from '../../views/targets-text.js';
import { jsonText, oneLine } from '../../views/untrusted-text.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { painterOf } from '../io.js';
import { SETTINGS } from '../server.js';
import { surveyed } from '../targets.js';

export const configure: Configure = (command, io) => {
  command
    .option('--json', 'print {holdings, unseen} as JSON')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples(['hallpass targets holdings', 'who holds what the catalog offers, by a grant or not']),
    );
  return async () => {
    const { settings, json } = command.opts<{ readonly settings?: string; readonly json?: true }>();
    const targets = await surveyed(settings, io);
    const rows = holdingRows(targets);
    const unseen = targets.flatMap(({ entitlements }) =>
      entitlements.filter(({ everybody }) => !everybody).map(({ entitlement }) => entitlement.id),
    );
    for (const id of unseen)
      io.err(`hallpass: ${oneLine(id)}: there may be others; see hallpass targets list and check\n`);
    if (json) io.out(`${jsonText({ holdings: rows, unseen })}\n`);
    else io.out(rows.length === 0 ? 'Nobody holds anything.\n' : `${holdingsTable(rows, painterOf(io))}\n`);
    return unseen.length === 0 ? EXIT.ok : EXIT.found;
  };
};
