import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from './io.js';

/**
 * What a file in `commands/` exports: declares arguments and options on its command and returns what to do with them.
 * The answer is the exit code. Loaded only for the command that was asked for, so that every other one starts quickly.
 */
export type Configure = (command: Command, io: Io) => () => Promise<number>;

/** Where the access repository is; the same for every command that reads one. */
export const REPO = ['--repo <dir>', 'the access repository or a clone of it', '.'] as const;

export const BRANCH = ['--branch <name>', 'the branch of the ledger', branchName, 'access-ledger'] as const;
export const DEFAULT_BRANCH = [
  '--default-branch <name>',
  'the branch requests land on; default what the clone starts from',
] as const;

function branchName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(text) && !text.includes('..')) return text;
  throw new InvalidArgumentError('It is no name of a branch.');
}

/** Examples below the help of a command, each under what it does, so that a long one breaks no column. */
export function examples(...lines: readonly (readonly [command: string, does: string])[]): string {
  return ['', 'Examples:', ...lines.flatMap(([command, does]) => [`  # ${does}`, `  ${command}`])].join('\n');
}
