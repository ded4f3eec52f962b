import { clip, oneLine } from './untrusted-text.js';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

const WIDEST = 80;

/** Aligned columns for a terminal; cells are made safe and cut. @param finish paints a finished line. */
export function tableOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  finish: (row: Row, line: string) => string = (_row, line) => line,
): string {
  const cells = rows.map((row) => columns.map(({ cell }) => clip(oneLine(cell(row)), WIDEST)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const aligned = (line: readonly string[]) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  const body = rows.map((row, index) => finish(row, aligned(cells[index] ?? [])));
  return [aligned(columns.map(({ title }) => title)), ...body].join('\n');
}
