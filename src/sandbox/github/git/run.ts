import { spawn } from 'node:child_process';

/** No system or user configuration, no prompts, no replaced objects: only the repository's own settings count. */
export function gitEnvironment(gitDir: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C',
    GIT_DIR: gitDir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}

export class GitFailure extends Error {
  readonly code: number | null;
  constructor(args: readonly string[], code: number | null, stderr: string) {
    super(`git ${args[0]} ended with ${code}: ${stderr.trim()}`);
    this.code = code;
  }
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers (default 0 alone). */
  readonly codes?: readonly number[];
}

export type Run = (args: readonly string[], options?: RunOptions) => Promise<{ code: number; out: Buffer }>;

export function gitIn(gitDir: string): Run {
  return (args, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn('git', args, {
        env: { ...gitEnvironment(gitDir), ...options.env },
        stdio: 'pipe',
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.on('error', reject);
      child.on('close', (code) => {
        if (code !== null && (options.codes ?? [0]).includes(code))
          resolve({ code, out: Buffer.concat(out) });
        else reject(new GitFailure(args, code, Buffer.concat(err).toString()));
      });
      // A command that ends early closes its input; its exit code tells why.
      child.stdin.on('error', () => {});
      child.stdin.end(options.input ?? '');
    });
}
