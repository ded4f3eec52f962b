import type { Oid } from '../../core/approval.js';
import {
  ACTIVE_FOLDER,
  CURSOR_PATH,
  entryPath,
  GRANTS_FOLDER,
  parseCursor,
} from '../../core/audit/layout.js';
import type { Entry } from '../../core/grant.js';
import type { TreeFile } from '../../core/pull-request.js';
import { parseRequestId, type RequestId } from '../../core/request.js';
import { Blocked } from '../../ports/fault.js';
import type { ActiveEntry, LedgerSnapshot } from '../../ports/ledger.js';
import type { LedgerCodec, Parsed } from './ledger-codec.js';
import type { Mirror } from './mirror.js';
import { filesBelow } from './trees.js';

/** Bytes. Evidence may name whole teams; anything larger is no entry of ours. */
const MAX_ENTRY = 4 * 1024 * 1024;
const AT_ONCE = 256;
const MONTH = /^\d{4}\/(?:0[1-9]|1[0-2])$/;

/** Reads snapshots of the ledger at a commit: O(active), and what has not changed since the last time is not read again. */
export interface SnapshotReader {
  snapshot(head: Oid): Promise<LedgerSnapshot>;
  entry(head: Oid, id: RequestId): Promise<Parsed<Entry> | undefined>;
  /** Every entry under the given months, such as `2026/11`. */
  filedIn(head: Oid, months: readonly string[]): Promise<readonly Filed[]>;
}

export interface Filed {
  readonly path: string;
  readonly read: Parsed<Entry>;
}

export function snapshotReader(mirror: Mirror, codec: LedgerCodec): SnapshotReader {
  let known = new Map<Oid, Parsed<Entry>>();
  /** What the last snapshot used; anything older is forgotten. */
  let before = known;

  async function parsed(file: TreeFile, path: string): Promise<Parsed<Entry>> {
    if (file.mode !== '100644') return { problem: `${path} is not a plain file` };
    const info = await mirror.objects.info(file.oid);
    if (info === undefined) throw mirror.missing(file.oid);
    if (!(info.size <= MAX_ENTRY)) return { problem: `${path} is too large` };
    const blob = await mirror.objects.read(file.oid);
    if (blob === undefined) throw mirror.missing(file.oid);
    return parseSafely(codec, blob.content, path);
  }

  async function entry(head: Oid, id: RequestId): Promise<Parsed<Entry> | undefined> {
    const path = entryPath(id);
    const file = await mirror.trees.file(head, path);
    if (file === undefined) return undefined;
    const read = known.get(file.oid) ?? before.get(file.oid) ?? (await parsed(file, path));
    known.set(file.oid, read);
    if ('value' in read && read.value.id !== id) return { problem: `${path} speaks of ${read.value.id}` };
    return read;
  }

  async function active(head: Oid, path: string): Promise<ActiveEntry> {
    const id = parseRequestId(path);
    if (id === undefined) return { id: path, problem: `${ACTIVE_FOLDER}${path} is no request id` };
    const read = await entry(head, id);
    if (read === undefined) return { id, problem: 'it is marked as active and has no entry' };
    return 'value' in read ? { id, entry: read.value } : { id, problem: read.problem };
  }

  async function inMonth(head: Oid, month: string): Promise<readonly Filed[]> {
    if (!MONTH.test(month)) throw new RangeError(`not a month: ${month}`);
    const folder = await mirror.trees.file(head, `${GRANTS_FOLDER}${month}`);
    const files = folder === undefined ? [] : await filesBelow(mirror.trees, folder.oid);
    return inGroups(files, async (file) => {
      const path = `${GRANTS_FOLDER}${month}/${file.path}`;
      return { path, read: before.get(file.oid) ?? known.get(file.oid) ?? (await parsed(file, path)) };
    });
  }

  return {
    entry,
    async filedIn(head, months) {
      const all = await Promise.all(months.map((month) => inMonth(head, month)));
      return all.flat();
    },
    async snapshot(head) {
      before = known;
      known = new Map();
      const folder = await mirror.trees.file(head, ACTIVE_FOLDER.slice(0, -1));
      const markers = folder === undefined ? [] : await filesBelow(mirror.trees, folder.oid);
      const found = await inGroups(markers, (marker) => active(head, marker.path));
      return { head, cursor: await cursorAt(mirror, head), active: found };
    },
  };
}

/** Many reads are in flight at once, but never all of a large ledger. */
async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return done;
}

/** A poisoned document is one entry with a problem, never the end of a pass (T105). */
function parseSafely(codec: LedgerCodec, bytes: Uint8Array, path: string): Parsed<Entry> {
  try {
    return codec.parseEntry(bytes, path);
  } catch {
    return { problem: `${path} cannot be parsed` };
  }
}

async function cursorAt(mirror: Mirror, head: Oid): Promise<Oid | null> {
  const file = await mirror.trees.file(head, CURSOR_PATH);
  if (file === undefined) return null;
  const blob = await mirror.objects.read(file.oid);
  if (blob === undefined) throw mirror.missing(file.oid);
  const cursor = parseCursor(blob.content.toString('latin1'));
  // Taking it for "nothing decided yet" would decide the whole past again.
  if (cursor === undefined) {
    throw new Blocked(
      'ledger_forged',
      'The cursor of the ledger is no commit id.',
      'Run `hallpass audit verify` and put the branch back to the commit before.',
    );
  }
  return cursor;
}
