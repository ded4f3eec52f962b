import type { AccessReviewRecord } from '../../core/access-review/access-review.js';
import type { Oid } from '../../core/approval.js';
import {
  ACTIVE_FOLDER,
  CURSOR_PATH,
  entryPath,
  GRANTS_FOLDER,
  ledgerPath,
  markerAt,
  parseCursor,
  REVIEWS_FOLDER,
} from '../../core/audit/layout.js';
import type { Entry } from '../../core/grant.js';
import type { TreeFile } from '../../core/pull-request.js';
import type { RequestId } from '../../core/request.js';
import { Blocked } from '../../ports/fault.js';
import type { ActiveEntry, LedgerSnapshot } from '../../ports/ledger.js';
import type { FiledEntry } from '../../ports/ledger-past.js';
import type { LedgerCodec, Parsed } from './ledger-codec.js';
import { documentReader, type ReadEntry } from './ledger-documents.js';
import { markersAt } from './ledger-markers.js';
import type { Mirror } from './mirror.js';
import { FOLDER_MODE, type Folder, filesBelow, type Trees } from './trees.js';

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
  let last: LedgerSnapshot | undefined;

  async function entry(head: Oid, id: RequestId): Promise<Parsed<Entry> | undefined> {
    const file = await mirror.trees.file(head, entryPath(id));
    if (file === undefined) return undefined;
    const read = await documents.bring([{ file, path: entryPath(id) }]);
    return read(file, id);
  }

  async function inMonth(head: Oid, month: string): Promise<readonly Filed[]> {
    const files = await filesOf(head, month);
    const found = files.map((file) => ({ file, path: `${GRANTS_FOLDER}${month}/${file.path}` }));
    const read = await documents.bring(found);
    return found.map(({ file, path }) => {
      const at = ledgerPath(path);
      return { path, read: at?.kind === 'entry' ? read(file, at.id) : { problem: 'it is no entry' } };
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
    return inTurn(files, async ({ path: name, oid }) => {
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
      const all = await inTurn(months, (month) => inMonth(head, month));
      return all.flat();
    },
    async snapshot(head) {
      if (last?.head === head) return last;
      const marked = await markedAt(mirror.trees, head);
      const files = marked.flatMap((one) =>
        one.file === undefined ? [] : [{ file: one.file, path: one.path }],
      );
      documents.nextSnapshot(files.map(({ file }) => file.oid));
      const read = await documents.bring(files);
      const active = marked.map((one) => activeEntry(read, one));
      last = { head, cursor: await cursorAt(mirror, head), active };
      return last;
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

/** A grant that is marked, and its entry. */
interface Marked {
  readonly marker: string;
  readonly id?: RequestId;
  readonly path: string;
  readonly file?: TreeFile;
}

async function markedAt(trees: Trees, head: Oid): Promise<readonly Marked[]> {
  const folders = new Map<string, Folder | undefined>();
  return inTurn(await markersAt(trees, head), async (marker) => {
    const id = markerAt(marker)?.id;
    if (id === undefined) return { marker, path: '' };
    const path = entryPath(id);
    const [folder, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
    if (!folders.has(folder)) folders.set(folder, await folderAt(trees, head, folder));
    const file = folders.get(folder)?.get(name);
    return { marker, id, path, ...(file === undefined ? {} : { file }) };
  });
}

async function folderAt(trees: Trees, head: Oid, path: string): Promise<Folder | undefined> {
  const found = await trees.file(head, path);
  return found?.mode === FOLDER_MODE ? trees.folder(found.oid) : undefined;
}

function activeEntry(read: ReadEntry, { marker, id, file }: Marked): ActiveEntry {
  if (id === undefined) {
    const name = marker.slice(ACTIVE_FOLDER.length);
    return { id: name, problem: `${marker} marks no request id` };
  }
  if (file === undefined) return { id, problem: 'it is marked as active and has no entry' };
  const found = read(file, id);
  return 'value' in found ? { id, entry: found.value } : { id, problem: found.problem };
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await work(item));
  return done;
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
