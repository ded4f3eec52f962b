import { html, joined, type Markup } from '../report/markup.js';
import { clip } from '../untrusted-text.js';

/** How urgent something is. Words say it too: colour alone tells nobody anything. */
export type Tone = 'bad' | 'warn' | 'good' | 'plain';

export function badge(text: string, tone: Tone = 'plain'): Markup {
  return html`<span class="badge ${tone}">${text}</span>`;
}

export interface TableColumn<T> {
  readonly title: string;
  readonly cell: (row: T) => Markup | string;
  readonly number?: boolean;
}

/**
 * A table that becomes cards on a phone. The roles are said because a table that is laid out otherwise is none for a screen reader
 * any more.
 */
export function table<T>(name: string, columns: readonly TableColumn<T>[], rows: readonly T[]): Markup {
  const head = columns.map(
    ({ title, number }) => html`<th scope="col" role="columnheader"${numberClass(number)}>${title}</th>`,
  );
  const body = rows.map((row) => {
    const cells = columns.map(({ title, cell, number }) => {
      const drawn = html`${cell(row)}`;
      const attributes = drawn.markup === '' ? html` class="nothing"` : numberClass(number);
      return html`<td role="cell" data-title="${title}"${attributes}><div>${drawn}</div></td>`;
    });
    return html`<tr role="row">${cells}</tr>\n`;
  });
  return html`<table class="cards" role="table" aria-label="${name}">
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">
${body}</tbody>
</table>`;
}

function numberClass(number: boolean | undefined): Markup {
  return number === true ? html` class="number"` : html``;
}

/** `a, b, c`. */
export function commas(items: readonly Markup[]): Markup {
  return joined(items, html`, `);
}

/** Pairs of a name and what it is; what is absent is left out. */
export function facts(
  pairs: readonly (readonly [name: string, what: Markup | string | undefined])[],
): Markup {
  const rows = pairs.flatMap(([name, what]) =>
    what === undefined ? [] : [html`<dt>${name}</dt><dd>${what}</dd>`],
  );
  return html`<dl class="facts">${rows}</dl>`;
}

export function plainList(items: readonly (Markup | string)[]): Markup {
  if (items.length === 0) return html``;
  return html`<ul class="plain">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

const MOST_WORDS = 140;

/** The beginning of what somebody wrote. */
export function said(text: string): Markup {
  return html`<span class="said">${clip(text, MOST_WORDS)}</span>`;
}

/** What somebody wrote, its line breaks kept. */
export function quoted(text: string): Markup {
  const lines = text.split(/\r\n|[\n\r]/).map((line) => html`<p>${line}</p>`);
  return html`<blockquote>${lines}</blockquote>`;
}

/** A part of a page; with nothing in it, it says so. */
export function section(
  title: Markup | string,
  body: Markup | undefined,
  { empty = '', tone = 'plain' }: { readonly empty?: string; readonly tone?: Tone } = {},
): Markup {
  return html`<section class="${tone}"><h2>${title}</h2>${body ?? html`<p class="dim">${empty}</p>`}</section>\n`;
}
