import type { Oid } from '../../core/approval.js';
import type { TreeFile } from '../../core/pull-request.js';
import { Retry } from '../../ports/fault.js';
import { keepLast } from './kept.js';
import type { Objects } from './objects.js';

/** The entries of one folder, by name. */
export type Folder = ReadonlyMap<string, TreeFile>;

export const FOLDER_MODE = '040000';
const SPACE = 0x20;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws Retry when the bytes are no tree: then the copy is damaged. */
export function parseTree(bytes: Buffer, idLength = 20): Folder {
  const folder = new Map<string, TreeFile>();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(SPACE, at);
    const end = space < 0 ? -1 : bytes.indexOf(0, space);
    if (end < 0 || end + 1 + idLength > bytes.length) throw new Retry('mirror_damaged', 'a tree ends early');
    const mode = bytes.toString('latin1', at, space).padStart(6, '0');
    const oid = bytes.toString('hex', end + 1, end + 1 + idLength) as Oid;
    const name = nameAt(bytes, space + 1, end);
    // Two entries of one name: the file that counts would depend on the reader (T019), so neither does.
    folder.set(name, folder.has(name) ? { mode: 'duplicate', oid } : { mode, oid });
    at = end + 1 + idLength;
  }
  return folder;
}

export const ASCII = /^[\x20-\x7e]*$/;

/** Decoding with care costs ten times more than what names are almost always made of. */
function nameAt(bytes: Buffer, start: number, end: number): string {
  const name = bytes.toString('latin1', start, end);
  return ASCII.test(name) ? name : pathText(bytes.subarray(start, end));
}

/**
 * A path as text. Bytes that are not UTF-8 are written as `\xNN`; a backslash is in no legal path, so such a path can never
 * pass for one (T019, T024).
 */
export function pathText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) =>
      byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`,
    ).join('');
  }
}

/** Reads folders by object id. Trees never change, so those read last are kept. */
export interface Trees {
  folder(tree: Oid): Promise<Folder>;
  /** @param commit a commit or a tree. */
  rootOf(commit: Oid): Promise<Oid>;
  /** The tree as it lies in the repository. */
  bytes(tree: Oid): Promise<Buffer>;
  /** @param commit a commit or a tree. `undefined`: nothing lies at that path. */
  file(commit: Oid, path: string): Promise<TreeFile | undefined>;
  /** Remembers a tree that was just written, so that it need not be read. */
  learn(tree: Oid, bytes: Buffer, folder: Folder): void;
}

/** Entries of folders, about 200 bytes each. */
const KEPT_ENTRIES = 100_000;
const KEPT_ROOTS = 1_024;
const KEPT_BYTES = 8 * 1024 * 1024;

/** @param missing told of a tree that should be here and is not; makes the fault to throw. */
export function openTrees(objects: Objects, missing: (oid: Oid) => Retry): Trees {
  const kept = keepLast<Oid, Folder>(KEPT_ENTRIES, ({ size }) => size + 1);
  const keptBytes = keepLast<Oid, Buffer>(KEPT_BYTES, ({ length }) => length);

  const roots = keepLast<Oid, Oid>(KEPT_ROOTS);

  async function bytes(tree: Oid): Promise<Buffer> {
    const known = keptBytes.get(tree);
    if (known !== undefined) return known;
    const object = await objects.read(tree);
    if (object?.type !== 'tree') throw missing(tree);
    keptBytes.set(tree, object.content);
    return object.content;
  }

  async function folder(tree: Oid): Promise<Folder> {
    const known = kept.get(tree);
    if (known !== undefined) return known;
    const parsed = parseTree(await bytes(tree), tree.length / 2);
    kept.set(tree, parsed);
    return parsed;
  }

  async function rootOf(commit: Oid): Promise<Oid> {
    const known = roots.get(commit);
    if (known !== undefined) return known;
    const object = await objects.read(commit);
    if (object === undefined) throw new Retry('object_missing', `commit ${commit} is not here`);
    const root =
      object.type === 'tree'
        ? commit
        : (object.content.toString('latin1', 'tree '.length, 'tree '.length + commit.length) as Oid);
    roots.set(commit, root);
    return root;
  }

  return {
    folder,
    rootOf,
    bytes,
    learn(tree, content, parsed) {
      keptBytes.set(tree, content);
      kept.set(tree, parsed);
    },
    async file(commit, path) {
      let at: TreeFile = { mode: FOLDER_MODE, oid: await rootOf(commit) };
      for (const segment of path.split('/')) {
        if (at.mode !== FOLDER_MODE) return undefined;
        const next = (await folder(at.oid)).get(segment);
        if (next === undefined) return undefined;
        at = next;
      }
      return at;
    },
  };
}

/** Every file below a folder, with its path from there, in the order of the trees. */
export async function filesBelow(trees: Trees, tree: Oid): Promise<readonly (TreeFile & { path: string })[]> {
  const files: (TreeFile & { path: string })[] = [];
  for (const [name, entry] of await trees.folder(tree)) {
    if (entry.mode !== FOLDER_MODE) {
      files.push({ ...entry, path: name });
      continue;
    }
    for (const file of await filesBelow(trees, entry.oid))
      files.push({ ...file, path: `${name}/${file.path}` });
  }
  return files;
}
