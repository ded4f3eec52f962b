import { inspectSetup } from '../../app/setup/doctor.js';
import { isHealthy } from '../../core/doctor/finding.js';
import type { ServeOptions } from '../../serve.js';
import { setupOf } from '../../serve.js';
import { setupJson, setupText } from '../../views/doctor-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import { wireServer } from '../../wire.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { type Io, painterOf } from '../io.js';
import { SETTINGS, serverOptions } from '../server.js';

interface Options {
  readonly settings?: string;
  readonly json?: true;
  readonly canary: boolean;
}

export const configure: Configure = (command, io) => {
  command
    .option(...SETTINGS)
    .option('--json', 'print {healthy, findings} as JSON')
    .option('--no-canary', 'do not push to a branch beside the ledger to try its rules')
    .addHelpText(
      'after',
      examples(
        ['hallpass doctor', 'look at the app, the branches, the targets and this machine'],
        ['HALLPASS_ADMIN_TOKEN=… hallpass doctor', 'look at what the app may not see as well'],
      ),
    );
  return async () => {
    const { settings, json, canary } = command.opts<Options>();
    const options = withAdmin(await serverOptions(settings, io), io);
    const wired = await wireServer(options);
    try {
      const deps = { ...wired.ports, ...wired.setup };
      const findings = await inspectSetup(deps, setupOf(options, wired.appSlug), { canary });
      io.out(`${json ? jsonText(setupJson(findings)) : setupText(findings, painterOf(io))}\n`);
      return isHealthy(findings) ? EXIT.ok : EXIT.found;
    } finally {
      await wired.close();
    }
  };
};

/** Who administers the repository may see what the app should not. The token is used for looking, and kept nowhere. */
function withAdmin(options: ServeOptions, { env }: Io): ServeOptions {
  const adminToken = env.HALLPASS_ADMIN_TOKEN;
  return adminToken ? { ...options, github: { ...options.github, adminToken } } : options;
}
