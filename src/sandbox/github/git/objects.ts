import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Sha } from '../state.js';
import { gitEnvironment } from './run.js';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface GitObject {
  readonly sha: Sha;
  readonly type: ObjectType;
  readonly size: number;
  readonly content: Buffer;
}

export interface Objects {
  /** `undefined`: no such object. Names like `<commit>:<path>` are understood. */
  read(name: string): Promise<GitObject | undefined>;
  size(name: string): Promise<number | undefined>;
  close(): Promise<void>;
}

interface Waiting {
  readonly wantsContent: boolean;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** One long-lived `git cat-file --batch-command`: reading an object costs no process. */
export function openObjects(gitDir: string): Objects {
  let child: ChildProcessWithoutNullStreams | undefined;
  const waiting: Waiting[] = [];
  let received: Buffer = Buffer.alloc(0);

  function start(): ChildProcessWithoutNullStreams {
    const started = spawn('git', ['cat-file', '--batch-command'], {
      env: gitEnvironment(gitDir),
      stdio: 'pipe',
    });
    started.stdout.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      received = deliver(received, waiting);
    });
    started.stdin.on('error', () => {});
    started.on('close', () => {
      child = undefined;
      for (const each of waiting.splice(0)) each.reject(new Error('git cat-file ended'));
    });
    return started;
  }

  function ask(command: 'contents' | 'info', name: string): Promise<GitObject | undefined> {
    if (/[\n\0]/.test(name)) return Promise.resolve(undefined);
    child ??= start();
    child.stdin.write(`${command} ${name}\n`);
    return new Promise((resolve, reject) =>
      waiting.push({ wantsContent: command === 'contents', resolve, reject }),
    );
  }

  return {
    read: (name) => ask('contents', name),
    size: async (name) => (await ask('info', name))?.size,
    close: () =>
      new Promise((resolve) => {
        if (child === undefined) return resolve();
        child.once('close', () => resolve());
        child.stdin.end();
      }),
  };
}

/** Hands complete answers out and returns the bytes that are left. */
function deliver(bytes: Buffer, waiting: Waiting[]): Buffer {
  let rest = bytes;
  for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
    const line = rest.indexOf(10);
    if (line < 0) return rest;
    const header = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(rest.subarray(0, line).toString());
    const [, sha, type, digits] = header ?? [];
    if (sha === undefined) {
      rest = rest.subarray(line + 1);
      first.resolve(undefined);
    } else {
      const size = Number(digits);
      const end = first.wantsContent ? line + 1 + size : line;
      if (rest.length < end + 1) return rest;
      const content = Buffer.from(rest.subarray(line + 1, end));
      rest = rest.subarray(end + 1);
      first.resolve({ sha, type: type as ObjectType, size, content });
    }
    waiting.shift();
  }
  return rest;
}
