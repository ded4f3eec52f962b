import { serve } from '../../serve.js';
import { wireServer } from '../../wire.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { SETTINGS, serverOptions } from '../server.js';

export const configure: Configure = (command, io) => {
  command
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples(['hallpass serve --settings /etc/hallpass/hallpass.yaml', 'run until it is told to stop']),
    );
  return async () => {
    const options = await serverOptions(command.opts<{ settings?: string }>().settings, io);
    const wired = await wireServer(options);
    const running = await serve(wired, { ...options, watchesSetup: true }).catch(async (error: unknown) => {
      await wired.close();
      throw error;
    });
    io.out(`Hallpass listens on ${running.bot.url}; webhooks go to ${running.bot.webhookUrl}\n`);
    await io.untilStopped();
    await running.close();
    return EXIT.ok;
  };
};
