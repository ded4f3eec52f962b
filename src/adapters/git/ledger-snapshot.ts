import type { AccessReviewRecord } from '../../core/access-review/access-review.js';
import type { Oid } from '../../core/approval.js';
import {
  ACTIVE_FOLDER,
  CURSOR_PATH,
  entryPath,
  GRANTS_FOLDER,
  ledgerPath,
  parseCursor,
  REVIEWS_FOLDER,
} from '../../core/audit/layout.js';
import type { Entry } from '../../core/grant.js';
import type { TreeFile } from '../../core/pull-request.js';
import { parseRequestId, type RequestId } from '../../core/request.js';
import { Blocked } from '../../ports/fault.js';
import type { ActiveEntry, LedgerSnapshot } from '../../ports/ledger.js';
import type { FiledEntry } from '../../ports/ledger-past.js';
import { keepLast } from './kept.js';
import type { LedgerCodec, Parsed } from './ledger-codec.js';
import type { Mirror } from './mirror.js';
import { FOLDER_MODE, filesBelow } from './trees.js';

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
  /** Months that hold entries, the latest first. */
  months(head: Oid): Promise<readonly string[]>;
  /** What a month holds, without reading it. */
  listed(head: Oid, month: string): Promise<readonly FiledEntry[]>;
  /** Every stage of the access reviews asked in the given months. */
  accessReviewsOf(head: Oid, months: readonly string[]): Promise<readonly Filed<AccessReviewRecord>[]>;
}

export interface Filed<T = Entry> {
  readonly path: string;
  readonly read: Parsed<T>;
}

export function snapshotReader(mirror: Mirror, codec: LedgerCodec): SnapshotReader {
  const documents = documentReader(mirror, codec);

  async function entry(head: Oid, id: RequestId): Promise<Parsed<Entry> | undefined> {
    const file = await mirror.trees.file(head, entryPath(id));
    return file && documents.read(file, id);
  }

  async function active(head: Oid, path: string): Promise<ActiveEntry> {
    const id = parseRequestId(path);
    if (id === undefined) return { id: path, problem: `${ACTIVE_FOLDER}${path} is no request id` };
    const file = await mirror.trees.file(head, entryPath(id));
    if (file === undefined) return { id, problem: 'it is marked as active and has no entry' };
    documents.isActive(file);
    const read = await documents.read(file, id);
    return 'value' in read ? { id, entry: read.value } : { id, problem: read.problem };
  }

  async function inMonth(head: Oid, month: string): Promise<readonly Filed[]> {
    return inGroups(await filesOf(head, month), async (file) => {
      const path = `${GRANTS_FOLDER}${month}/${file.path}`;
      const at = ledgerPath(path);
      const read = at?.kind === 'entry' ? await documents.read(file, at.id) : { problem: 'it is no entry' };
      return { path, read };
    });
  }

  async function filesOf(head: Oid, month: string): Promise<readonly (TreeFile & { path: string })[]> {
    if (!MONTH.test(month)) throw new RangeError(`not a month: ${month}`);
    const folder = await mirror.trees.file(head, `${GRANTS_FOLDER}${month}`);
    return folder === undefined ? [] : filesBelow(mirror.trees, folder.oid);
  }

  async function reviewsInMonth(head: Oid, month: string): Promise<readonly Filed<AccessReviewRecord>[]> {
    const folder = await mirror.trees.file(head, `${REVIEWS_FOLDER}${month}`);
    const files = folder === undefined ? [] : await filesBelow(mirror.trees, folder.oid);
    return inGroups(files, async ({ path: name, oid }) => {
      const path = `${REVIEWS_FOLDER}${month}/${name}`;
      const blob = await mirror.objects.read(oid);
      if (blob === undefined) throw mirror.missing(oid);
      return { path, read: codec.parseAccessReview(blob.content, path) };
    });
  }

  return {
    entry,
    months: (head) => monthsAt(mirror, head),
    async listed(head, month) {
      const files = await filesOf(head, month);
      return files.flatMap(({ path, oid }) => {
        const at = ledgerPath(`${GRANTS_FOLDER}${month}/${path}`);
        return at?.kind === 'entry' ? [{ id: at.id, version: oid }] : [];
      });
    },
    async accessReviewsOf(head, months) {
      const all = await Promise.all(months.map((month) => reviewsInMonth(head, month)));
      return all.flat();
    },
    async filedIn(head, months) {
      const all = await Promise.all(months.map((month) => inMonth(head, month)));
      return all.flat();
    },
    async snapshot(head) {
      documents.nextSnapshot();
      const folder = await mirror.trees.file(head, ACTIVE_FOLDER.slice(0, -1));
      const markers = folder === undefined ? [] : await filesBelow(mirror.trees, folder.oid);
      const found = await inGroups(markers, (marker) => active(head, marker.path));
      return { head, cursor: await cursorAt(mirror, head), active: found };
    },
  };
}

/** Folders of folders: what else lies there is strange, and no month. */
async function monthsAt(mirror: Mirror, head: Oid): Promise<readonly string[]> {
  const root = await mirror.trees.file(head, GRANTS_FOLDER.slice(0, -1));
  if (root?.mode !== FOLDER_MODE) return [];
  const years = [...(await mirror.trees.folder(root.oid))].filter(([, { mode }]) => mode === FOLDER_MODE);
  const months = years.map(async ([year, { oid }]) =>
    [...(await mirror.trees.folder(oid)).keys()].map((month) => `${year}/${month}`),
  );
  const all = (await Promise.all(months)).flat();
  return all.filter((month) => MONTH.test(month)).toSorted((a, b) => (a < b ? 1 : -1));
}

interface DocumentReader {
  read(file: TreeFile, id: RequestId): Promise<Parsed<Entry>>;
  /** Keeps a document as long as snapshots go on using it. */
  isActive(file: TreeFile): void;
  nextSnapshot(): void;
}

/** Documents that have ended and are kept beside the active ones; limits look back on the same ones again and again. */
const KEPT = 8_192;

/** Parsing is what costs: each version of a document is parsed once as long as somebody uses it. */
function documentReader(mirror: Mirror, codec: LedgerCodec): DocumentReader {
  const kept = keepLast<Oid, Parsed<Entry>>(KEPT);
  let inUse = new Map<Oid, Parsed<Entry> | undefined>();
  let before = inUse;

  async function parsed(oid: Oid, path: string): Promise<Parsed<Entry>> {
    const info = await mirror.objects.info(oid);
    if (info === undefined) throw mirror.missing(oid);
    if (!(info.size <= MAX_ENTRY)) return { problem: `${path} is too large` };
    const blob = await mirror.objects.read(oid);
    if (blob === undefined) throw mirror.missing(oid);
    return parseSafely(codec, blob.content, path);
  }

  return {
    async read({ mode, oid }, id) {
      const path = entryPath(id);
      if (mode !== '100644') return { problem: `${path} is not a plain file` };
      const read = inUse.get(oid) ?? before.get(oid) ?? kept.get(oid) ?? (await parsed(oid, path));
      if (inUse.has(oid)) inUse.set(oid, read);
      else kept.set(oid, read);
      return 'value' in read && read.value.id !== id
        ? { problem: `${path} speaks of ${read.value.id}` }
        : read;
    },
    isActive: ({ oid }) => {
      if (!inUse.has(oid)) inUse.set(oid, undefined);
    },
    nextSnapshot() {
      before = inUse;
      inUse = new Map();
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
