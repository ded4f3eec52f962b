import type { Oid } from '../../core/approval.js';
import type { TreeChange, TreeFile } from '../../core/pull-request.js';
import { Retry } from '../../ports/fault.js';
import { pathText } from './trees.js';

const HEADER = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*$/;

/** Parses `git diff-tree -r -z --raw --no-abbrev`: header NUL path NUL, again and again. */
export function parseRawDiff(bytes: Buffer): readonly TreeChange[] {
  const changes: TreeChange[] = [];
  let at = 0;
  while (at < bytes.length) {
    const middle = bytes.indexOf(0, at);
    const end = bytes.indexOf(0, middle + 1);
    if (middle < 0 || end < 0) throw new Retry('git_failed', 'a list of changes ends early');
    changes.push(parseChange(bytes.toString('latin1', at, middle), bytes.subarray(middle + 1, end)));
    at = end + 1;
  }
  return changes;
}

export function parseChange(header: string, path: Uint8Array): TreeChange {
  const [, beforeMode, afterMode, before, after] = HEADER.exec(header) ?? [];
  if (beforeMode === undefined) throw new Retry('git_failed', 'a list of changes has another form');
  return { path: pathText(path), before: fileOf(beforeMode, before), after: fileOf(afterMode, after) };
}

/** Mode 000000 stands for no file. */
function fileOf(mode: string | undefined, oid: string | undefined): TreeFile | null {
  if (mode === undefined || oid === undefined || mode === '000000') return null;
  return { mode, oid: oid as Oid };
}
