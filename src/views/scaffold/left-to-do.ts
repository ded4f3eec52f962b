import type { ScaffoldAnswers } from '../../core/scaffold.js';
import { newAppUrl } from '../app-manifest.js';

/** Where Hallpass will be reached, until somebody says where. */
export const UNKNOWN_ADDRESS = 'https://hallpass.example.com';

interface Place {
  readonly directory: string;
  readonly address: string | undefined;
}

/** What a scaffold cannot do by itself, in the order in which it is done. */
export function leftToDo(answers: ScaffoldAnswers, { directory, address }: Place): string {
  const { organization, askers, approvers, kind } = answers;
  const steps = [
    ['Put in what is really there:', '.github/access/catalog.yaml, policy.yaml and people.yaml'],
    ['Try it:', `cd ${quoted(directory)} && hallpass validate && hallpass policy test`],
    [
      'See that the teams are there:',
      [askers, ...approvers].map((team) => `github.com/orgs/${organization}/teams/${team}`).join(', '),
    ],
    ['Commit it to the default branch of a repository of its own, and push it', ''],
    [
      `Register the app${address === undefined ? ', with your own address instead of the one in it' : ''}:`,
      newAppUrl({ organization, address: address ?? UNKNOWN_ADDRESS, kinds: [kind] }),
    ],
    answers.actions
      ? [
          'Install the app on that repository alone, and make the environment `hallpass` for the default branch alone:',
          'docs/without-a-server.md of Hallpass',
        ]
      : [
          'Install the app on that repository alone, and run it:',
          'docs/operating.md of Hallpass, sections 1 to 4',
        ],
    ['See what is left:', 'hallpass doctor'],
  ];
  const lines = steps.map(
    ([what, how], index) => `  ${index + 1}. ${what}${how === '' ? '' : `\n     ${how}`}`,
  );
  return `Left to do:\n${lines.join('\n')}\n`;
}

/** For a POSIX shell; most folders need no quotes. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
