import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointStore } from '../../ports/checkpoint-store.js';
import { Retry } from '../../ports/fault.js';
import { syncFolder } from './durable-file.js';

/** A folder, such as one of another machine or of a disk that only adds. The signature comes first: a checkpoint never lies there without. */
export function checkpointFolder(folder: string): CheckpointStore {
  return {
    async put({ name, text, signature }) {
      try {
        await mkdir(folder, { recursive: true });
        await writeNew(join(folder, `${name}.sig`), signature);
        await writeNew(join(folder, name), text);
        await syncFolder(folder);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
        throw new Retry('folder_unwritable', `${folder} cannot be written (${code})`, 0, error);
      }
    },
  };
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
