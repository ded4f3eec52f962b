import { checkRows } from '../../app/targets/target-rows.js';
import { checksText } from '../../views/targets-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { painterOf } from '../io.js';
import { SETTINGS } from '../server.js';
import { surveyed } from '../targets.js';

export const configure: Configure = (command, io) => {
  command
    .option('--json', 'print {checks} as JSON')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples([
        'hallpass targets check',
        'connection, credentials, rights and clock, for every entitlement',
      ]),
    );
  return async () => {
    const { settings, json } = command.opts<{ readonly settings?: string; readonly json?: true }>();
    const rows = (await surveyed(settings, io, 'try')).flatMap(checkRows);
    if (json) io.out(`${jsonText({ checks: rows })}\n`);
    else io.out(rows.length === 0 ? 'Nothing to check.\n' : `${checksText(rows, painterOf(io))}\n`);
    return rows.every(({ ok }) => ok) ? EXIT.ok : EXIT.found;
  };
};
