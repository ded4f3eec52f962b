import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { type Oid, parseOid } from '../../core/approval.js';
import { Retry } from '../../ports/fault.js';
import { type GitPlace, LOCAL_TIMEOUT } from './run.js';

export interface ObjectInfo {
  readonly oid: Oid;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

export interface GitObject extends ObjectInfo {
  readonly content: Buffer;
}

/** Reads objects through long-lived processes: 0.2 ms a read against 3 ms for a process each. */
export interface Objects {
  /** @param name an object id or one of our own ref names. `undefined`: there is no such object here. */
  info(name: string): Promise<ObjectInfo | undefined>;
  read(name: string): Promise<GitObject | undefined>;
  /** The content only where it is no larger than so many bytes; what is larger passes by without being kept. */
  readUpTo(name: string, most: number): Promise<Answer | undefined>;
  close(): void;
}

const NAME = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|refs\/[A-Za-z0-9][A-Za-z0-9._/-]*)$/;

/** @param onTrouble told what git wrote on its error output; a sound repository says nothing there. */
export function openObjects(place: GitPlace, onTrouble: (text: string) => void = () => {}): Objects {
  const info = openBatch(place, '--batch-check', onTrouble);
  const contents = openBatch(place, '--batch', onTrouble);
  return {
    info: (name) => info.ask(name),
    read: async (name) => {
      const object = await contents.ask(name);
      return object === undefined ? undefined : { ...object, content: object.content ?? Buffer.alloc(0) };
    },
    readUpTo: (name, most) => contents.ask(name, most),
    close: () => {
      info.close();
      contents.close();
    },
  };
}

export type Answer = ObjectInfo & { readonly content?: Buffer };

export interface Waiting {
  /** Bytes of content that are wanted at most; absent: all. */
  readonly most?: number;
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: Error) => void;
}

interface Batch {
  ask(name: string, most?: number): Promise<Answer | undefined>;
  close(): void;
}

function openBatch(
  place: GitPlace,
  mode: '--batch' | '--batch-check',
  onTrouble: (text: string) => void,
): Batch {
  let running: Running | undefined;
  return {
    ask(name, most) {
      if (!NAME.test(name)) return Promise.reject(new RangeError('not an object id'));
      running ??= startBatch(place, mode, {
        onTrouble,
        onEnd: (ended) => {
          if (running === ended) running = undefined;
        },
      });
      const { waiting, watch, lines } = running;
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject, ...(most === undefined ? {} : { most }) });
        watch(true);
        lines.add(`${name}\n`);
      });
    },
    close() {
      running?.lines.flush();
      running?.child.stdin.end();
      running = undefined;
    },
  };
}

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly waiting: Waiting[];
  readonly watch: (armed: boolean) => void;
  readonly lines: Lines;
}

function startBatch(
  place: GitPlace,
  mode: '--batch' | '--batch-check',
  notice: { onTrouble: (text: string) => void; onEnd: (ended: Running) => void },
): Running {
  const child = spawn('git', ['cat-file', mode], {
    env: place.environment,
    cwd: '/',
    stdio: 'pipe',
  });
  const waiting: Waiting[] = [];
  const watch = watchdog(() => child.kill('SIGKILL'));
  const running = { child, waiting, watch, lines: inOneGo((text) => child.stdin.write(text)) };
  const take = answerReader(mode === '--batch', waiting);
  child.stdout.on('data', (chunk: Buffer) => {
    take(chunk);
    watch(waiting.length > 0);
  });
  child.stderr.on('data', (chunk: Buffer) => notice.onTrouble(chunk.toString('latin1')));
  child.stdin.on('error', () => {});
  const end = () => {
    notice.onEnd(running);
    watch(false);
    for (const each of waiting.splice(0)) each.reject(new Retry('git_ended', 'git cat-file ended early'));
  };
  child.on('error', end);
  child.on('close', end);
  // An idle reader must not keep the program alive; one with work has its watchdog.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if (stream instanceof Socket) stream.unref();
  }
  return running;
}

interface Lines {
  add(line: string): void;
  flush(): void;
}

/** Lines that come one after another are written together: each write costs as much as what git does for it. */
function inOneGo(write: (text: string) => void): Lines {
  let text = '';
  const flush = () => {
    if (text !== '') write(text);
    text = '';
  };
  return {
    add(line) {
      if (text === '') setImmediate(flush);
      text += line;
    },
    flush,
  };
}

/** Calls `onSilence` when armed and not armed again for the time-out. */
function watchdog(onSilence: () => void): (armed: boolean) => void {
  let timer: NodeJS.Timeout | undefined;
  return (armed) => {
    clearTimeout(timer);
    timer = armed ? setTimeout(onSilence, LOCAL_TIMEOUT) : undefined;
  };
}

const HEADER = /^([0-9a-f]+) (blob|tree|commit|tag) (\d+)$/;

/** Takes chunks in and hands whole answers out, joining chunks only once an answer is complete. */
export function answerReader(withContent: boolean, waiting: Waiting[]): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = 1;
  let passing = 0;

  /** @returns what is left when no whole answer is. */
  function takeAll(bytes: Buffer): Buffer {
    let rest = bytes;
    wanted = 1;
    while (rest.length > 0) {
      const taken = takeAnswer(rest, withContent ? (waiting[0]?.most ?? Number.POSITIVE_INFINITY) : -1);
      if ('wanted' in taken) {
        wanted = taken.wanted;
        return rest;
      }
      passing = Math.max(taken.length - rest.length, 0);
      rest = rest.subarray(taken.length);
      waiting.shift()?.resolve(taken.answer);
    }
    return rest;
  }

  return (chunk) => {
    const part = chunk.subarray(Math.min(passing, chunk.length));
    passing -= chunk.length - part.length;
    chunks.push(part);
    size += part.length;
    if (size < wanted) return;
    const rest = takeAll(chunks.length === 1 ? part : Buffer.concat(chunks));
    chunks = rest.length === 0 ? [] : [rest];
    size = rest.length;
  };
}

type Taken = { readonly wanted: number } | { readonly length: number; readonly answer: Answer | undefined };

/** @param most bytes of content to hand out; -1: no content follows. */
function takeAnswer(bytes: Buffer, most: number): Taken {
  const line = bytes.indexOf(10);
  if (line < 0) return { wanted: bytes.length + 1 };
  const [, id, type, digits] = HEADER.exec(bytes.toString('latin1', 0, line)) ?? [];
  const oid = parseOid(id ?? '');
  if (oid === undefined || type === undefined) return { length: line + 1, answer: undefined };
  const size = Number(digits);
  if (most < 0) return { length: line + 1, answer: { oid, type, size } };
  const end = line + 1 + size;
  if (size > most) return { length: end + 1, answer: { oid, type, size } };
  if (bytes.length < end + 1) return { wanted: end + 1 };
  return {
    length: end + 1,
    answer: { oid, type, size, content: Buffer.from(bytes.subarray(line + 1, end)) },
  };
}
