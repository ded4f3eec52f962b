import { targetRow } from '../../app/targets/target-rows.js';
import { targetsTable } from '../../views/targets-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { painterOf } from '../io.js';
import { SETTINGS } from '../server.js';
import { surveyed } from '../targets.js';

export const configure: Configure = (command, io) => {
  command
    .option('--json', 'print {targets} as JSON')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples(['hallpass targets list', 'what there is, and what each can do by itself']),
    );
  return async () => {
    const { settings, json } = command.opts<{ readonly settings?: string; readonly json?: true }>();
    const rows = (await surveyed(settings, io)).map(targetRow);
    if (json) io.out(`${jsonText({ targets: rows })}\n`);
    else io.out(rows.length === 0 ? 'No targets.\n' : `${targetsTable(rows, painterOf(io))}\n`);
    return rows.every(({ configured, reachable }) => configured && reachable !== false)
      ? EXIT.ok
      : EXIT.found;
  };
};
