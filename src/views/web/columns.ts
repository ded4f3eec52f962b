import type { Bar } from '../../core/report/charts.js';
import { html, type Markup } from '../report/markup.js';
import { table } from './pieces.js';

/** Units of the drawing; the browser scales it to the page. */
const WIDE = 720;
const NARROW = 540;
/** Half a name stands out on either side. */
const MARGIN = 20;
const HEIGHT = 190;
const TOP = 18;
const FLOOR = 160;
/** So many names have room below the columns. */
const MOST_NAMES = 10;

/** Columns, drawn on the server, with the same numbers in a table for whoever does not see or does not like them. */
export function columnChart(title: string, bars: readonly Bar[]): Markup {
  if (bars.length === 0)
    return html`<figure><figcaption>${title}</figcaption><p class="dim">Nothing to draw.</p></figure>`;
  const most = bars.reduce((highest, { count }) => Math.max(highest, count), 1);
  const whole = bars.length <= MOST_NAMES ? NARROW : WIDE;
  const step = whole / bars.length;
  const width = Math.max(1, Math.min(48, Math.round(step * 0.72)));
  const every = Math.ceil(bars.length / MOST_NAMES);
  const columns = bars.map(({ label, count }, index) => {
    const middle = Math.round(step * index + step / 2);
    const height = Math.round((count / most) * (FLOOR - TOP));
    const name =
      index % every === 0
        ? html`<text x="${middle}" y="${FLOOR + 18}" text-anchor="middle">${short(label)}</text>`
        : html``;
    const number =
      count > 0 && bars.length <= MOST_NAMES * 4
        ? html`<text class="count" x="${middle}" y="${FLOOR - height - 5}" text-anchor="middle">${count}</text>`
        : html``;
    return html`<rect x="${middle - Math.round(width / 2)}" y="${FLOOR - height}" width="${width}" height="${height}" rx="2"/>${number}${name}`;
  });
  const numbers = table(
    title,
    [
      { title: 'What', cell: ({ label }) => label },
      { title: 'How many', cell: ({ count }) => String(count), number: true },
    ],
    bars,
  );
  return html`<figure><figcaption>${title}</figcaption>
<svg class="chart" viewBox="${-MARGIN} 0 ${whole + 2 * MARGIN} ${HEIGHT}" role="img" aria-label="${title}; the numbers are in the table below"><line x1="0" y1="${FLOOR}" x2="${whole}" y2="${FLOOR}"/>${columns}</svg>
<details><summary>As a table</summary>${numbers}</details></figure>`;
}

/** `2026-11-22` is said as `11-22`: the year stands above. */
const short = (label: string): string => label.replace(/^\d{4}-(\d\d-\d\d)$/, '$1');
