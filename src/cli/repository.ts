import { type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SUITES_FOLDER } from '../core/pull-request.js';
import { listFolder, openFolder } from '../wire-offline.js';
import { Unable } from './exit.js';
import type { Io } from './io.js';

/** The checked-out access repository a command is about. */
export async function repositoryAt(repo: string, { cwd }: Io) {
  const directory = resolve(cwd, repo);
  const found = statOf(directory);
  if (found?.isDirectory()) return { directory, read: openFolder(directory) };
  throw new Unable(
    found === undefined ? `there is no folder ${directory}` : `${directory} is no folder`,
    'Name the folder of the access repository with --repo, or go there.',
  );
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Every suite a change of policy is tried with. */
export async function suitesIn(directory: string): Promise<readonly string[]> {
  const files = await listFolder(join(directory, SUITES_FOLDER)).catch(() => []);
  return files.map(({ path }) => `${SUITES_FOLDER}/${path}`).filter((path) => path.endsWith('.yaml'));
}
