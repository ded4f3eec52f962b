import { CommanderError } from 'commander';
import { COMMANDS, type CommandEntry } from './command-table.js';
import { EXIT, sayWhy } from './exit.js';
import type { Io } from './io.js';
import { programOf } from './program.js';
import { progressOf } from './progress.js';

/** Runs one command line. @param argv without the program. @returns the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  // Asked by a shell for words that no command line of its own may hold, such as an option without its value.
  if (argv[0] === 'complete' && argv[1] === '--') {
    await (await import('./completions.js')).complete(argv.slice(2), io);
    return EXIT.ok;
  }
  let code: number = EXIT.ok;
  const asked = askedFor(argv);
  try {
    const { program, commands } = programOf(io, asked && [asked]);
    for (const [entry, command] of commands) {
      if (entry !== asked) continue;
      const progress = progressOf(io, entry.doing);
      const act = (await entry.load()).configure(command, progress.io);
      command.action(async () => {
        progress.start();
        try {
          code = await act();
        } finally {
          progress.stop();
        }
      });
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return failed(error, io);
  }
}

/** The command that is meant: the longest run of leading words that names one. `help` before it changes nothing. */
function askedFor(argv: readonly string[]): CommandEntry | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [first, second] = words[0] === 'help' ? words.slice(1) : words;
  const named = (name: string | undefined) => COMMANDS.find(({ words: own }) => own === name);
  return named(`${first} ${second}`) ?? named(first);
}

function failed(error: unknown, io: Io): number {
  // Help and version come this way too, with 0; everything else of commander's is a wrong usage it has explained already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.unable;
  io.err(sayWhy(error));
  if (io.env.HALLPASS_DEBUG === '1' && error instanceof Error) io.err(`${error.stack}\n`);
  return EXIT.unable;
}
