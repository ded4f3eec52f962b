import type { Io } from '../../src/cli/io.js';
import { run } from '../../src/cli/run.js';
import { checkShape } from './json-shapes.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. What it prints as JSON is held against its published shape. */
export async function cli(argv: readonly string[], changes: Partial<Io> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await run(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    env: {},
    cwd: '/',
    colour: false,
    untilStopped: () => Promise.resolve(),
    ...changes,
  });
  if (code !== 2) checkShape(argv, out);
  return { code, out, err };
}
