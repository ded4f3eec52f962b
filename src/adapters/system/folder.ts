import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { Blocked } from '../../ports/fault.js';

/** Reads a file below a folder by its path with `/`. `undefined`: there is none. */
export type ReadFolder = (path: string) => Promise<Uint8Array | undefined>;

/** Bytes. No document may be so large; a parser says which limit it is over. */
const MOST_BYTES = 1024 * 1024;

/**
 * A checked-out access repository. Only plain files are read: no links, no pipes, and nothing without end (T002, T017). Only
 * commands at a terminal read folders, and they have nothing else to do meanwhile: calls that wait cost a fraction of those that
 * do not.
 */
export function openFolder(root: string): ReadFolder {
  return async (path) => {
    const file = opened(resolve(root, path));
    if (file === undefined) return undefined;
    try {
      const about = fstatSync(file);
      if (!about.isFile()) throw notPlain(path);
      if (!(about.size <= MOST_BYTES)) {
        throw new Blocked(
          'file_too_large',
          `${path} has ${about.size} bytes.`,
          'No document may be larger than 64 KiB.',
        );
      }
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  };

  function opened(path: string): number | undefined {
    try {
      // Without waiting: opening a pipe would wait for somebody to write.
      return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
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

/** A file below a folder, by its own name: links are not followed. */
export interface FolderFile {
  readonly path: string;
  /** As git would write it; absent where the file system cannot tell. */
  readonly mode?: string;
  /** Bytes. */
  readonly size: number;
}

/** Every file below a folder but git's own, in the order of their names. Nothing is opened. */
export async function listFolder(root: string): Promise<readonly FolderFile[]> {
  const found = [...below(root, '')];
  // Where everything is executable, as on a mounted Windows disk, the bit says nothing.
  const bitsAreKnown = found.some(({ mode }) => mode === PLAIN);
  return found.map(({ path, mode, size }) =>
    mode === EXECUTABLE && !bitsAreKnown ? { path, size } : { path, mode, size },
  );
}

const PLAIN = '100644';
const EXECUTABLE = '100755';
const LINK = '120000';
/** Pipes, sockets and devices: nothing git would have. */
const OTHER = '000000';

function* below(root: string, folder: string): Generator<Required<FolderFile>> {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (path === '.git') continue;
    if (entry.isDirectory()) yield* below(root, path);
    else yield { path, ...about(lstatSync(join(root, path))) };
  }
}

function about(stats: Stats): Omit<Required<FolderFile>, 'path'> {
  const { size } = stats;
  if (stats.isSymbolicLink()) return { mode: LINK, size };
  if (!stats.isFile()) return { mode: OTHER, size };
  return { mode: (stats.mode & 0o100) === 0 ? PLAIN : EXECUTABLE, size };
}
