import { spawn } from 'node:child_process';
import { Retry } from '../../ports/fault.js';
import type { Environment } from './sealed.js';

/** What git runs under, and where. */
export interface GitPlace {
  readonly environment: Environment;
  /** The folder it starts in; default one that is no repository, so that only `GIT_DIR` counts. */
  readonly folder?: string;
}

export function placeOf(gitDir: string, environment: Environment): GitPlace {
  return { environment: { ...environment, GIT_DIR: gitDir } };
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Exit codes that are answers; default 0 alone. */
  readonly codes?: readonly number[];
}

export interface Output {
  readonly code: number;
  readonly bytes: Buffer;
}

/** Git ended with a code that is no answer. What that means is for the caller to say. */
export class GitFailed extends Error {
  readonly code: number | null;
  readonly stderr: string;

  constructor(command: string, code: number | null, stderr: string) {
    super(`git ${command} ended with ${code}: ${oneLine(stderr)}`);
    this.name = 'GitFailed';
    this.code = code;
    this.stderr = stderr;
  }
}

export const LOCAL_TIMEOUT = 60_000;
const MAX_OUTPUT = 256 * 1024 * 1024;

/** Runs git without a shell. Arguments are options, fixed names and object ids, never a text from outside (T126). */
export function runGit(place: GitPlace, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { timeout = LOCAL_TIMEOUT, codes = [0] } = options;
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      env: place.environment,
      cwd: place.folder ?? '/',
      stdio: 'pipe',
      timeout,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    let size = 0;
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT) child.kill('SIGKILL');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 10_000) stderr += chunk.toString('latin1');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const command = args[0] ?? '';
      if (signal !== null) reject(new Retry('git_timeout', `git ${command} was stopped after ${timeout} ms`));
      else if (code !== null && codes.includes(code)) resolve({ code, bytes: Buffer.concat(out) });
      else reject(new GitFailed(command, code, stderr));
    });
    // A command that ends early closes its input; its exit code says why.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** A text of git or of the remote, fit for a message: one line, no control characters, at most 300 characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 300);
}
