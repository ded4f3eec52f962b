import type { Instant } from '../../core/time.js';
import { html, type Markup } from '../report/markup.js';
import type { Page } from './page.js';
import { type HistoryAnswer, pastGaps, pastTable } from './past.js';
import { section } from './pieces.js';
import { pathTo, type Site, withQuery } from './site.js';

/** What can be searched for; fixed words of the address. */
export const HISTORY_STATES = {
  held: 'held',
  scheduled: 'starting later',
  ended: 'ended',
  late: 'ended late',
  never: 'never granted',
  refused: 'refused',
  break_glass: 'break-glass',
} as const;

export type HistoryState = keyof typeof HISTORY_STATES;

/** The search as its form has it: text, empty for what does not matter. */
export interface HistorySearch {
  readonly who: string;
  readonly entitlement: string;
  readonly target: string;
  readonly state: string;
  /** Days such as `2026-11-22`. */
  readonly from: string;
  readonly to: string;
}

export interface HistoryModel {
  readonly search: HistorySearch;
  /** What of the search makes no sense. */
  readonly mistakes: readonly string[];
  /** From 1. */
  readonly page: number;
  readonly answer: HistoryAnswer;
}

export function historyPage(model: HistoryModel, site: Site, now: Instant): Page {
  const { search, mistakes, answer } = model;
  const found =
    answer.rows.length === 0 ? undefined : html`<div class="wide">${pastTable(answer.rows, site, now)}</div>`;
  const said = mistakes.map((mistake) => html`<p role="alert">${mistake}</p>`);
  const main = html`<h1>History</h1>
${searchForm(search, site)}${said}${section(
  'Grants and refused landings, the latest first',
  found && html`${found}${pastGaps(answer)}${pager(model, site)}`,
  { empty: 'Nothing like that is recorded.' },
)}${found === undefined ? pastGaps(answer) : html``}`;
  return { title: 'History', at: '/history', main };
}

function searchForm(search: HistorySearch, site: Site): Markup {
  const states = Object.entries(HISTORY_STATES).map(
    ([value, name]) => html`<option value="${value}"${chosen(value === search.state)}>${name}</option>`,
  );
  return html`<form class="search" method="get" action="${pathTo(site, 'history')}" role="search">
${field('Person', 'who', search.who)}${field('Entitlement', 'entitlement', search.entitlement)}${field('Target', 'target', search.target)}<label>State <select name="state"><option value="">any</option>${states}</select></label>
${field('Landed from', 'from', search.from, 'date')}${field('to', 'to', search.to, 'date')}<button class="first">Search</button>
</form>`;
}

function field(label: string, name: string, value: string, type: 'search' | 'date' = 'search'): Markup {
  return html`<label>${label} <input type="${type}" name="${name}" value="${value}" maxlength="64" autocomplete="off"></label>\n`;
}

const chosen = (is: boolean): Markup => (is ? html` selected` : html``);

function pager({ search, page, answer }: HistoryModel, site: Site): Markup {
  const to = (number: number): string =>
    withQuery(pathTo(site, 'history'), { ...search, page: number === 1 ? '' : String(number) });
  const newer = page > 1 ? html`<a rel="prev" href="${to(page - 1)}">Newer</a>` : html``;
  const older = answer.more ? html`<a rel="next" href="${to(page + 1)}">Older</a>` : html``;
  return page > 1 || answer.more
    ? html`<nav class="pager" aria-label="Pages of the history">${newer}${older}</nav>`
    : html``;
}
