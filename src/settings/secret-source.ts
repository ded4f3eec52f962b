import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecretSource } from '../documents/settings-targets.js';

/** Runs a program for what it prints. */
export type RunForOutput = (run: {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  readonly mostBytes: number;
}) => Promise<
  | { readonly end: 'exit'; readonly code: number; readonly output: Uint8Array }
  | { readonly end: 'signal' | 'timeout' | 'too_long' | 'not_started' }
>;

/** Where secrets may come from. */
export interface SecretPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative files lie below it. */
  readonly folder: string;
  readonly run: RunForOutput;
}

export type ReadSecret = { readonly value: string } | { readonly problem: string };

const COMMAND_MILLISECONDS = 10_000;
const MOST_BYTES = 65_536;
const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

/** A secret as it is now. A problem never says what was read: it may be most of a secret. */
export async function readSecret(source: SecretSource, places: SecretPlaces): Promise<ReadSecret> {
  if ('env' in source) {
    const value = places.env[source.env];
    return value ? { value } : { problem: `the environment variable ${source.env} is not set.` };
  }
  if ('command' in source) return fromCommand(source.command, places);
  const read = await readOrProblem(resolve(places.folder, source.file));
  if ('problem' in read) return read;
  return textOf(read.bytes, `the file ${source.file} is empty.`);
}

export async function readOrProblem(
  path: string,
): Promise<{ readonly bytes: Uint8Array } | { readonly problem: string }> {
  try {
    return { bytes: await readFile(path) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { problem: `${path} cannot be read (${code}).` };
  }
}

/** What it ended with, in words that can follow "the program". */
const ENDS = {
  signal: 'was killed.',
  timeout: `did not end within ${COMMAND_MILLISECONDS / 1_000} s.`,
  too_long: `printed more than ${MOST_BYTES} bytes.`,
  not_started: 'cannot be started.',
} as const;

/** No shell, and of the environment the path alone: our own secrets are in it. */
async function fromCommand(argv: readonly string[], { env, run }: SecretPlaces): Promise<ReadSecret> {
  const [program = ''] = argv;
  if (!program.startsWith('/')) return { problem: 'its command does not begin with an absolute path.' };
  const ran = await run({
    argv,
    env: { PATH: env.PATH ?? USUAL_PATH },
    milliseconds: COMMAND_MILLISECONDS,
    mostBytes: MOST_BYTES,
  });
  if (ran.end !== 'exit') return { problem: `the program ${program} ${ENDS[ran.end]}` };
  if (ran.code !== 0) return { problem: `the program ${program} ended with ${ran.code}.` };
  return textOf(ran.output, `the program ${program} printed nothing.`);
}

/** Editors and programs end a text with a line break, which is no part of a secret. */
function textOf(bytes: Uint8Array, otherwise: string): ReadSecret {
  const value = new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
  return value === '' ? { problem: otherwise } : { value };
}
