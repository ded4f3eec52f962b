import { html, type Markup } from './markup.js';
import type { Chart } from './sections.js';

/** Pixels. */
const ROW = 22;
const LABELS = 130;
const WIDEST = 420;
const NUMBERS = 60;
/** Bars beyond are summed up in one; a chart is to be looked at. */
const MOST_BARS = 70;

/** Horizontal bars, as inline SVG without script or style of its own. The number stands beside each, so nothing hangs on sight alone. */
export function chartSvg({ title, bars }: Chart): Markup {
  const shown = bars.length <= MOST_BARS ? bars : [summed(bars), ...bars.slice(-(MOST_BARS - 1))];
  const most = shown.reduce((highest, { count }) => Math.max(highest, count), 1);
  const height = shown.length * ROW;
  const rows = shown.map(({ label, count }, index) => {
    const width = Math.round((count / most) * WIDEST);
    const y = index * ROW;
    return html`<text x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${label}</text><rect x="${LABELS}" y="${y + 3}" width="${width}" height="${ROW - 6}"/><text x="${LABELS + width + 6}" y="${y + 15}">${count}</text>`;
  });
  const size = html`width="${LABELS + WIDEST + NUMBERS}" height="${height}" viewBox="0 0 ${LABELS + WIDEST + NUMBERS} ${height}"`;
  return html`<figure><figcaption>${title}</figcaption><svg ${size} role="img" aria-label="${title}">${rows}</svg></figure>`;
}

function summed(bars: Chart['bars']): Chart['bars'][number] {
  const early = bars.slice(0, -(MOST_BARS - 1));
  const count = early.reduce((sum, bar) => sum + bar.count, 0);
  return { label: `up to ${early.at(-1)?.label ?? ''}`, count };
}
