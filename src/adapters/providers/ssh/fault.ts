import { Blocked, isFault, Retry } from '../../../ports/fault.js';

/** What Node says of files and programs to what somebody has to do. */
const BLOCKED: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'Run the set-up of docs/providers/ssh.md, and install ssh-keygen (openssh-client).'],
  ['EACCES', 'Let the user that Hallpass runs as write to the folder, and run ssh-keygen.'],
  ['EPERM', 'Let the user that Hallpass runs as write to the folder.'],
  ['EROFS', 'Mount the folder so that it can be written to.'],
  ['ENOTDIR', 'Correct the folder in the settings.'],
  ['EISDIR', 'Run the set-up of docs/providers/ssh.md.'],
]);

const LATER: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENFILE',
  'EAGAIN',
  'EBUSY',
  'ESTALE',
]);

/** @returns a fault, or the error itself when it is a bug. */
export function faultOf(error: unknown, target: string): unknown {
  if (isFault(error) || !(error instanceof Error)) return error;
  const message = `${target}: ${error.message}`;
  if (error.name === 'AbortError') return new Retry('timeout', `${target}: not done in time`, 0, error);
  // Ended by a signal that was not ours, such as by a system short of memory.
  if ('signal' in error && typeof error.signal === 'string')
    return new Retry('interrupted', message, 0, error);
  const code = 'code' in error ? String(error.code) : '';
  const unblock = BLOCKED.get(code);
  if (unblock !== undefined) return new Blocked('folder', message, unblock, error);
  return LATER.has(code) ? new Retry('folder', message, 0, error) : error;
}
