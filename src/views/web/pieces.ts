import { html, joined, type Markup } from '../report/markup.js';

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
    const cells = columns.map(
      ({ title, cell, number }) =>
        html`<td role="cell" data-title="${title}"${numberClass(number)}><div>${cell(row)}</div></td>`,
    );
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
