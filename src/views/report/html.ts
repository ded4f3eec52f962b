import type { EvidenceReport } from '../../core/report/report.js';
import type { Cell, Piece } from './cells.js';
import { chartSvg } from './chart.js';
import { html, joined, type Markup } from './markup.js';
import { type Section, sectionsOf, titleOf } from './sections.js';
import { STYLE, STYLE_HASH } from './style.js';

/** Nothing runs and nothing is loaded, whatever somebody managed to write into a justification. */
const POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;
// A `style` element holds text that is not escaped; this one is a constant of ours.
const STYLE_ELEMENT: Markup = { markup: `<style>${STYLE}</style>` };

/** The report as one page that needs nothing else: to be mailed, kept and printed. */
export function reportHtml(report: EvidenceReport, url?: string): string {
  const sections = sectionsOf(report, url);
  const title = titleOf(report);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${STYLE_ELEMENT}
</head>
<body>
<h1>${title}</h1>
<nav>${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav>
${joined(sections.map(sectionHtml), html`\n`)}
</body>
</html>
`;
  return page.markup;
}

function sectionHtml({ id, title, says, table, charts = [] }: Section): Markup {
  return html`<section id="${id}">
<h2>${title}</h2>
${says === '' ? html`` : html`<p>${says}</p>`}${charts.map(chartSvg)}${table === undefined ? html`` : tableHtml(table)}
</section>`;
}

function tableHtml({ titles, rows }: NonNullable<Section['table']>): Markup {
  const head = titles.map((title) => html`<th scope="col">${title}</th>`);
  const body = rows.map((row) => html`<tr>${row.map(cellHtml)}</tr>\n`);
  return html`<div class="wide"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}

function cellHtml(cell: Cell): Markup {
  const drawn = cell.map((line) => joined(line.map(pieceHtml)));
  return html`<td>${joined(drawn, html`<br>`)}</td>`;
}

function pieceHtml({ text, href }: Piece): Markup {
  return href === undefined ? html`${text}` : html`<a href="${href}" rel="noreferrer">${text}</a>`;
}
