import { type DeadLetter, jobKey } from '../../ports/queue-inbox.js';
import { oneLine } from '../../views/untrusted-text.js';
import { type Configure, examples } from '../command.js';
import { EXIT } from '../exit.js';
import { withDeadLetters } from '../queue.js';
import { SETTINGS } from '../server.js';

interface Options {
  readonly json?: boolean;
  readonly settings?: string;
}

export const configure: Configure = (command, io) => {
  command
    .option('--json', 'as JSON')
    .option(...SETTINGS)
    .addHelpText(
      'after',
      examples([
        'hallpass queue list',
        'what no replica could look at, and why; exits with 1 when there is any',
      ]),
    );
  return async () => {
    const { json, settings } = command.opts<Options>();
    const letters = await withDeadLetters(settings, io, (all) => all.list());
    if (json) io.out(`${JSON.stringify({ given_up: letters.map(asJson) }, null, 2)}\n`);
    else if (letters.length === 0) io.out('Nothing was given up.\n');
    else for (const letter of letters) io.out(`${lineOf(letter)}\n`);
    return letters.length === 0 ? EXIT.ok : EXIT.found;
  };
};

function asJson({ id, repositoryId, job, why, since }: DeadLetter) {
  return { id, repository_id: repositoryId, what: job.what, about: job.about ?? null, why, since };
}

function lineOf({ id, repositoryId, job, why, since }: DeadLetter): string {
  return oneLine(`${id}  ${since}  repository ${repositoryId}  ${jobKey(job)}: ${why}`);
}
