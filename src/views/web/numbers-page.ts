import type { Bar } from '../../core/report/charts.js';
import { html, type Markup } from '../report/markup.js';
import { span } from '../time-text.js';
import { columnChart } from './columns.js';
import type { Page } from './page.js';
import { type HistoryAnswer, pastGaps } from './past.js';
import { section } from './pieces.js';
import { pathTo, type Site, withQuery } from './site.js';

/** Days that can be looked back on. */
export const NUMBER_DAYS = [7, 30, 90] as const;

export interface NumbersModel {
  readonly days: number;
  readonly grants: number;
  readonly refused: number;
  readonly breakGlass: number;
  readonly endedLate: number;
  readonly medianLateSeconds: number | null;
  readonly mostLateSeconds: number | null;
  readonly medianApprovalSeconds: number | null;
  readonly overTime: readonly Bar[];
  readonly approvalTimes: readonly Bar[];
  readonly lateness: readonly Bar[];
  readonly gaps: Pick<HistoryAnswer, 'lookedBackTo' | 'unread'>;
}

/** What people would rather look at than read. */
export function numbersPage(model: NumbersModel, site: Site): Page {
  const { days, overTime, approvalTimes, lateness } = model;
  const choices = NUMBER_DAYS.map((one) => {
    const here = one === days ? html` aria-current="page"` : html``;
    return html`<a href="${withQuery(pathTo(site, 'numbers'), { days: String(one) })}"${here}>${one} days</a>`;
  });
  const main = html`<h1>Numbers <small>of what landed in the last ${days} days</small></h1>
<nav class="pager" aria-label="Period">${choices}</nav>
<ul class="figures">${[
    figure(String(model.grants), 'grants'),
    figure(String(model.breakGlass), 'by break-glass'),
    figure(String(model.refused), 'landings refused'),
    figure(String(model.endedLate), 'ended over 5 min late'),
    figure(length(model.medianApprovalSeconds), 'to the last approval, median'),
    figure(length(model.medianLateSeconds), 'late, median'),
    figure(length(model.mostLateSeconds), 'late, most'),
  ]}</ul>
${pastGaps({ ...model.gaps, rows: [], more: false })}${section('Grants', columnChart('Grants by when they landed', overTime))}<div class="pair">${section('Approving', columnChart('From opening to the last approval', approvalTimes))}${section('Ending', columnChart('How long after they were due grants ended', lateness))}</div>`;
  return { title: 'Numbers', at: '/numbers', main };
}

function figure(number: string, name: string): Markup {
  return html`<li><strong>${number}</strong>${name}</li>`;
}

function length(seconds: number | null): string {
  return seconds === null ? '-' : span(seconds);
}
