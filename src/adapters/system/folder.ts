import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Blocked } from '../../ports/fault.js';

/** Reads a file below a folder by its path with `/`. `undefined`: there is none. */
export type ReadFolder = (path: string) => Promise<Uint8Array | undefined>;

/** Bytes. No document may be so large; a parser says which limit it is over. */
const MOST_BYTES = 1024 * 1024;

/** A checked-out access repository. Only plain files are read: no links, no pipes, and nothing without end (T002, T017). */
export function openFolder(root: string): ReadFolder {
  return async (path) => {
    const file = await opened(resolve(root, path));
    if (file === undefined) return undefined;
    try {
      const about = await file.stat();
      if (!about.isFile()) throw notPlain(path);
      if (!(about.size <= MOST_BYTES)) {
        throw new Blocked(
          'file_too_large',
          `${path} has ${about.size} bytes.`,
          'No document may be larger than 64 KiB.',
        );
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  };

  async function opened(path: string) {
    try {
      // Without waiting: opening a pipe would wait for somebody to write.
      return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      if (code === 'ELOOP') throw notPlain(path);
      throw error;
    }
  }
}

function notPlain(path: string): Blocked {
  return new Blocked(
    'file_not_plain',
    `${path} is no plain file.`,
    'Documents are plain files, no links and no folders.',
  );
}
