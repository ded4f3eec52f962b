import { Command, CommanderError } from 'commander';
import { oneLine } from '../views/untrusted-text.js';
import type { Configure } from './command.js';
import { EXIT, sayWhy } from './exit.js';
import type { Io } from './io.js';
import { VERSION } from './version.js';

interface Entry {
  readonly words: string;
  readonly about: string;
  readonly load: () => Promise<{ readonly configure: Configure }>;
}

const COMMANDS: readonly Entry[] = [
  {
    words: 'init',
    about: 'lay out an access repository, and what GitHub has to know of the app',
    load: () => import('./commands/init.js'),
  },
  {
    words: 'request',
    about: 'ask for access: check it, push it, open the pull request',
    load: () => import('./commands/request.js'),
  },
  {
    words: 'validate',
    about: 'check the documents of an access repository',
    load: () => import('./commands/validate.js'),
  },
  {
    words: 'explain',
    about: 'say what one request needs and who can give it',
    load: () => import('./commands/explain.js'),
  },
  {
    words: 'policy test',
    about: 'run policy suites',
    load: () => import('./commands/policy-test.js'),
  },
  {
    words: 'policy impact',
    about: 'replay past requests against a changed policy',
    load: () => import('./commands/policy-impact.js'),
  },
  {
    words: 'list',
    about: 'show who holds what, now or at any past time',
    load: () => import('./commands/list.js'),
  },
  { words: 'revoke', about: 'end a grant early', load: () => import('./commands/revoke.js') },
  {
    words: 'reconcile',
    about: 'run one pass, or show what it would do',
    load: () => import('./commands/reconcile.js'),
  },
  {
    words: 'drift',
    about: 'show what targets hold and should not, and the other way round',
    load: () => import('./commands/drift.js'),
  },
  {
    words: 'targets list',
    about: 'show the targets there are, and what each can do by itself',
    load: () => import('./commands/targets-list.js'),
  },
  {
    words: 'targets check',
    about: 'ask every target for what the catalog offers on it',
    load: () => import('./commands/targets-check.js'),
  },
  {
    words: 'targets holdings',
    about: 'show who holds what on the targets, by a grant or not',
    load: () => import('./commands/targets-holdings.js'),
  },
  {
    words: 'targets import',
    about: 'print a catalog of what a target could grant',
    load: () => import('./commands/targets-import.js'),
  },
  {
    words: 'audit verify',
    about: 'prove a ledger from a clone, offline',
    load: () => import('./commands/audit-verify.js'),
  },
  {
    words: 'audit replay',
    about: 'make a past decision again from its recorded evidence',
    load: () => import('./commands/audit-replay.js'),
  },
  {
    words: 'audit checkpoint',
    about: 'write down the state of a proved ledger, to be kept elsewhere',
    load: () => import('./commands/audit-checkpoint.js'),
  },
  {
    words: 'audit report',
    about: 'say what a period saw, for an auditor',
    load: () => import('./commands/audit-report.js'),
  },
  {
    words: 'ledger rotate-key',
    about: 'hand the ledger over to another signing key',
    load: () => import('./commands/ledger-rotate-key.js'),
  },
  {
    words: 'doctor',
    about: 'look at how everything around is set up',
    load: () => import('./commands/doctor.js'),
  },
  {
    words: 'serve',
    about: 'run the app: webhooks, checks, grants and their ends',
    load: () => import('./commands/serve.js'),
  },
  {
    words: 'sandbox',
    about: 'play with everything on an embedded GitHub stand-in',
    load: () => import('./commands/sandbox.js'),
  },
];

const GROUPS: Readonly<Record<string, string>> = {
  policy: 'work on a policy',
  audit: 'look at what happened',
  ledger: 'look after the ledger',
  targets: 'look at the targets; nothing is changed',
};

/** Runs one command line. @param argv without the program. @returns the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.ok;
  const program = programOf(io);
  const groups = new Map<string, Command>();
  const asked = askedFor(argv);
  // Whoever asks for one command needs no other; everybody else is shown what there is.
  const shown = asked === undefined ? COMMANDS : [asked];
  try {
    for (const { words, about, load } of shown) {
      const [first = '', second] = words.split(' ');
      const command =
        second === undefined ? program.command(first) : groupOf(program, groups, first).command(second);
      command.description(about);
      if (words !== asked?.words) continue;
      const act = (await load()).configure(command, io);
      command.action(async () => {
        code = await act();
      });
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return failed(error, io);
  }
}

/** The command that is meant: the longest run of leading words that names one. `help` before it changes nothing. */
function askedFor(argv: readonly string[]): Entry | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [first, second] = words[0] === 'help' ? words.slice(1) : words;
  const named = (name: string | undefined) => COMMANDS.find(({ words: own }) => own === name);
  return named(`${first} ${second}`) ?? named(first);
}

function programOf(io: Io): Command {
  return new Command('hallpass')
    .description(
      'Just-in-time access by pull request: checked by policy, approved by distinct people, ended by the clock, proved by git.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: (text) => io.err(text.split('\n').map(oneLine).join('\n')),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('Run the command with --help to see how it is used.')
    .addHelpText('after', HELP_END);
}

const HELP_END = `
Exit codes: 0 done and clean, 1 done and something was found, 2 not done (usage, or something missing).`;

function groupOf(program: Command, groups: Map<string, Command>, name: string): Command {
  const group = groups.get(name) ?? program.command(name).description(GROUPS[name] ?? '');
  groups.set(name, group);
  return group;
}

function failed(error: unknown, io: Io): number {
  // Help and version come this way too, with 0; everything else of commander's is a wrong usage it has explained already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.unable;
  io.err(sayWhy(error));
  if (io.env.HALLPASS_DEBUG === '1' && error instanceof Error) io.err(`${error.stack}\n`);
  return EXIT.unable;
}
