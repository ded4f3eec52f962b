import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuOf } from '../measure.js';

/** One file of a commit: its text, or `null` to take it away. */
export type File = readonly [path: string, text: string | null];

const BRANCH = 'refs/bench/floor';

/** A commit as `git fast-import` takes it: unsigned, on what the branch was at before. */
export function commitStream(files: readonly File[], from?: string): string {
  const head = `commit ${BRANCH}\ncommitter Bench <bench@example.com> 0 +0000\ndata 0\n\n`;
  const changes = files.map(([path, text]) =>
    text === null ? `D ${path}\n` : `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  );
  return `${head}${from === undefined ? '' : `from ${from}\n`}${changes.join('')}\n`;
}

const ARGS = ['fast-import', '--quiet', '--force', '--date-format=raw'];

/** A process for one commit. @returns its CPU time, in milliseconds. */
export function importOnce(gitDir: string, stream: string): number {
  return cpuOf(['git', ...ARGS], { cwd: gitDir, input: stream });
}

export interface Importer {
  /** Resolves when the commit can be read by others. */
  commit(stream: string): Promise<void>;
  close(): Promise<void>;
}

/** A process for many commits, each with a checkpoint. */
export function openImporter(gitDir: string): Importer {
  const child: ChildProcessWithoutNullStreams = spawn('git', ARGS, { cwd: gitDir });
  return {
    async commit(stream) {
      const answered = once(child.stdout, 'data');
      child.stdin.write(`${stream}checkpoint\nprogress done\n`);
      await answered;
    },
    async close() {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
    },
  };
}
