import type { Oid } from '../../core/approval.js';
import { ACTIVE_FOLDER, isShard, MOST_FLAT_MARKERS, markerAt, markerPath } from '../../core/audit/layout.js';
import type { RequestId } from '../../core/request.js';
import type { Writes } from './tree-edit.js';
import { FOLDER_MODE, type Folder, filesBelow, type Trees } from './trees.js';

/** Which grants are to be marked after a commit and which are not, of those it touches. */
export type Marks = ReadonlyMap<RequestId, boolean>;

/** Every file below `active/`, with its path from the root. */
export async function markersAt(trees: Trees, head: Oid): Promise<readonly string[]> {
  const folder = await trees.file(head, ACTIVE_FOLDER.slice(0, -1));
  if (folder === undefined) return [];
  return (await filesBelow(trees, folder.oid)).map(({ path }) => `${ACTIVE_FOLDER}${path}`);
}

/**
 * What has to change below `active/` so that a commit on a head leaves these marks. Markers lie as those lie that are there; the commit that
 * would leave more than GitHub recommends in a folder moves all of them into shards. As long as any is left they stay in shards.
 */
export async function markerWrites(trees: Trees, head: Oid | null, marks: Marks): Promise<Writes> {
  const folder = head === null ? undefined : await activeFolder(trees, head);
  const isSharded = [...(folder?.keys() ?? [])].some(isShard);
  const known = new Set<string>();
  for (const [id] of marks) {
    const path = markerPath(id, isSharded ? 'sharded' : 'flat');
    if (head !== null && (await trees.file(head, path)) !== undefined) known.add(path);
  }
  const changes = changesOf(marks, known, isSharded);
  if (isSharded || folder === undefined || head === null) return changes;
  const growth = [...changes.values()].reduce((sum, bytes) => sum + (bytes === null ? -1 : 1), 0);
  if ((await countBelow(trees, folder)) + growth <= MOST_FLAT_MARKERS) return changes;
  return intoShards(await markersAt(trees, head), marks);
}

async function activeFolder(trees: Trees, head: Oid): Promise<Folder | undefined> {
  const found = await trees.file(head, ACTIVE_FOLDER.slice(0, -1));
  return found === undefined ? undefined : trees.folder(found.oid);
}

const EMPTY = new Uint8Array();

function changesOf(marks: Marks, known: ReadonlySet<string>, isSharded: boolean): Writes {
  const writes = new Map<string, Uint8Array | null>();
  for (const [id, lives] of marks) {
    const path = markerPath(id, isSharded ? 'sharded' : 'flat');
    if (lives !== known.has(path)) writes.set(path, lives ? EMPTY : null);
  }
  return writes;
}

async function countBelow(trees: Trees, folder: Folder): Promise<number> {
  let count = 0;
  for (const { mode, oid } of folder.values()) {
    count += mode === FOLDER_MODE ? await countBelow(trees, await trees.folder(oid)) : 1;
  }
  return count;
}

/** Down from where they lie and up in their shards, those that the commit itself touches included. */
function intoShards(paths: readonly string[], marks: Marks): Writes {
  const writes = new Map<string, Uint8Array | null>(paths.map((path) => [path, null]));
  const ids = new Set(paths.flatMap((path) => markerAt(path)?.id ?? []));
  for (const [id, lives] of marks) {
    if (lives) ids.add(id);
    else ids.delete(id);
  }
  for (const id of ids) writes.set(markerPath(id, 'sharded'), EMPTY);
  return writes;
}
