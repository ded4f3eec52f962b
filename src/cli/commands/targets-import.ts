import { catalogStart } from '../../app/targets/catalog-start.js';
import { jsonText } from '../../views/untrusted-text.js';
import { type Configure, examples } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { SETTINGS, serverOptions, withServer } from '../server.js';

export const configure: Configure = (command, io) => {
  command
    .argument('<target>', 'the id of a target in the settings')
    .option('--json', 'print {target, kind, found} as JSON')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples([
        'hallpass targets import directory > catalog.yaml',
        'what the target could grant, to start a catalog from',
      ]),
    );
  return async () => {
    const { settings, json } = command.opts<{ readonly settings?: string; readonly json?: true }>();
    const [id = ''] = command.args;
    const { targets } = await serverOptions(settings, io);
    const kind = targets.get(id)?.kind;
    if (kind === undefined) {
      const known = [...targets.keys()].sort().join(', ');
      throw new Unable(`${id} is no target of the settings`, `They name ${known === '' ? 'none' : known}.`);
    }
    return withServer(settings, io, async ({ ports }) => {
      const found = await ports.providers.get(id)?.discover?.();
      if (found === undefined) {
        throw new Unable(
          `targets of kind ${kind} cannot list what they could grant`,
          'Write its entitlements by hand; docs/providers has examples.',
        );
      }
      io.out(json ? `${jsonText({ target: id, kind, found })}\n` : catalogStart({ id, kind }, found));
      return EXIT.ok;
    });
  };
};
