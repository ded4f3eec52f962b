import { isFault } from '../ports/fault.js';
import { oneLine } from '../views/untrusted-text.js';

/** What the exit code of every command means (DESIGN section 7). */
export const EXIT = {
  ok: 0,
  /** The command did its work, and the answer is no: issues, findings, failed cases. */
  found: 1,
  /** It could not do its work: wrong usage, something missing or unreadable. */
  unable: 2,
} as const;

/** The caller can mend this; nothing is wrong with the program. */
export class Unable extends Error {
  /** A sentence: what to do. */
  readonly advice: string;
  /** What there is to say one by one, where it is more than one thing. */
  readonly details: readonly string[];

  constructor(message: string, advice: string, details: readonly string[] = []) {
    super(message);
    this.name = 'Unable';
    this.advice = advice;
    this.details = details;
  }
}

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'it may not be read',
  EPERM: 'it may not be touched',
  EADDRINUSE: 'the address is in use',
  ELOOP: 'it is a symbolic link that leads nowhere',
};

/** What went wrong and what to do, in lines that are safe on a terminal; never a stack. */
export function sayWhy(error: unknown): string {
  const [message, advice] = reasonOf(error);
  const details = error instanceof Unable ? error.details : [];
  const lines = [
    `hallpass: ${message}`,
    ...[...details, advice].filter((line) => line !== '').map((line) => `  ${line}`),
  ];
  return lines.map((line) => `${oneLine(line)}\n`).join('');
}

function reasonOf(error: unknown): readonly [message: string, advice: string] {
  if (error instanceof Unable) return [error.message, error.advice];
  if (isFault(error)) {
    return [error.message, error.fault === 'blocked' ? error.unblock : 'It may go well later; try again.'];
  }
  if (!(error instanceof Error)) return ['something went wrong', REPORT];
  const { code, path } = error as NodeJS.ErrnoException;
  const known = SYSTEM[code ?? ''];
  if (known !== undefined) return [path === undefined ? known : `${path}: ${known}`, ''];
  return [`something went wrong that should not: ${error.message}`, REPORT];
}

const REPORT = 'Run it again with HALLPASS_DEBUG=1 to see where, and report it.';
