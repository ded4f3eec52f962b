import { spawn } from 'node:child_process';
import type { Oid } from '../../core/approval.js';
import { Retry } from '../../ports/fault.js';
import { type Answer, answerReader, type Waiting } from './objects.js';
import { type GitPlace, oneLine } from './run.js';

export interface StreamOptions {
  /** Bytes; of what is larger only the size is told. */
  readonly most: number;
  /** Called for each in the order asked, `undefined` for what is not here. */
  readonly take: (oid: Oid, answer: Answer | undefined) => void;
  readonly onTrouble: (text: string) => void;
}

/** Milliseconds without a word. */
const SILENCE = 60_000;

/**
 * Reads many objects through one process that writes them in large pieces: a tenth of what asking for each costs. What is taken is worked on while
 * git reads on.
 */
export function streamObjects(place: GitPlace, oids: readonly Oid[], options: StreamOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['cat-file', '--batch', '--buffer'], {
      env: place.environment,
      cwd: '/',
      stdio: 'pipe',
    });
    let watchdog = setTimeout(() => child.kill('SIGKILL'), SILENCE);
    let thrown: unknown;
    const waiting: Waiting[] = oids.map((oid) => ({
      most: options.most,
      resolve: (answer) => options.take(oid, answer),
      reject,
    }));
    const take = answerReader(true, waiting);
    child.stdout.on('data', (chunk: Buffer) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => child.kill('SIGKILL'), SILENCE);
      try {
        if (thrown === undefined) take(chunk);
      } catch (error) {
        thrown = error;
        child.kill('SIGKILL');
      }
    });
    child.stderr.on('data', (chunk: Buffer) => options.onTrouble(oneLine(chunk.toString('latin1'))));
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(watchdog);
      if (thrown !== undefined) reject(thrown);
      else if (waiting.length === 0) resolve();
      else reject(new Retry('git_ended', 'git cat-file ended early'));
    });
    child.stdin.end(oids.map((oid) => `${oid}\n`).join(''));
  });
}
