import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NewFiles } from '../../ports/new-files.js';

export function newFilesIn(root: string): NewFiles {
  return {
    async create(path, content) {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      try {
        // Refuses links as well, also those that lead nowhere.
        await writeFile(file, content, { flag: 'wx' });
        return true;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
        throw error;
      }
    },
  };
}
