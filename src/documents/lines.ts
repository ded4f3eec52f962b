import type { Position } from './issue.js';

/** Offsets of line starts, to turn offsets into places. */
export interface Lines {
  readonly file: string;
  readonly text: string;
  readonly starts: readonly number[];
}

export function linesOf(file: string, text: string): Lines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { file, text, starts };
}

/** The place of an offset, by binary search. */
export function positionAt(lines: Lines, offset: number): Position & { readonly file: string } {
  let low = 0;
  let high = lines.starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { file: lines.file, line: low + 1, column: offset - (lines.starts[low] ?? 0) + 1 };
}
