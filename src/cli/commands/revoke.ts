import { revokeGrants } from '../../app/revoke-grant.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { requestIdFrom } from '../request-id.js';
import { SETTINGS, withServer } from '../server.js';

export const configure: Configure = (command, io) => {
  command
    .argument('<id>', 'the request whose grant is to end, by id or path')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples([
        'hallpass revoke 2026/11/alice-orders-db',
        'record that it ends now; the next pass takes it away',
      ]),
    );
  return async () => {
    const id = requestIdFrom(command.args[0] ?? '');
    const { settings } = command.opts<{ settings?: string }>();
    const revoked = await withServer(settings, io, ({ ports }) =>
      revokeGrants(ports, (entry) => entry.id === id),
    );
    if (revoked.kind === 'not_live') {
      io.err(`hallpass: nothing of ${id} lives: it has ended, or was never granted\n`);
      return EXIT.found;
    }
    io.out(`Recorded: ${id} ends now. The next pass takes the access away.\n`);
    return EXIT.ok;
  };
};
