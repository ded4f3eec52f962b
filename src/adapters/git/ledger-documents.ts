import type { Oid } from '../../core/approval.js';
import { entryPath } from '../../core/audit/layout.js';
import type { Entry } from '../../core/grant.js';
import type { TreeFile } from '../../core/pull-request.js';
import type { RequestId } from '../../core/request.js';
import { keepLast } from './kept.js';
import type { LedgerCodec, Parsed } from './ledger-codec.js';
import type { Mirror } from './mirror.js';
import type { Answer } from './objects.js';
import { sharedParts } from './shared-parts.js';

/** Bytes. Evidence may name whole teams; anything larger is no entry of ours. */
const MAX_ENTRY = 4 * 1024 * 1024;

/** A document at its place in a tree. */
export interface Wanted {
  readonly file: TreeFile;
  readonly path: string;
}

/** A document that was brought. */
export type ReadEntry = (file: TreeFile, id: RequestId) => Parsed<Entry>;

export interface DocumentReader {
  /** Reads and parses what is not known yet. */
  bring(wanted: readonly Wanted[]): Promise<ReadEntry>;
  /** These are kept until the next snapshot has been read, and what only the one before used is let go. */
  nextSnapshot(inUse: readonly Oid[]): void;
}

/** Documents that have ended and are kept beside the active ones; limits look back on the same ones again and again. */
const KEPT = 8_192;

/** Parsing is what costs: each version of a document is parsed once as long as somebody uses it. */
export function documentReader(mirror: Mirror, codec: LedgerCodec): DocumentReader {
  const kept = keepLast<Oid, Parsed<Entry>>(KEPT);
  const share = sharedParts();
  let inUse = new Map<Oid, Parsed<Entry> | undefined>();

  const known = (oid: Oid): Parsed<Entry> | undefined => inUse.get(oid) ?? kept.get(oid);

  function take(oid: Oid, answer: Answer | undefined, path: string): Parsed<Entry> {
    if (answer === undefined) throw mirror.missing(oid);
    const { content } = answer;
    const read =
      content === undefined ? { problem: `${path} is too large` } : share(parseSafely(codec, content, path));
    if (inUse.has(oid)) inUse.set(oid, read);
    else kept.set(oid, read);
    return read;
  }

  return {
    async bring(wanted) {
      const brought = new Map<Oid, Parsed<Entry>>();
      const paths = new Map<Oid, string>();
      for (const { file, path } of wanted) {
        const read = known(file.oid);
        if (read === undefined) paths.set(file.oid, path);
        else brought.set(file.oid, read);
      }
      await readAll(mirror, [...paths.keys()], (oid, answer) => {
        brought.set(oid, take(oid, answer, paths.get(oid) ?? ''));
      });
      return ({ mode, oid }, id) => entryIn(brought.get(oid), id, mode);
    },
    nextSnapshot(oids) {
      inUse = new Map(oids.map((oid) => [oid, known(oid)]));
    },
  };
}

function entryIn(read: Parsed<Entry> | undefined, id: RequestId, mode: string): Parsed<Entry> {
  const path = entryPath(id);
  if (mode !== '100644') return { problem: `${path} is not a plain file` };
  if (read === undefined) return { problem: `${path} was not read` };
  return 'value' in read && read.value.id !== id ? { problem: `${path} speaks of ${read.value.id}` } : read;
}

/** A process of its own costs as much as asking for so many. */
const WORTH_A_PROCESS = 64;

async function readAll(
  mirror: Mirror,
  oids: readonly Oid[],
  take: (oid: Oid, answer: Answer | undefined) => void,
): Promise<void> {
  if (oids.length > WORTH_A_PROCESS) return mirror.stream(oids, { most: MAX_ENTRY, take });
  const answers = await Promise.all(oids.map((oid) => mirror.objects.readUpTo(oid, MAX_ENTRY)));
  for (const [index, oid] of oids.entries()) take(oid, answers[index]);
}

/** A poisoned document is one entry with a problem, never the end of a pass (T105). */
function parseSafely(codec: LedgerCodec, bytes: Uint8Array, path: string): Parsed<Entry> {
  try {
    return codec.parseEntry(bytes, path);
  } catch {
    return { problem: `${path} cannot be parsed` };
  }
}
