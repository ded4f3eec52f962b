import { Command } from 'commander';
import { oneLine } from '../views/untrusted-text.js';
import { COMMANDS, type CommandEntry, GROUPS } from './command-table.js';
import { EXIT_CODES } from './exit.js';
import { type Io, painterOf } from './io.js';
import { VERSION } from './version.js';

/** Every command by its words, declared but without arguments and options: those come with what it does. */
export interface Program {
  readonly program: Command;
  readonly commands: ReadonlyMap<CommandEntry, Command>;
}

/** @param entries all, or the one that was asked for: it needs no other, and everybody else is shown what there is. */
export function programOf(io: Io, entries: readonly CommandEntry[] = COMMANDS): Program {
  const program = rootOf(io);
  const groups = new Map<string, Command>();
  const commands = new Map<CommandEntry, Command>();
  for (const entry of entries) {
    const [first = '', second] = entry.words.split(' ');
    const parent = second === undefined ? program : groupOf(program, groups, first);
    commands.set(entry, parent.command(second ?? first).description(entry.about));
  }
  return { program, commands };
}

function rootOf(io: Io): Command {
  return new Command('hallpass')
    .description(
      'Just-in-time access by pull request: checked by policy, approved by distinct people, ended by the clock, proved by git.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(withTitles(text, io)),
      writeErr: (text) => io.err(text.split('\n').map(oneLine).join('\n')),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('Run the command with --help to see how it is used.')
    .addHelpText('afterAll', `\n${exitCodes()}`);
}

/** The titles of a help page stand out, as in a page of man(1). */
function withTitles(text: string, io: Io): string {
  const paint = painterOf(io);
  return text.replace(/^(?:[A-Z][a-z]+(?: [a-z]+)?:)(?=$| hallpass)/gm, (title) => paint('strong', title));
}

function exitCodes(): string {
  return ['Exit codes:', ...EXIT_CODES.map(({ code, means }) => `  ${code}  ${means}`)].join('\n');
}

function groupOf(program: Command, groups: Map<string, Command>, name: string): Command {
  const group = groups.get(name) ?? program.command(name).description(GROUPS[name] ?? '');
  groups.set(name, group);
  return group;
}
