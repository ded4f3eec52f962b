import { planPass } from '../../app/reconciling/run-pass.js';
import { runOnce } from '../../app/run-once.js';
import { passJson, passText } from '../../views/pass-text.js';
import { planText } from '../../views/plan-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import { type Configure, examples } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { SETTINGS, withServer } from '../server.js';

interface Options {
  readonly once?: true;
  readonly sweep?: true;
  readonly plan?: true | 'json' | 'text';
  readonly settings?: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .option('--once', 'run one pass and end; `hallpass serve` runs them by itself')
    .option(
      '--sweep',
      'look at open pull requests and comments as well, as the server does, and decide what merged',
    )
    .addOption(
      command
        .createOption('--plan [format]', 'print the steps a pass would take, and take none')
        .choices(['json', 'text'])
        .preset('json'),
    )
    .option('--json', 'print {recorded, drift, quarantined, faults, more, wake_at} as JSON')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples(
        ['hallpass reconcile --once', 'end what is due, decide what landed, grant what is approved'],
        ['hallpass reconcile --once --sweep', 'all a server does, once: for a schedule without a server'],
        ['hallpass reconcile --once --plan', 'the steps as JSON, and nothing done'],
        ['hallpass reconcile --once --plan=text', 'the same as sentences'],
      ),
    );
  return async () => {
    const { once, sweep, plan, settings, json } = command.opts<Options>();
    if (!once)
      throw new Unable('reconcile runs one pass: say --once', 'For passes that go on, run `hallpass serve`.');
    return withServer(settings, io, async ({ ports }) => {
      if (plan !== undefined) {
        const planned = await planPass(ports);
        io.out(`${plan === 'text' && !json ? planText(planned) : jsonText(planned)}\n`);
        return EXIT.ok;
      }
      const report = await runOnce(ports, { sweeps: sweep === true });
      io.out(`${json ? jsonText(passJson(report)) : passText(report)}\n`);
      return report.faults.length + report.quarantined.length === 0 ? EXIT.ok : EXIT.found;
    });
  };
};
