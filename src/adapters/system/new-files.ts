import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Blocked } from '../../ports/fault.js';
import type { NewFiles } from '../../ports/new-files.js';

/** @param root made when it is not there. Nothing is written through a link below it, which could lead anywhere. */
export function newFilesIn(root: string): NewFiles {
  return {
    async create(path, content) {
      const folders = path.split('/').slice(0, -1);
      await mkdir(root, { recursive: true });
      for (const [index] of folders.entries()) await makeFolder(join(root, ...folders.slice(0, index + 1)));
      try {
        // Refuses links as well, also those that lead nowhere.
        await writeFile(join(root, path), content, { flag: 'wx' });
        return true;
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false;
        throw error;
      }
    },
  };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if ((await lstat(folder)).isDirectory()) return;
    throw new Blocked('no_folder', `${folder} is no folder.`, 'Move it away; nothing is written through it.');
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
