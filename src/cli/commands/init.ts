import { resolve } from 'node:path';
import { scaffoldRepository } from '../../app/setup/scaffold-repository.js';
import { appManifest } from '../../views/app-manifest.js';
import { leftToDo, UNKNOWN_ADDRESS } from '../../views/scaffold/left-to-do.js';
import { jsonText, oneLine } from '../../views/untrusted-text.js';
import { newFilesIn, providerKinds } from '../../wire-offline.js';
import { type Configure, examples } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { painterOf } from '../io.js';
import { type InitOptions, scaffoldAnswers } from '../scaffold-answers.js';

interface Options extends InitOptions {
  readonly address?: string;
  readonly manifest?: true;
  readonly yes?: true;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .argument('[dir]', 'where to lay it out; made when it is not there', '.')
    .option('--organization <login>', 'the organization on GitHub that owns the repository')
    .option('--askers <team>', 'the team whose members may ask; default engineering')
    .option(
      '--approvers <teams>',
      'teams with commas, of each of which somebody has to agree; default security',
    )
    .option('--kind <kind>', 'the kind of the first target; default github-team')
    .option('--person <login:id>', 'somebody who will ask, with the numeric id of the GitHub account')
    .option('--address <url>', 'where Hallpass will be reached from outside, for the webhook')
    .option('--actions', 'run Hallpass by GitHub Actions, without a server; see docs/without-a-server.md')
    .option('--manifest', "print GitHub's manifest of the app instead, and write nothing")
    .option('--yes', 'ask nothing: flags and defaults')
    .option('--json', 'print {directory, written, kept} as JSON, and ask nothing')
    .addHelpText(
      'after',
      examples(
        ['hallpass init access', 'ask a few questions and lay out the folder access'],
        ['hallpass init access --yes --organization acme', 'the same without questions'],
        [
          'hallpass init access --actions --kind gcp-iam --person alice:1001',
          'with workflows that run it, for targets that end access by themselves',
        ],
        [
          'hallpass init --manifest --organization acme --address https://hallpass.acme.example',
          'what GitHub has to know of the app',
        ],
      ),
    );
  return async () => {
    const { address: given, manifest, yes, json, ...options } = command.opts<Options>();
    const address = given === undefined ? undefined : addressOf(given);
    const answers = await scaffoldAnswers(options, io, !(yes || manifest || json));
    const { organization, kind } = answers;
    if (manifest) {
      const app = { organization, address: address ?? UNKNOWN_ADDRESS, kinds: [kind] };
      io.out(`${jsonText(appManifest(app))}\n`);
      return EXIT.ok;
    }
    const directory = resolve(io.cwd, command.args[0] ?? '.');
    const deps = { files: newFilesIn(directory), kinds: providerKinds };
    const { written, kept } = await scaffoldRepository(deps, answers);
    if (json) {
      io.out(`${jsonText({ directory, written, kept })}\n`);
      return EXIT.ok;
    }
    const paint = painterOf(io);
    for (const path of written) io.out(`${paint('good', 'written')}  ${path}\n`);
    for (const path of kept) io.out(`${paint('dim', 'kept')}     ${path}\n`);
    io.out(`\n${oneLine(directory)}\n\n${leftToDo(answers, { directory: oneLine(directory), address })}`);
    return EXIT.ok;
  };
};

/** GitHub reaches the webhook over TLS, and the address goes into other addresses. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.search === '' && url.hash === '')
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  throw new Unable(`--address ${text} will not do`, 'Give an address such as https://hallpass.example.com.');
}
