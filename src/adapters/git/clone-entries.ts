import type { Oid } from '../../core/approval.js';
import { ACTIVE_FOLDER, entryPath, GRANTS_FOLDER, ledgerPath, markerAt } from '../../core/audit/layout.js';
import type { TreeFile } from '../../core/pull-request.js';
import { Blocked, Retry } from '../../ports/fault.js';
import type { EntryOrProblem, LedgerEntries } from '../../ports/ledger-entries.js';
import { openClone } from './clone.js';
import { openHistory } from './history.js';
import type { LedgerCodec } from './ledger-codec.js';
import { type Objects, openObjects } from './objects.js';
import { filesBelow, openTrees, type Trees } from './trees.js';

export interface CloneEntriesOptions {
  /** A clone, bare or not. */
  readonly directory: string;
  /** The ledger's branch, its own or as last fetched. */
  readonly branch: string;
  readonly codec: LedgerCodec;
}

/** Opens the ledger of a clone for listing. @throws Blocked when there is no repository or no such branch. */
export async function openCloneEntries(options: CloneEntriesOptions): Promise<LedgerEntries> {
  const head = await headOf(options);
  const clone = await openClone(options.directory);
  const objects = openObjects(clone.objects);
  const trees = openTrees(objects, (oid) => new Retry('object_missing', `${oid} is not in this clone`));
  const read = (file: TreeFile | undefined, path: string) =>
    entryIn(objects, file, { path, codec: options.codec });

  return {
    async entries(which) {
      if (which === 'all')
        return inTurn(await below(trees, head, GRANTS_FOLDER), (file) =>
          read(file, `${GRANTS_FOLDER}${file.path}`),
        );
      return inTurn(await below(trees, head, ACTIVE_FOLDER), async ({ path }) => {
        const id = markerAt(`${ACTIVE_FOLDER}${path}`)?.id;
        if (id === undefined) return { path: `${ACTIVE_FOLDER}${path}`, problem: 'it is no request id' };
        return read(await trees.file(head, entryPath(id)), entryPath(id));
      });
    },
    async close() {
      objects.close();
      await clone.close();
    },
  };
}

async function headOf({ directory, branch }: CloneEntriesOptions): Promise<Oid> {
  const history = await openHistory(directory);
  try {
    const head = await history.head(branch);
    if (head !== undefined) return head;
  } finally {
    await history.close();
  }
  throw new Blocked(
    'no_ledger',
    `This clone has no branch ${branch}.`,
    `Fetch it (git fetch origin ${branch}), or name the clone that has it.`,
  );
}

async function below(
  trees: Trees,
  head: Oid,
  folder: string,
): Promise<readonly (TreeFile & { path: string })[]> {
  const found = await trees.file(head, folder.slice(0, -1));
  return found === undefined ? [] : filesBelow(trees, found.oid);
}

/** Bytes. Evidence may name whole teams; anything larger is no entry. */
const MAX_ENTRY = 4 * 1024 * 1024;

async function entryIn(
  objects: Objects,
  file: TreeFile | undefined,
  { path, codec }: { readonly path: string; readonly codec: LedgerCodec },
): Promise<EntryOrProblem> {
  if (file === undefined) return { path, problem: 'it is marked as active and is not there' };
  const at = ledgerPath(path);
  if (at?.kind !== 'entry' || file.mode !== '100644') return { path, problem: 'it is no entry' };
  const info = await objects.info(file.oid);
  if (info === undefined) return { path, problem: 'its content is not in this clone' };
  if (!(info.size <= MAX_ENTRY)) return { path, problem: 'it is too large' };
  const object = await objects.read(file.oid);
  const parsed = codec.parseEntry(object?.content ?? new Uint8Array(), path);
  if ('problem' in parsed) return { path, problem: parsed.problem };
  return parsed.value.id === at.id
    ? { entry: parsed.value }
    : { path, problem: `it speaks of ${parsed.value.id}` };
}

const AT_ONCE = 256;

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return done;
}
