import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Oid } from '../../core/approval.js';
import { Retry } from '../../ports/fault.js';
import { isDamage } from './faults.js';
import type { NewObject } from './new-object.js';
import { SCRAP, writeObjects } from './object-files.js';
import { type StreamOptions, streamObjects } from './object-stream.js';
import { type Objects, openObjects } from './objects.js';
import { openRefWriter } from './ref-writer.js';
import { callRemote, Damaged, initBare, type RemoteOptions } from './remote.js';
import { GitFailed, type Output, placeOf, type RunOptions, runGit } from './run.js';
import { sealedEnvironment } from './sealed.js';

/** A bare repository that is made when it is not there, and made again when it turns out to be broken. */
export interface LocalCopy {
  readonly objects: Objects;
  git(args: readonly string[], options?: RunOptions): Promise<Output>;
  /** Puts objects into it. What they refer to has to be there or among them. */
  write(objects: readonly NewObject[]): Promise<void>;
  setRefs(refs: ReadonlyMap<string, Oid>): Promise<void>;
  /** Reads many objects in one go. */
  stream(oids: readonly Oid[], options: Omit<StreamOptions, 'onTrouble'>): Promise<void>;
  /** Runs a command that talks to the remote, on a copy that is sound as far as anybody has noticed. */
  remote(args: readonly string[]): Promise<string>;
  damaged(): boolean;
  /** Whether it is there and nobody has found anything wrong with it. */
  trusted(): boolean;
  missing(oid: Oid): Retry;
  close(): void;
}

export async function openLocalCopy(gitDir: string, options: RemoteOptions): Promise<LocalCopy> {
  const place = placeOf(gitDir, sealedEnvironment(options.environment));
  const health = { damaged: false, doubted: false };
  const mark = (text: string) => {
    health.damaged ||= isDamage(text);
  };
  const objects = openObjects(place, mark);
  const git = async (args: readonly string[], run?: RunOptions): Promise<Output> => {
    try {
      return await runGit(place, args, run);
    } catch (error) {
      if (!(error instanceof GitFailed)) throw error;
      mark(error.stderr);
      throw health.damaged ? damage() : error;
    }
  };
  const refs = openRefWriter(place, git);

  async function makeSound(): Promise<void> {
    if (health.doubted && !health.damaged) {
      const isSound = await isConnected(place);
      // Git may have reported damage meanwhile that this does not look for, such as a file cut short.
      health.damaged ||= !isSound;
    }
    if (health.damaged || !existsSync(join(gitDir, 'HEAD'))) {
      objects.close();
      refs.close();
      await rm(gitDir, { recursive: true, force: true });
      await prepare(gitDir, options);
    }
    health.damaged = false;
    health.doubted = false;
  }

  await prepare(gitDir, options);
  return {
    objects,
    damaged: () => health.damaged,
    trusted: () => !health.damaged && !health.doubted && existsSync(join(gitDir, 'HEAD')),
    missing(oid) {
      health.doubted = true;
      return new Retry('object_missing', `object ${oid} is not in the local copy`);
    },
    git,
    write: (made) => writeObjects(gitDir, made),
    setRefs: refs.write,
    stream: (oids, { most, take }) => streamObjects(place, oids, { most, take, onTrouble: mark }),
    async remote(args) {
      await makeSound();
      try {
        return await callRemote(gitDir, options, args);
      } catch (error) {
        // Nobody else writes here, so a lock that is in the way was left by a call that was killed.
        if (error instanceof Error && LOCKED.test(error.message)) await removeRemains(gitDir);
        if (!(error instanceof Damaged)) throw error;
        health.damaged = true;
        throw damage();
      }
    },
    close() {
      objects.close();
      refs.close();
    },
  };
}

export const DAMAGED = 'mirror_damaged';

function damage(): Retry {
  return new Retry(DAMAGED, 'the local copy is damaged; the next fetch makes a new one');
}

async function prepare(gitDir: string, options: RemoteOptions): Promise<void> {
  await mkdir(gitDir, { recursive: true });
  await removeRemains(gitDir);
  if (!existsSync(join(gitDir, 'HEAD'))) await initBare(gitDir, options);
}

/** Whether everything that our refs lead to is here. Asked only in doubt: it walks the whole history. */
function isConnected(place: Parameters<typeof runGit>[0]): Promise<boolean> {
  const args = ['fsck', '--connectivity-only', '--no-dangling', '--no-progress'];
  return runGit(place, args, { timeout: 600_000 }).then(
    () => true,
    () => false,
  );
}

const LOCKED = /\.lock'?: File exists/;

/** What a killed git leaves behind would keep refs from ever moving again, or maintenance from ever running; and what we were killed over is scrap. */
async function removeRemains(gitDir: string): Promise<void> {
  const names = await readdir(gitDir, { recursive: true });
  const remains = names.filter((name) => name.endsWith('.lock') || basename(name).startsWith(SCRAP));
  await Promise.all(remains.map((name) => rm(join(gitDir, name), { force: true })));
}
