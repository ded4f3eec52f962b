import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Retry } from '../../ports/fault.js';
import type { Sink } from '../../ports/sink.js';

const LINE_FEED = 0x0a;

/**
 * Records as lines of JSON at the end of a file, durable before a delivery counts. A line that a crash cut short is ended, so that it spoils
 * no other; what it said comes again in a line of its own.
 */
export function lineFile(path: string): Sink {
  return {
    async deliver({ records }) {
      try {
        await append(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
        throw new Retry('file_unwritable', `${path} cannot be written (${code})`, 0, error);
      }
    },
  };
}

async function append(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const isTorn = size > 0 && last[0] !== LINE_FEED;
    await file.appendFile(isTorn ? `\n${text}` : text);
    await file.sync();
  } finally {
    await file.close();
  }
}
