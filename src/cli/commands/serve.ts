import { serve } from '../../serve.js';
import { wireServer } from '../../wire.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { SETTINGS, serverOptions } from '../server.js';

export const configure: Configure = (command, io) => {
  command
    .option('--json', 'print {url, webhook_url} as JSON once it listens; logs are JSON anyway')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples(['hallpass serve --settings /etc/hallpass/hallpass.yaml', 'run until it is told to stop']),
    );
  return async () => {
    const { settings, json } = command.opts<{ readonly settings?: string; readonly json?: true }>();
    const options = await serverOptions(settings, io);
    const wired = await wireServer(options);
    const running = await serve(wired, { ...options, watchesSetup: true }).catch(async (error: unknown) => {
      await wired.close();
      throw error;
    });
    const { url, webhookUrl } = running.bot;
    io.out(
      json
        ? `${JSON.stringify({ url, webhook_url: webhookUrl })}\n`
        : `Hallpass listens on ${url}; webhooks go to ${webhookUrl}\n`,
    );
    await io.untilStopped();
    await running.close();
    return EXIT.ok;
  };
};
