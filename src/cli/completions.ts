import { join, resolve } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { type IdKind, idsToOffer } from '../app/asking/ids-to-offer.js';
import { REQUEST_FOLDER } from '../core/request.js';
import { oneLine } from '../views/untrusted-text.js';
import { listFolder, openFolder, providerKinds } from '../wire-offline.js';
import type { Io } from './io.js';
import { programOf } from './program.js';

interface Completions {
  /** `files`, `folders`: the shell knows better, and `words` is empty. */
  readonly kind: 'words' | 'files' | 'folders';
  readonly words: readonly { readonly word: string; readonly about: string }[];
}

type Choice = Completions['words'][number];
/** What can stand somewhere: choices, ids of a clone, or paths. */
type Source = readonly Choice[] | IdKind | 'files' | 'folders';

const NOTHING: Completions = { kind: 'words', words: [] };

/** Answers a shell, in the form its script reads. */
export async function complete(words: readonly string[], io: Io): Promise<void> {
  const { kind, words: found } = await completionsOf(words, io);
  const lines = found.map(({ word, about }) => `${word}\t${about}`);
  io.out([kind, ...lines].map((line) => `${line}\n`).join(''));
}

/** What could stand where the last of these words stands. */
async function completionsOf(words: readonly string[], io: Io): Promise<Completions> {
  // `--state=act` comes as one word or, from bash, as three.
  const split = words.flatMap((word) => /^(--[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  const before = split.slice(0, -1).filter((word) => word !== '=');
  const last = split.at(-1) ?? '';
  const current = last === '=' ? '' : last;
  const place = await placeOf(before, io);
  const source = sourceAt(place, current);
  if (source === 'files' || source === 'folders') return { kind: source, words: [] };
  const choices = typeof source === 'string' ? await idsIn(resolve(io.cwd, place.folder), source) : source;
  const fitting = choices.filter(({ word }) => word.startsWith(current));
  return { ...NOTHING, words: fitting.map(({ word, about }) => ({ word, about: oneLine(about) })) };
}

interface Place {
  /** The command or group that is meant so far. */
  readonly command: Command;
  /** How many arguments it has already. */
  readonly filled: number;
  /** An option that waits for its value. */
  readonly waiting?: Option;
  /** What `--repo` named. */
  readonly folder: string;
}

async function placeOf(before: readonly string[], io: Io): Promise<Place> {
  let place: Place = { command: await declared(before, io), filled: 0, folder: '.' };
  let depth = pathOf(place.command).length;
  for (const word of before) {
    const { waiting } = place;
    if (waiting !== undefined) {
      const { waiting: _, ...rest } = place;
      place = waiting.long === '--repo' ? { ...rest, folder: word } : rest;
    } else if (word.startsWith('-')) {
      const option = place.command.options.find(({ long, short }) => word === long || word === short);
      if (option?.required) place = { ...place, waiting: option };
    } else if (depth > 0) depth -= 1;
    else place = { ...place, filled: place.filled + 1 };
  }
  return place;
}

/** The command the words lead to, with its options: those are declared only when they are needed. */
async function declared(before: readonly string[], io: Io): Promise<Command> {
  const { program, commands } = programOf(io);
  let command = program;
  for (const word of before.filter((one) => !one.startsWith('-'))) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
  }
  for (const [entry, known] of commands) if (known === command) (await entry.load()).configure(command, io);
  return command;
}

function pathOf(command: Command): readonly string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

function sourceAt({ command, filled, waiting }: Place, current: string): Source {
  if (waiting !== undefined) return sourceOfOption(waiting);
  if (current.startsWith('-')) return flagsOf(command);
  if (command.commands.length > 0) return filled > 0 ? [] : subcommandsOf(command);
  const argument = command.registeredArguments[filled] ?? lastOf(command.registeredArguments);
  return argument === undefined ? flagsOf(command) : sourceOfArgument(argument);
}

function lastOf(given: readonly Argument[]): Argument | undefined {
  const last = given.at(-1);
  return last?.variadic ? last : undefined;
}

function subcommandsOf(command: Command): readonly Choice[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ word: one.name(), about: one.description() }));
}

function flagsOf(command: Command): readonly Choice[] {
  const own = command.options.map(({ long, description }) => ({ word: long ?? '', about: description }));
  return [...own, { word: '--help', about: 'how it is used' }].filter(({ word }) => word !== '');
}

/** By what its value is called. */
const OF_VALUE: Readonly<Record<string, Source>> = { file: 'files', dir: 'folders' };

/** By the name of the option, which means the same in every command. */
const OF_OPTION: Readonly<Record<string, Source>> = {
  '--entitlement': 'entitlements',
  '--target': 'targets',
  '--extends': 'requests',
};

function sourceOfOption({ long, flags, argChoices }: Option): Source {
  const [, value = ''] = /<([a-z]+)(?:\.{3})?>/.exec(flags) ?? [];
  const known = OF_OPTION[long ?? ''] ?? OF_VALUE[value] ?? [];
  return argChoices?.map((word) => ({ word, about: '' })) ?? known;
}

/** By the name of the argument. */
const OF_ARGUMENT: Readonly<Record<string, Source>> = {
  entitlement: 'entitlements',
  target: 'targets',
  id: 'requests',
  request: 'requests',
  path: 'files',
  suite: 'files',
  dir: 'folders',
};

function sourceOfArgument(argument: Argument): Source {
  const { argChoices } = argument;
  return argChoices?.map((word) => ({ word, about: '' })) ?? OF_ARGUMENT[argument.name()] ?? [];
}

/** What cannot be read offers nothing: a shell has no place for the reason. */
async function idsIn(folder: string, kind: IdKind): Promise<readonly Choice[]> {
  const list = async () =>
    (await listFolder(join(folder, REQUEST_FOLDER))).map(({ path }) => `${REQUEST_FOLDER}${path}`);
  try {
    return await idsToOffer({ read: openFolder(folder), list, kinds: providerKinds }, kind);
  } catch {
    return [];
  }
}
