import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Blocked } from '../../ports/fault.js';
import { GitFailed, type GitPlace, runGit } from './run.js';
import { type Environment, sealedEnvironment } from './sealed.js';

/** Somebody's clone, looked at from outside. */
export interface Clone {
  /** Reads the clone's refs. Its configuration is in force, so nothing is run here that could run anything. */
  readonly refs: GitPlace;
  /**
   * Reads its objects through a git directory of our own: no configuration, grafts, replacements or shallow marks of the clone
   * have any say (T118).
   */
  readonly objects: GitPlace;
  readonly gitDir: string;
  readonly objectsDir: string;
  close(): Promise<void>;
}

/** Caches that speed git up and that nobody proves: a forged one could give a commit other parents. */
const NO_CACHES = [
  ['core.commitGraph', 'false'],
  ['core.multiPackIndex', 'false'],
] as const;

/** @param directory a clone, bare or not. @throws Blocked when there is no repository, or one with other object ids. */
export async function openClone(directory: string, environment: Environment = {}): Promise<Clone> {
  const folder = resolve(directory);
  const sealed = sealedEnvironment(environment, NO_CACHES);
  const refs: GitPlace = { environment: sealed, folder };
  const [gitDir, objectsDir, format] = await whereabouts(refs, folder);
  if (format !== 'sha1') throw unusable(`it uses ${format} object ids`);
  const own = await mkdtemp(join(tmpdir(), 'hallpass-clone-'));
  await mkdir(join(own, 'refs'));
  await writeFile(join(own, 'HEAD'), 'ref: refs/heads/none\n');
  return {
    refs,
    objects: { environment: { ...sealed, GIT_DIR: own, GIT_OBJECT_DIRECTORY: objectsDir } },
    gitDir,
    objectsDir,
    close: () => rm(own, { recursive: true, force: true }),
  };
}

async function whereabouts(refs: GitPlace, folder: string): Promise<[string, string, string]> {
  if (!existsSync(folder)) throw unusable('there is no such folder');
  const args = ['rev-parse', '--path-format=absolute', '--git-common-dir', '--git-path', 'objects'];
  try {
    const { bytes } = await runGit(refs, [...args, '--show-object-format']);
    const [gitDir = '', objectsDir = '', format = ''] = bytes.toString('utf8').split('\n');
    return [gitDir, objectsDir, format];
  } catch (error) {
    if (error instanceof GitFailed) throw unusable('it is no git repository');
    throw error;
  }
}

function unusable(why: string): Blocked {
  return new Blocked(
    'no_repository',
    `This is no clone that can be read: ${why}.`,
    'Name a clone of the access repository.',
  );
}
