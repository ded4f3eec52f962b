import { validateRepository } from '../../app/policy/validate-repository.js';
import { ISSUE_FORMATS, type IssueFormat, renderIssues } from '../../views/issues.js';
import { listFolder, providerKinds } from '../../wire-offline.js';
import { type Configure, examples, REPO } from '../command.js';
import { EXIT } from '../exit.js';
import { repositoryAt } from '../repository.js';

interface Options {
  readonly repo: string;
  readonly format: IssueFormat;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .argument(
      '[path...]',
      'requests or folders, from the repository; judged by what policy makes impossible, too',
    )
    .option(...REPO)
    .addOption(
      command.createOption('--format <format>', 'how to print issues').choices(ISSUE_FORMATS).default('text'),
    )
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      examples(
        ['hallpass validate', 'every document of the repository, by its shape and ids'],
        ['hallpass validate access-requests/2026/11/mine.yaml', 'one request, also by policy'],
        ['hallpass validate --format github', 'annotations in a workflow run'],
      ),
    );
  return async () => {
    const { repo, json, ...options } = command.opts<Options>();
    const format = json ? 'json' : options.format;
    const { directory, read } = await repositoryAt(repo, io);
    const files = {
      list: () => listFolder(directory),
      read: async (path: string) => (await read(path)) ?? new Uint8Array(),
    };
    const issues = await validateRepository({ files, kinds: providerKinds }, { paths: command.args });
    io.out(renderIssues(issues, format));
    const isClean = issues.every(({ severity }) => severity === 'warning');
    if (issues.length === 0 && format === 'text') io.out('Everything is in order.\n');
    return isClean ? EXIT.ok : EXIT.found;
  };
};
