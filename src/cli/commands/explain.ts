import { explainRequest } from '../../app/policy/explain-request.js';
import { pathOfRequest } from '../../core/request.js';
import { decisionJson, decisionText } from '../../views/decision-text.js';
import type { RequestView } from '../../views/decision-view.js';
import { renderIssues } from '../../views/issues.js';
import { jsonText } from '../../views/untrusted-text.js';
import { openFolder, providerKinds, systemClock } from '../../wire-offline.js';
import { type Configure, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { type Io, painterOf } from '../io.js';
import { repositoryAt } from '../repository.js';
import { requestIdFrom } from '../request-id.js';

interface Options {
  readonly repo: string;
  readonly evidence?: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .argument('<request>', 'a request, by id or path')
    .option(...REPO)
    .option(
      '--evidence <file>',
      'what is known about it, as a case of a policy suite has it; default: what speaks for it',
    )
    .option('--json', 'print the decision as JSON')
    .addHelpText(
      'after',
      examples(
        ['hallpass explain 2026/11/alice-orders-db', 'what it needs, who can give it, what policy forbids'],
        [
          'hallpass explain 2026/11/alice-orders-db --evidence case.yaml',
          'how it is decided with these reviews and teams',
        ],
      ),
    );
  return async () => {
    const { repo, json, evidence: file } = command.opts<Options>();
    const id = requestIdFrom(command.args[0] ?? '');
    const { directory, read } = await repositoryAt(repo, io);
    const path = pathOfRequest(id);
    if ((await read(path)) === undefined)
      throw new Unable(
        `there is no ${path} in ${directory}`,
        'Name a request that is there, or another folder with --repo.',
      );
    const given = file === undefined ? undefined : await evidenceIn(file, io);
    const explained = await explainRequest({ read, kinds: providerKinds, clock: systemClock }, id, given);
    const issues = 'issues' in explained ? explained.issues : explained.warnings;
    io.err(renderIssues(issues, 'text'));
    if ('issues' in explained) return EXIT.found;
    const { view, evidence } = explained;
    if (json) io.out(`${jsonText({ ...(decisionJson(view) as object), evidence })}\n`);
    else io.out(`${evidence === 'assumed' ? assumed(view) : ''}${decisionText(view, painterOf(io))}\n`);
    return EXIT.ok;
  };
};

async function evidenceIn(file: string, { cwd }: Io) {
  const bytes = await openFolder(cwd)(file);
  if (bytes !== undefined) return { file, bytes };
  throw new Unable(
    `there is no ${file}`,
    'Name a file with the facts of a case: teams, reviews, now and so on.',
  );
}

function assumed({ request }: RequestView): string {
  return `Nobody has reviewed it, and ${request.subject} is taken to be whoever may ask; --evidence says otherwise.\n\n`;
}
