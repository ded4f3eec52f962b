import { isFault } from '../ports/fault.js';
import { oneLine } from '../views/untrusted-text.js';

/** What the exit code of every command means. */
export const EXIT = {
  ok: 0,
  /** The command did its work, and the answer is no: issues, findings, failed cases. */
  found: 1,
  /** It could not do its work: wrong usage, something missing or unreadable. */
  unable: 2,
} as const;

/** The same in words; `docs/cli.md` and every help page have it from here. */
export const EXIT_CODES: readonly { readonly code: number; readonly means: string }[] = [
  { code: EXIT.ok, means: 'done, and nothing was found that somebody should look at' },
  {
    code: EXIT.found,
    means: 'done, and something was found: issues, findings, failed cases, or an answer that is no',
  },
  { code: EXIT.unable, means: 'not done: wrong usage, or something is missing, unreadable or away' },
];

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

const SYSTEM: Readonly<Record<string, readonly [message: string, advice: string]>> = {
  ENOENT: ['there is no such file or folder', 'Check how it is written, and from which folder you run this.'],
  ENOTDIR: ['a part of the path is not a folder', 'Check how it is written.'],
  EISDIR: ['it is a folder, not a file', 'Name a file in it.'],
  EACCES: ['it may not be read', 'Run this as somebody who may, or change its mode or owner.'],
  EPERM: ['it may not be touched', 'Run this as somebody who may, or change its mode or owner.'],
  EADDRINUSE: ['the address is in use', 'End what listens there, or take another port.'],
  ELOOP: ['it is a symbolic link that leads nowhere', 'Name the file itself.'],
  ENOSPC: ['there is no space left', 'Make room on the disk, and run it again.'],
  EROFS: ['nothing can be written there', 'Name a folder that can be written to.'],
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
  if (known !== undefined) return [path === undefined ? known[0] : `${path}: ${known[0]}`, known[1]];
  return [`something went wrong that should not: ${error.message}`, REPORT];
}

const REPORT = 'Run it again with HALLPASS_DEBUG=1 to see where, and report it.';
