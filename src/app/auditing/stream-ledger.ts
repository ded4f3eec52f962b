import { type Oid, parseOid } from '../../core/approval.js';
import { ledgerPath } from '../../core/audit/layout.js';
import type { TreeChange } from '../../core/pull-request.js';
import type { StreamEvent } from '../../core/stream/event.js';
import { eventsOf, type StreamedDocument } from '../../core/stream/events-of.js';
import { parseAccessReviewRecord } from '../../documents/access-review.js';
import { parseEntry } from '../../documents/entry.js';
import type { Parsed } from '../../documents/issue.js';
import { parseOrphans } from '../../documents/orphans.js';
import { parseViolation } from '../../documents/violation.js';
import { Blocked } from '../../ports/fault.js';
import type { LedgerHistory } from '../../ports/ledger-history.js';
import type { Note } from '../../ports/note.js';
import type { Sink } from '../../ports/sink.js';
import { plainEvent } from '../../views/stream/line.js';
import { ocsfEvent } from '../../views/stream/ocsf.js';

export type StreamFormat = 'ocsf' | 'json';

export interface StreamOptions {
  readonly history: LedgerHistory;
  readonly ledgerBranch: string;
  /** Up to where; absent: the head of the branch. */
  readonly head?: Oid;
  /** `owner/name`, for whoever collects from several. */
  readonly repository: string | null;
  readonly format: StreamFormat;
  readonly sink: Sink;
  /** How far everything has been delivered. */
  readonly cursor: Note;
}

export interface Streamed {
  readonly events: number;
  readonly commits: number;
  readonly head: Oid;
}

/** One delivery; a large commit goes out in several. */
const MOST_AT_ONCE = 100;
/** Commits that say nothing to anybody are not noted one by one. */
const COMMITS_PER_NOTE = 200;

/**
 * Delivers what the ledger says since the cursor, in its order. The cursor moves only when what lies before it was taken, so nothing is
 * lost over a restart; what was delivered just before a crash is delivered again, with the same ids.
 */
export async function streamLedger(options: StreamOptions): Promise<Streamed> {
  const { history, ledgerBranch, cursor } = options;
  const head = options.head ?? (await history.head(ledgerBranch));
  if (head === undefined)
    throw new Blocked(
      'no_ledger',
      `There is no branch ${ledgerBranch} here.`,
      'Clone the access repository with all its branches, or name the branch with --branch.',
    );
  const from = await readCursor(cursor, ledgerBranch);
  const done = { events: 0, commits: 0 };
  let noted = from;
  let last = from;
  for await (const { commit, changes } of history.ledger(head, from)) {
    const events = eventsOf(commit, await documentsOf(history, { commit, changes }));
    for (let at = 0; at < events.length; at += MOST_AT_ONCE)
      await deliver(options, events.slice(at, at + MOST_AT_ONCE));
    done.events += events.length;
    done.commits += 1;
    last = commit;
    if (events.length === 0 && done.commits % COMMITS_PER_NOTE !== 0) continue;
    await writeCursor(cursor, ledgerBranch, commit);
    noted = commit;
  }
  if (last !== undefined && last !== noted) await writeCursor(cursor, ledgerBranch, last);
  return { ...done, head };
}

async function deliver({ format, sink, repository }: StreamOptions, events: readonly StreamEvent[]) {
  const render = format === 'ocsf' ? ocsfEvent : plainEvent;
  await sink.deliver({
    ids: events.map(({ id }) => id),
    records: events.map((event) => render(event, repository)),
  });
}

/** Bytes. What the app writes is smaller (1 MiB at most). */
const LARGEST = 4 * 1024 * 1024;

type Read = (path: string, blob: Oid) => Promise<Uint8Array>;

async function documentsOf(
  history: LedgerHistory,
  { commit, changes }: { readonly commit: Oid; readonly changes: readonly TreeChange[] },
): Promise<readonly StreamedDocument[]> {
  const read: Read = async (path, blob) => {
    const bytes = await history.read(blob, LARGEST);
    if (bytes === undefined) throw unreadable(path, commit);
    return bytes;
  };
  const documents: StreamedDocument[] = [];
  for (const change of changes) {
    const document = await documentOf(read, change, commit);
    if (document !== undefined) documents.push(document);
  }
  return documents;
}

/** Markers, the cursor and the README say nothing that an entry does not. */
async function documentOf(
  read: Read,
  { path, before, after }: TreeChange,
  commit: Oid,
): Promise<StreamedDocument | undefined> {
  const kind = ledgerPath(path)?.kind;
  if (after === null || kind === undefined) return undefined;
  const valueAt = async <T>(
    parse: (bytes: Uint8Array, file: string) => Parsed<T>,
    blob = after.oid,
  ): Promise<T> => {
    const parsed = parse(await read(path, blob), path);
    if ('value' in parsed) return parsed.value;
    throw unreadable(path, commit);
  };
  if (kind === 'violation') return { kind, path, value: await valueAt(parseViolation) };
  if (kind === 'orphans') return { kind, path, value: await valueAt(parseOrphans) };
  if (kind === 'access_review') return { kind, path, value: await valueAt(parseAccessReviewRecord) };
  if (kind !== 'entry') return undefined;
  const known = before === null ? {} : { before: await valueAt(parseEntry, before.oid) };
  return { kind, path, ...known, after: await valueAt(parseEntry) };
}

/** Going on without it would lose it for ever: somebody has to look first. */
function unreadable(path: string, commit: Oid): Blocked {
  return new Blocked(
    'document_unreadable',
    `${path} in ${commit} of the ledger cannot be read.`,
    'Run `hallpass audit verify`, and upgrade Hallpass if it was written by a newer one.',
  );
}

const CURSOR = /^hallpass stream cursor 1\nbranch: (\S{1,200})\ncommit: ([0-9a-f]+)\n$/;

/** @returns `undefined` when nothing was delivered yet. */
async function readCursor(note: Note, branch: string): Promise<Oid | undefined> {
  const text = await note.read();
  if (text === undefined) return undefined;
  const [, ofBranch, commit = ''] = CURSOR.exec(text) ?? [];
  const oid = parseOid(commit);
  if (oid !== undefined && ofBranch === branch) return oid;
  throw new Blocked(
    'stream_cursor_unreadable',
    oid === undefined
      ? 'The cursor of the stream cannot be read.'
      : `The cursor of the stream is about the branch ${ofBranch}.`,
    'Put back the file as it was; deleting it delivers everything from the beginning, with the same ids.',
  );
}

async function writeCursor(note: Note, branch: string, commit: Oid): Promise<void> {
  await note.write(`hallpass stream cursor 1\nbranch: ${branch}\ncommit: ${commit}\n`);
}
