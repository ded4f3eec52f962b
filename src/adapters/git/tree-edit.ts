import type { Oid } from '../../core/approval.js';
import type { TreeFile } from '../../core/pull-request.js';
import { Retry } from '../../ports/fault.js';
import { type NewObject, newObject } from './new-object.js';
import { ASCII, FOLDER_MODE, type Folder, type Trees } from './trees.js';

/** New bytes for a path, or `null` to remove it. */
export type Writes = ReadonlyMap<string, Uint8Array | null>;

export interface EditedTree {
  /** The tree afterwards; of nothing, git's empty tree. */
  readonly tree: Oid;
  /** What is not in the repository yet, blobs and trees. */
  readonly objects: readonly NewObject[];
}

/**
 * A tree with some files changed: only the folders on their paths are touched, and of these what lies beside stays as it is, byte for
 * byte. A folder of which nothing is left goes with its last file.
 */
export async function editTree(trees: Trees, base: Oid | undefined, writes: Writes): Promise<EditedTree> {
  const objects: NewObject[] = [];
  const edited = await editFolder({ trees, objects }, base, nested(writes));
  if (edited !== undefined) return { tree: edited, objects };
  const nothing = newObject('tree', Buffer.alloc(0));
  return { tree: nothing.oid, objects: [...objects, nothing] };
}

/** What becomes of the names in a folder. */
type Edits = Map<string, Edits | Uint8Array | null>;

function nested(writes: Writes): Edits {
  const root: Edits = new Map();
  for (const [path, bytes] of writes) {
    const segments = path.split('/');
    const name = segments.pop() ?? '';
    let at = root;
    for (const segment of segments) at = folderIn(at, segment);
    at.set(name, bytes);
  }
  return root;
}

function folderIn(edits: Edits, name: string): Edits {
  const there = edits.get(name);
  if (there instanceof Map) return there;
  const fresh: Edits = new Map();
  edits.set(name, fresh);
  return fresh;
}

interface Desk {
  readonly trees: Trees;
  readonly objects: NewObject[];
}

/** @returns the folder afterwards, or `undefined` when nothing is left of it. */
async function editFolder(desk: Desk, tree: Oid | undefined, edits: Edits): Promise<Oid | undefined> {
  const before: Folder = tree === undefined ? new Map() : await desk.trees.folder(tree);
  const fresh: Row[] = [];
  for (const [name, edit] of edits) {
    const row = await rowAfter(desk, before, { name, edit });
    if (row !== undefined) fresh.push(row);
  }
  fresh.sort((one, other) => (one.key < other.key ? -1 : 1));
  const bytes = spliced(tree === undefined ? Buffer.alloc(0) : await desk.trees.bytes(tree), edits, fresh);
  if (bytes.length === 0) return undefined;
  const made = newObject('tree', bytes);
  if (made.oid === tree) return tree;
  desk.objects.push(made);
  desk.trees.learn(made.oid, bytes, folderAfter(before, edits, fresh));
  return made.oid;
}

/** A new line of a tree: `mode name NUL id`. */
interface Row {
  readonly name: string;
  /** Git's order is that of these, as bytes. */
  readonly key: string;
  readonly file: TreeFile;
  readonly bytes: Uint8Array;
}

async function rowAfter(
  desk: Desk,
  before: Folder,
  { name, edit }: { readonly name: string; readonly edit: Edits | Uint8Array | null },
): Promise<Row | undefined> {
  if (edit === null) return undefined;
  const there = before.get(name);
  if (edit instanceof Uint8Array) {
    const blob = newObject('blob', edit);
    if (there?.oid !== blob.oid) desk.objects.push(blob);
    return newRow(name, { mode: '100644', oid: blob.oid });
  }
  const inner = await editFolder(desk, there?.mode === FOLDER_MODE ? there.oid : undefined, edit);
  return inner === undefined ? undefined : newRow(name, { mode: FOLDER_MODE, oid: inner });
}

function newRow(name: string, file: TreeFile): Row {
  // Git writes the mode of a folder without its zero.
  const head = Buffer.from(`${file.mode.replace(/^0/, '')} ${name}\0`, 'utf8');
  const bytes = Buffer.concat([head, Buffer.from(file.oid, 'hex')]);
  return { name, key: keyOf(asBytes(name), file.mode === FOLDER_MODE), file, bytes };
}

function keyOf(name: string, isFolder: boolean): string {
  return isFolder ? `${name}/` : name;
}

/** One character a byte, so that texts compare as git compares bytes. */
function asBytes(name: string): string {
  return ASCII.test(name) ? name : Buffer.from(name, 'utf8').toString('latin1');
}

const ID_BYTES = 20;
const SPACE = 0x20;
const FOLDER_DIGITS = FOLDER_MODE.length - 1;

/** The bytes of a tree without the names that are edited and with the fresh rows, which are in git's order, in their places. */
function spliced(bytes: Buffer, edits: Edits, fresh: readonly Row[]): Buffer {
  const edited = new Set([...edits.keys()].map(asBytes));
  const parts: Uint8Array[] = [];
  let [from, at, next] = [0, 0, 0];
  while (at < bytes.length) {
    const space = bytes.indexOf(SPACE, at);
    const end = bytes.indexOf(0, space);
    const after = end + 1 + ID_BYTES;
    if (space < 0 || end < 0 || after > bytes.length) throw new Retry('mirror_damaged', 'a tree ends early');
    const name = bytes.toString('latin1', space + 1, end);
    const key = next < fresh.length ? keyOf(name, space - at === FOLDER_DIGITS) : '';
    for (let row = fresh[next]; row !== undefined && row.key < key; row = fresh[next]) {
      parts.push(bytes.subarray(from, at), row.bytes);
      from = at;
      next += 1;
    }
    if (edited.has(name)) {
      parts.push(bytes.subarray(from, at));
      from = after;
    }
    at = after;
  }
  return Buffer.concat([...parts, bytes.subarray(from), ...fresh.slice(next).map((row) => row.bytes)]);
}

/** The same as a folder, without reading it again. */
function folderAfter(before: Folder, edits: Edits, fresh: readonly Row[]): Folder {
  const after = new Map<string, TreeFile>();
  let next = 0;
  for (const [name, file] of before) {
    const key = next < fresh.length ? keyOf(asBytes(name), file.mode === FOLDER_MODE) : '';
    for (let row = fresh[next]; row !== undefined && row.key < key; row = fresh[next]) {
      after.set(row.name, row.file);
      next += 1;
    }
    if (!edits.has(name)) after.set(name, file);
  }
  for (const { name, file } of fresh.slice(next)) after.set(name, file);
  return after;
}
