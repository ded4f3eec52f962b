import type { CheckpointStore } from '../../../ports/checkpoint-store.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { runProgram } from './run-program.js';

const MILLISECONDS = 60_000;
const MOST_BYTES = 65_536;

/**
 * A program of the operator's own that puts a checkpoint away: an object store, another repository. It gets the checkpoint and its
 * signature on its input; `{name}` in its arguments is the name. No shell, and of the environment the path alone.
 */
export function checkpointCommand(argv: readonly string[], path: string): CheckpointStore {
  return {
    async put({ name, text, signature }) {
      const ran = await runProgram({
        argv: argv.map((part) => part.replaceAll('{name}', name)),
        env: { PATH: path },
        input: `${text}${signature}`,
        milliseconds: MILLISECONDS,
        mostBytes: MOST_BYTES,
      });
      if (ran.end === 'exit' && ran.code === 0) return;
      const program = argv[0] ?? '';
      if (ran.end === 'not_started')
        throw new Blocked(
          'program_missing',
          `${program} cannot be started`,
          'Check `checkpoints` in the settings.',
        );
      const how = ran.end === 'exit' ? `ended with ${ran.code}` : `ended by ${ran.end}`;
      throw new Retry('program_failed', `${program} ${how}`);
    },
  };
}
