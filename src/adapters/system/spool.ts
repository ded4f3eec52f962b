import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../ports/log.js';
import type { Spool, Spooled } from '../../ports/spool.js';
import { syncFolder, writeSynced } from './durable-file.js';

/**
 * One file a process in one folder, a line each: a checksum and JSON. Lines are only added until the ledger has them, so a process that is
 * killed leaves at most half a line, which its checksum tells.
 */
export function openSpool(folder: string, log: Log): Spool {
  const name = `${randomUUID()}.jsonl`;
  const mine: Line[] = [];
  /** How many of `mine` are on disk; `undefined` when the file has to be written anew. */
  let written: number | undefined = 0;

  const save = coalesced(async () => {
    const lines = mine.map(({ text }) => text);
    const from = written ?? 0;
    const replace = written === undefined || from > lines.length;
    written = undefined;
    try {
      if (replace) await replaceFile(folder, name, lines);
      else await appendLines(folder, name, lines.slice(from));
      written = lines.length;
    } catch (error) {
      log.error('spool not written', { code: (error as NodeJS.ErrnoException).code ?? 'unknown' });
    }
  });

  /** Many ask at the same time, before each of many ends; one look at the folder answers them all. */
  const theirs = shared(async () => {
    const others = await othersOf(folder, name);
    return others.flatMap(({ lines }) => lines.flatMap((line) => parseLine(line) ?? []));
  });
  const pending = async (isWanted: (one: Spooled) => boolean): Promise<readonly Spooled[]> => {
    const left = await theirs();
    const all = [...left, ...mine.map(({ spooled }) => spooled)].filter(isWanted);
    return all.toSorted((a, b) => order(a.event.at, b.event.at));
  };

  return {
    pending: () => pending(() => true),
    pendingOf: (wanted) => pending(({ id }) => id === wanted),
    async append(spooled) {
      if (spooled.length === 0) return;
      mine.push(...spooled.map((one) => ({ spooled: one, text: lineOf(one) })));
      await save();
    },
    async settle(spooled) {
      const settled = new Set(spooled.map(lineOf));
      for (const other of await othersOf(folder, name)) {
        // What cannot be read in it is found out again; what is not settled yet keeps the file.
        const open = other.lines.filter((line) => parseLine(line) !== undefined && !settled.has(line));
        if (open.length === 0) await rm(join(folder, other.name), { force: true });
      }
      const left = mine.filter(({ text }) => !settled.has(text));
      if (left.length === mine.length) return;
      mine.splice(0, mine.length, ...left);
      written = undefined;
      await save();
    },
  };
}

interface Line {
  readonly spooled: Spooled;
  readonly text: string;
}

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function lineOf(spooled: Spooled): string {
  const json = JSON.stringify(spooled);
  return `${checksum(json)} ${json}`;
}

function parseLine(line: string): Spooled | undefined {
  const space = line.indexOf(' ');
  const json = line.slice(space + 1);
  return space > 0 && line.slice(0, space) === checksum(json) ? (JSON.parse(json) as Spooled) : undefined;
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

interface OtherFile {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What other processes on the same data wrote: one that was killed, or a command beside the server. */
async function othersOf(folder: string, own: string): Promise<readonly OtherFile[]> {
  const names = await readdir(folder).catch(() => []);
  const others = names.filter((name) => name.endsWith('.jsonl') && name !== own).toSorted();
  return Promise.all(
    others.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      return { name, lines: text.split('\n').filter(Boolean) };
    }),
  );
}

async function appendLines(folder: string, name: string, lines: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeSynced(join(folder, name), textOf(lines), 'a');
  await syncFolder(folder);
}

async function replaceFile(folder: string, name: string, lines: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const fresh = join(folder, `${name}.new`);
  await writeSynced(fresh, textOf(lines));
  await rename(fresh, join(folder, name));
  if (lines.length === 0) await rm(join(folder, name), { force: true });
  await syncFolder(folder);
}

/** Whoever asks while the answer is being found gets that answer. */
function shared<T>(find: () => Promise<T>): () => Promise<T> {
  let finding: Promise<T> | undefined;
  return () => {
    finding ??= find().finally(() => {
      finding = undefined;
    });
    return finding;
  };
}

/** Runs work one at a time. Whoever asks while it runs waits for one run that begins afterwards, however many they are. */
function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running.then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
}
