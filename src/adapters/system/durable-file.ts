import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Note } from '../../ports/note.js';

/** A note as a file: written beside, synced, then put in its place. */
export function noteIn(path: string): Note {
  return {
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(text) {
      await mkdir(dirname(path), { recursive: true });
      const fresh = `${path}.new`;
      await writeSynced(fresh, text);
      await rename(fresh, path);
      await syncFolder(dirname(path));
    },
  };
}

/** @param flags `a` adds to what is there. */
export async function writeSynced(path: string, text: string, flags: 'w' | 'a' = 'w'): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
