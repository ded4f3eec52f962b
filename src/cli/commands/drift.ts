import { findDrift } from '../../app/targets/find-drift.js';
import { publishDrift } from '../../app/targets/publish-drift.js';
import { hasDrift } from '../../core/reconcile/report.js';
import { driftMarkdown, driftText } from '../../views/drift.js';
import { driftJson } from '../../views/drift-json.js';
import { jsonText } from '../../views/untrusted-text.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { SETTINGS, withServer } from '../server.js';

interface Options {
  readonly json?: true;
  readonly format: 'text' | 'json' | 'md';
  readonly openIssue?: true;
  readonly settings?: string;
}

const FORMATS = {
  text: driftText,
  md: driftMarkdown,
  json: (report: Parameters<typeof driftJson>[0]) => jsonText(driftJson(report)),
};

export const configure: Configure = (command, io) => {
  command
    .addOption(
      command
        .createOption('--format <format>', 'how to print it')
        .choices(['text', 'json', 'md'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--open-issue', 'keep an issue for each target and its owners, too')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples(
        [
          'hallpass drift',
          'what targets hold and no grant wants, and what grants want and targets do not hold',
        ],
        ['hallpass drift --format md', 'the same for a page'],
        [
          'hallpass drift --open-issue',
          'tell the owners named in the catalog, in issues that are edited in place',
        ],
      ),
    );
  return async () => {
    const { json, format, openIssue, settings } = command.opts<Options>();
    return withServer(settings, io, async ({ ports }) => {
      const report = await findDrift(ports);
      io.out(`${FORMATS[json ? 'json' : format](report)}\n`);
      if (openIssue) await publishDrift(ports, report);
      if (hasDrift(report)) return EXIT.found;
      // Nothing was found where nobody could look: that is no clean answer.
      return report.targets.every(({ looked }) => looked === 'whole') ? EXIT.ok : EXIT.unable;
    });
  };
};
