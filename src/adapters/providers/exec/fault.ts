import { Blocked, type Fault, Retry } from '../../../ports/fault.js';
import type { ProgramEnd } from './run-program.js';

/** What the operating system says of a program that cannot be started, and who can mend it. */
const NOT_STARTED: Readonly<Record<string, readonly [code: string, unblock: string]>> = {
  ENOENT: ['no_program', 'Install the program, or correct "command" in the settings.'],
  EACCES: [
    'not_executable',
    'Let the server execute the program (chmod +x), or correct "command" in the settings.',
  ],
  ENOEXEC: ['not_executable', 'Begin the script with #! and the absolute path of its interpreter.'],
  E2BIG: ['too_long', 'Shorten "command" and "environment" in the settings.'],
};

/** @returns what a run without an answer means. After it nobody knows what was done; the truth is what is observed next. */
export function faultOf(ran: Exclude<ProgramEnd, { readonly end: 'exit' }>, target: string): Fault {
  switch (ran.end) {
    case 'timeout':
      return new Retry('timeout', `${target}: the program did not answer in time and was killed`);
    case 'signal':
      return new Retry('killed', `${target}: the program was killed before it answered`);
    case 'too_long':
      return new Blocked(
        'bad_answer',
        `${target}: the program answers with more than 1 MB and was killed`,
        'Mend the program; docs/spec/plugin.md says what it has to answer.',
      );
    case 'not_started': {
      const [code, unblock] = NOT_STARTED[ran.code] ?? [];
      const message = `${target}: the program cannot be started (${ran.code})`;
      return code === undefined || unblock === undefined
        ? new Retry('not_started', message)
        : new Blocked(code, message, unblock);
    }
  }
}
