import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { Retry } from '../../ports/fault.js';
import type { NewObject } from './new-object.js';
import { packOf } from './pack.js';

/** As many as git itself unpacks (`fastimport.unpackLimit`); more are faster in one pack, to write and to read. */
const MOST_LOOSE = 100;

/**
 * Puts objects where git looks for them (gitrepository-layout(5)): a file each, or a pack when there are many. Each file is written beside its
 * place and then moved there, so whoever is killed leaves whole objects that nothing refers to, and scraps that maintenance clears away.
 */
export async function writeObjects(gitDir: string, objects: readonly NewObject[]): Promise<void> {
  const folder = join(gitDir, 'objects');
  try {
    if (objects.length > MOST_LOOSE) await writePack(join(folder, 'pack'), objects);
    else await Promise.all(objects.map((object) => writeLoose(folder, object)));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new Retry('mirror_unwritable', `objects cannot be written to the mirror: ${code}`);
  }
}

async function writeLoose(folder: string, { type, oid, bytes }: NewObject): Promise<void> {
  const head = Buffer.from(`${type} ${bytes.length}\0`, 'latin1');
  const place = join(folder, oid.slice(0, 2));
  await moveInto(place, oid.slice(2), deflated(Buffer.concat([head, bytes])));
}

/** The index last: with it git takes the pack up. A pack is brought to the disk before, as git does it. */
async function writePack(folder: string, objects: readonly NewObject[]): Promise<void> {
  const { name, pack, index } = packOf(objects, deflated);
  await moveInto(folder, `pack-${name}.pack`, pack, true);
  await moveInto(folder, `pack-${name}.idx`, index, true);
}

/** Git's own `core.looseCompression`: fast, and no larger by much. Documents are small, and less memory is faster made ready. */
const DEFLATE = { level: 1, windowBits: 13, memLevel: 6, chunkSize: 2_048 } as const;

function deflated(bytes: Uint8Array): Buffer {
  return deflateSync(bytes, DEFLATE);
}

/** How unfinished files begin; git knows this name as well, and clears such files away when they are old. */
export const SCRAP = 'tmp_obj_';

async function moveInto(folder: string, name: string, bytes: Uint8Array, durably = false): Promise<void> {
  const scrap = join(folder, `${SCRAP}${randomBytes(8).toString('hex')}`);
  try {
    const file = await openNew(folder, scrap);
    try {
      await file.writeFile(bytes);
      if (durably) await file.sync();
    } finally {
      await file.close();
    }
    await rename(scrap, join(folder, name));
  } catch (error) {
    await rm(scrap, { force: true });
    throw error;
  }
}

async function openNew(folder: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o444);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true });
    return open(path, 'wx', 0o444);
  }
}
