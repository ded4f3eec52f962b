import type { Argument, Command, Option } from 'commander';
import { COMMANDS } from '../../src/cli/command-table.js';
import { EXIT_CODES } from '../../src/cli/exit.js';
import { programOf } from '../../src/cli/program.js';
import { cli } from './harness.js';
import { SHAPES } from './json-shapes.js';

/** A command as the program declares it, with the help it prints. */
export interface Declared {
  readonly words: string;
  readonly about: string;
  readonly command: Command;
  readonly help: string;
}

export async function declaredCommands(): Promise<readonly Declared[]> {
  const io = {
    out: () => {},
    err: () => {},
    env: {},
    cwd: '/',
    colour: false,
    untilStopped: async () => {},
  };
  const all: Declared[] = [];
  for (const [{ words, about, load }, command] of programOf(io).commands) {
    (await load()).configure(command, io);
    all.push({ words, about, command, help: (await cli([...words.split(' '), '--help'])).out });
  }
  return all;
}

/** The lines below `Examples:`, as command and what it does. */
export function examplesIn(help: string): readonly (readonly [command: string, does: string])[] {
  const lines = /^Examples:\n((?: {2}\S.*\n)+)/m.exec(`${help}\n`)?.[1] ?? '';
  return [...lines.matchAll(/^ {2}# (.*)\n {2}(.*)$/gm)].map(
    ([, does = '', command = '']) => [command, does] as const,
  );
}

/** `docs/cli.md` as the program has it. */
export async function cliPage(): Promise<string> {
  const commands = await declaredCommands();
  return `${HEAD}
${table(
  ['code', 'means'],
  EXIT_CODES.map(({ code, means }) => [`${code}`, means]),
)}

## The commands

${table(
  ['command', 'does', 'JSON'],
  commands.map(({ words, about }) => [
    `[\`hallpass ${words}\`](#${anchorOf(words)})`,
    about,
    SHAPES.has(words) ? `[shape](spec/json-output.md#${jsonAnchorOf(words)})` : '',
  ]),
)}

${commands.map(sectionOf).join('\n')}`;
}

const HEAD = `# The command line

<!-- Written by \`npm run docs\` from the commands themselves; change those. -->

\`hallpass COMMAND --help\` prints the same as this page. What goes well is printed on the standard output, what somebody should know on the
error output. Options are \`--name value\` or \`--name=value\`, before or after arguments.

- **Colours** only on a terminal. \`NO_COLOR=1\` or \`TERM=dumb\` switch them off, \`FORCE_COLOR=1\` on where there is none; \`NO_COLOR\` wins.
- **Progress** of what takes more than a second stands in one line of the error output, only on a terminal, and is gone afterwards.
- **Questions** are asked only on a terminal, and never with \`--yes\` or \`--json\`.
- **JSON**: every command that answers something has \`--json\`. [The shapes](spec/json-output.md) only grow, and
  \`schemas/json-output.schema.json\` has them as JSON Schema.
- **Completion** for bash, zsh and fish: [\`hallpass completion\`](#hallpass-completion).
- \`HALLPASS_DEBUG=1\` shows where something went wrong that should not.

## Exit codes
`;

function sectionOf({ words, about, command, help }: Declared): string {
  const rows = [...command.registeredArguments.map(argumentRow), ...command.options.map(optionRow)];
  const shown = examplesIn(help).map(([line, does]) => `# ${does}\n${line}`);
  return `### \`hallpass ${words}\`

${about[0]?.toUpperCase()}${about.slice(1)}.

\`\`\`
hallpass ${words} ${command.usage()}
\`\`\`
${rows.length === 0 ? '' : `\n${table(['', ''], rows)}\n`}${notesIn(help)}
\`\`\`sh
${shown.join('\n')}
\`\`\`
`;
}

/** What a help page says beside arguments, options and examples. */
function notesIn(help: string): string {
  const after = /^Options:\n(?: {2}.*\n)+\n([\s\S]*?)^Examples:/m.exec(help)?.[1] ?? '';
  return after.trim() === '' ? '' : `\n${after.trim().replaceAll('<', '\\<')}\n`;
}

function argumentRow(argument: Argument): readonly string[] {
  const shown = argument.variadic ? `${argument.name()}...` : argument.name();
  return [
    `\`${argument.required ? `<${shown}>` : `[${shown}]`}\``,
    described(argument.description, argument.argChoices, argument.defaultValue),
  ];
}

function optionRow(option: Option): readonly string[] {
  return [
    `\`${option.flags}\``,
    described(option.description, option.argChoices, option.negate ? undefined : option.defaultValue),
  ];
}

function described(about: string, choices: readonly string[] | undefined, standard: unknown): string {
  return [
    about,
    ...(choices === undefined ? [] : [`one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ...(standard === undefined ? [] : [`default \`${standard}\``]),
  ].join('; ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function anchorOf(words: string): string {
  return `hallpass-${words.replaceAll(' ', '-')}`;
}

/** Headings in `docs/spec/json-output.md` are the command lines. */
export function jsonHeadingOf(words: string): string {
  const flags: Readonly<Record<string, string>> = {
    'reconcile --plan': 'reconcile --once --plan',
    reconcile: 'reconcile --once --json',
  };
  return `hallpass ${flags[words] ?? `${words} --json`}`;
}

function jsonAnchorOf(words: string): string {
  return jsonHeadingOf(words).replaceAll(' ', '-');
}

export const WITHOUT_JSON = COMMANDS.map(({ words }) => words).filter((words) => !SHAPES.has(words));
