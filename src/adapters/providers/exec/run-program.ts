import { type ChildProcess, spawn } from 'node:child_process';

export interface ProgramRun {
  /** The absolute path of the program, and its arguments. No shell sees them. */
  readonly argv: readonly string[];
  /** All it gets to know of the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly milliseconds: number;
  readonly mostBytes: number;
  /** What it writes to its error output, for the log. */
  readonly onNote?: (line: string) => void;
}

export type ProgramEnd =
  | { readonly end: 'exit'; readonly code: number; readonly output: Buffer }
  | { readonly end: 'signal' | 'timeout' | 'too_long' }
  /** It could not be started; `code` is that of the operating system. */
  | { readonly end: 'not_started'; readonly code: string };

const MOST_NOTES = 50;
const LONGEST_NOTE = 500;

/**
 * Runs a program in a process group of its own, which ends with it: whatever it has started is killed when it exits, when its time is
 * over, or when it says too much. Its folder is `/`, so nothing depends on where the server was started.
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const [file = '', ...args] = run.argv;
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(file, args, { env: { ...run.env }, cwd: '/', stdio: 'pipe', detached: true });
    } catch (error) {
      resolve({ end: 'not_started', code: codeOf(error) });
      return;
    }
    const output: Buffer[] = [];
    let bytes = 0;
    const finish = (end: ProgramEnd): void => {
      clearTimeout(timer);
      killGroup(child);
      // A child that left the group may hold a pipe open for ever; nobody waits for it.
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.stdin?.destroy();
      resolve(end);
    };
    const timer = setTimeout(() => finish({ end: 'timeout' }), run.milliseconds);
    child.on('error', (error) => finish({ end: 'not_started', code: codeOf(error) }));
    child.on('exit', () => killGroup(child));
    child.on('close', (code) =>
      finish(code === null ? { end: 'signal' } : { end: 'exit', code, output: Buffer.concat(output) }),
    );
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= run.mostBytes) output.push(chunk);
      else finish({ end: 'too_long' });
    });
    takeNotes(child, run.onNote);
    // A program that does not read, or closes its input, says by its answer what became of it.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(run.input ?? '');
  });
}

/** The group is there as long as anybody is in it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/** Line by line, and no more than somebody would read. */
function takeNotes({ stderr }: ChildProcess, onNote: ProgramRun['onNote']): void {
  let [rest, taken] = ['', 0];
  const take = (line: string): void => {
    if (taken < MOST_NOTES && line.trim() !== '') onNote?.(line.slice(0, LONGEST_NOTE));
    taken += 1;
  };
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    if (taken >= MOST_NOTES) return;
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST_NOTE);
    lines.forEach(take);
  });
  stderr?.on('end', () => take(rest));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
