import type { EvidenceReport } from '../../core/report/report.js';
import { markdownProse } from '../untrusted-text.js';
import type { Cell, Piece } from './cells.js';
import { type Chart, type Section, sectionsOf, titleOf } from './sections.js';

/** The report as Markdown that GitHub shows; nothing in it that somebody else wrote is active. */
export function reportMarkdown(report: EvidenceReport, url?: string): string {
  const parts = sectionsOf(report, url).map(sectionMarkdown);
  return `${[`# ${titleOf(report)}`, ...parts].join('\n\n')}\n`;
}

function sectionMarkdown({ title, says, table, charts = [] }: Section): string {
  const parts = [`## ${title}`, ...(says === '' ? [] : [markdownProse(says)]), ...charts.map(chartMarkdown)];
  if (table === undefined) return parts.join('\n\n');
  const rows = table.rows.map((row) => rowOf(row.map(cellMarkdown)));
  const head = [rowOf(table.titles), rowOf(table.titles.map(() => '---'))];
  return [...parts, [...head, ...rows].join('\n')].join('\n\n');
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cellMarkdown(cell: Cell): string {
  return cell.map((line) => line.map(pieceMarkdown).join('')).join('<br>');
}

/** A bar would end the cell, in code as well, and an escape before it may itself be escaped; so it is spelled out. */
function pieceMarkdown({ text, href }: Piece): string {
  const [before = '', after = ''] = [/^ */.exec(text)?.[0], / *$/.exec(text)?.[0]];
  const safe = `${before}${markdownProse(text.replaceAll('|', '\\u{7c}'))}${after}`;
  return href === undefined ? safe : `[${safe}](${href})`;
}

function chartMarkdown({ title, bars }: Chart): string {
  const rows = bars.map(({ label, count }) => rowOf([label, String(count)]));
  return [rowOf([title, 'How many']), rowOf(['---', '---']), ...rows].join('\n');
}
