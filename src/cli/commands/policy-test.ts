import { runSuites } from '../../app/policy/run-suites.js';
import { SUITES_FOLDER } from '../../core/pull-request.js';
import { suitesJson, suitesSummary, suiteText } from '../../views/suite-text.js';
import { jsonText } from '../../views/untrusted-text.js';
import { providerKinds } from '../../wire-offline.js';
import { type Configure, examples, REPO } from '../command.js';
import { EXIT, Unable } from '../exit.js';
import { painterOf } from '../io.js';
import { repositoryAt, suitesIn } from '../repository.js';

interface Options {
  readonly repo: string;
  readonly json?: true;
}

export const configure: Configure = (command, io) => {
  command
    .argument('[suite...]', `policy suites; default all in ${SUITES_FOLDER}/`)
    .option(...REPO)
    .option('--json', 'print {suites: [{suite, readable, issues, cases, coverage}]} as JSON')
    .addHelpText(
      'after',
      examples(
        ['hallpass policy test', `every suite in ${SUITES_FOLDER}/`],
        ['hallpass policy test two-people.yaml', 'one suite, by its path'],
      ),
    );
  return async () => {
    const { repo, json } = command.opts<Options>();
    const { directory, read } = await repositoryAt(repo, io);
    const suites = command.args.length > 0 ? command.args : await someSuitesIn(directory);
    const results = await runSuites({ read, kinds: providerKinds }, suites);
    const paint = painterOf(io);
    if (json) io.out(`${jsonText(suitesJson(results))}\n`);
    else {
      for (const result of results)
        (result.kind === 'ran' ? io.out : io.err)(`${suiteText(result, paint)}\n`);
      io.out(`${suitesSummary(results, paint)}\n`);
    }
    if (results.some(({ kind }) => kind === 'unreadable')) return EXIT.unable;
    return results.every((one) => one.kind === 'ran' && one.cases.every(({ passed }) => passed))
      ? EXIT.ok
      : EXIT.found;
  };
};

async function someSuitesIn(directory: string): Promise<readonly string[]> {
  const suites = await suitesIn(directory);
  if (suites.length > 0) return suites;
  throw new Unable(`there are no suites in ${SUITES_FOLDER}/`, 'Name a suite, or add one there.');
}
