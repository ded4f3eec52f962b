import type { Schema } from '../schemas.js';
import type { Sha } from '../state.js';

type Status = Schema<'diff-entry'>['status'];

export interface FileChange {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: Status;
  /** The blob after the change; before it for a removed file. */
  readonly blob: Sha;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | null;
}

/** GitHub's letters: `T` (file to link and the like) is `changed`; REST never says `deleted`. */
const STATUS: Readonly<Record<string, Status>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** One process gives modes, counts and patches; renames as GitHub's default (50 %). */
export const DIFF_ARGUMENTS = ['-r', '-z', '--raw', '--numstat', '-p', '-M50%', '--no-abbrev', '--no-color'];

/** Reads the output of `git diff-tree` with {@link DIFF_ARGUMENTS}: raw records, then counts, then patches. */
export function parseDiff(output: Buffer): FileChange[] {
  const text = output.toString('utf8');
  const start = text.search(/(^|\0)diff --git /);
  const records = (start < 0 ? text : text.slice(0, start)).split('\0').filter((part) => part !== '');
  const patches = (start < 0 ? '' : text.slice(start).replace(/^\0/, '')).split(/^(?=diff --git )/m);
  const raw = readRaw(records);
  const counts = readCounts(records.slice(raw.used));
  return raw.entries.map((entry, index) => ({
    ...entry,
    additions: counts[index]?.[0] ?? 0,
    deletions: counts[index]?.[1] ?? 0,
    patch: hunks(patches[index]),
  }));
}

type RawEntry = Pick<FileChange, 'path' | 'previousPath' | 'status' | 'blob'>;

function readRaw(records: readonly string[]): { entries: RawEntry[]; used: number } {
  const entries: RawEntry[] = [];
  let at = 0;
  while (records[at]?.startsWith(':')) {
    const [, , before = '', after = '', letter = ''] = (records[at] ?? '').split(' ');
    const moved = letter.startsWith('R') || letter.startsWith('C');
    const first = records[at + 1] ?? '';
    entries.push({
      path: moved ? (records[at + 2] ?? '') : first,
      previousPath: moved ? first : null,
      status: STATUS[letter.charAt(0)] ?? 'changed',
      blob: letter === 'D' ? before : after,
    });
    at += moved ? 3 : 2;
  }
  return { entries, used: at };
}

/** `added TAB deleted TAB path`, or an empty path followed by the two names of a rename; `-` for binary files. */
function readCounts(records: readonly string[]): (readonly [number, number])[] {
  const counts: (readonly [number, number])[] = [];
  for (let at = 0; at < records.length; at += 1) {
    const [added = '', deleted = '', path = ''] = (records[at] ?? '').split('\t');
    counts.push([Number(added) || 0, Number(deleted) || 0]);
    if (path === '') at += 2;
  }
  return counts;
}

function hunks(patch: string | undefined): string | null {
  const at = patch?.search(/^@@/m) ?? -1;
  return patch === undefined || at < 0 ? null : patch.slice(at).replace(/\n$/, '');
}
