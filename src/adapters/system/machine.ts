import { execFile } from 'node:child_process';
import { mkdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MachineFacts } from '../../core/doctor/facts.js';
import type { Machine } from '../../ports/machine.js';
import { syncFolder, writeSynced } from './durable-file.js';

const GIT_MILLISECONDS = 10_000;
const OTHERS_MAY_WRITE = 0o022;

/** Looks at the programs here and at the folder Hallpass keeps its notes in. */
export function thisMachine(dataDir: string): Machine {
  return {
    look: async () => ({
      git: await gitVersion(),
      node: process.version,
      dataDir: await dataDirFacts(dataDir),
    }),
  };
}

async function gitVersion(): Promise<string> {
  const options = { timeout: GIT_MILLISECONDS, env: { PATH: process.env.PATH } };
  const { stdout } = await promisify(execFile)('git', ['--version'], options);
  return stdout.trim().replace(/^git version /, '');
}

async function dataDirFacts(folder: string): Promise<MachineFacts['dataDir']> {
  const problem = await tryWriting(folder);
  const space = await statfs(folder).catch(() => undefined);
  const mode = await stat(folder).catch(() => undefined);
  return {
    problem,
    freeBytes: space === undefined ? 0 : space.bavail * space.bsize,
    writableByOthers: mode !== undefined && (mode.mode & OTHERS_MAY_WRITE) !== 0,
  };
}

/** What a note goes through: written, synced, and the folder synced. @returns why not */
async function tryWriting(folder: string): Promise<string | null> {
  const file = join(folder, `.doctor-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeSynced(file, 'written by hallpass doctor\n');
    await syncFolder(folder);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be written';
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}
