import type { Entry } from '../../core/grant.js';
import type { Instant } from '../../core/time.js';
import { html, type Markup } from '../report/markup.js';
import { endsSoon, heldTable, scheduledTable } from './held.js';
import type { Page } from './page.js';
import { pendingTable, type SeenPullRequest } from './pending.js';
import { section } from './pieces.js';
import type { Problem } from './problem.js';
import { problemSection, stateBanner } from './problem-text.js';
import type { Site } from './site.js';
import { when } from './time.js';

/** How things stand, as far as the server knows. */
export interface NowModel {
  readonly now: Instant;
  /** The worst first. */
  readonly problems: readonly Problem[];
  readonly pending: readonly SeenPullRequest[];
  /** What is held or may be, by its end. */
  readonly held: readonly Entry[];
  /** What begins later. */
  readonly scheduled: readonly Entry[];
  /** When the ledger was last found so; `null`: not since this process began. */
  readonly ledgerAsOf: Instant | null;
  /** When the last pass ended; `null`: none has since this process began. */
  readonly passAt: Instant | null;
}

/** Rows that stand on one page; the rest is counted. */
const MOST = 200;

/** The first page: what is wrong first, then what waits, then who holds what. */
export function nowPage(model: NowModel, site: Site): Page {
  const { now, problems, pending, held, scheduled, passAt, ledgerAsOf } = model;
  const soon = held.filter((entry) => endsSoon(entry, now)).length;
  const overdue = problems.filter(({ kind }) => kind === 'overdue').length;
  const main = html`${stateBanner(problems, passAt, now)}
<ul class="figures">${[
    figure(held.length, 'held now'),
    figure(soon, 'end within 30 min'),
    figure(overdue, 'past their end'),
    figure(pending.length, 'open requests'),
    figure(scheduled.length, 'start later'),
  ]}</ul>
${problemSection(problems, site, now)}${section(
  'Waiting',
  rows(pending, (shown) => pendingTable(shown, site, now)),
  { empty: passAt === null ? 'Not looked at yet.' : 'No request is open.' },
)}${section(
  'Held now',
  rows(held, (shown) => heldTable(shown, site, now)),
  { empty: 'Nobody holds anything.' },
)}${
  scheduled.length === 0
    ? html``
    : section(
        'Starting later',
        rows(scheduled, (shown) => scheduledTable(shown, site, now)),
      )
}<p class="dim">The ledger was last read ${ledgerAsOf === null ? html`by an earlier process` : when(ledgerAsOf, now)}.</p>`;
  return { title: overdue > 0 ? `(${overdue}!) Now` : 'Now', at: '/', main, live: true };
}

function figure(count: number, name: string): Markup {
  return html`<li><strong>${count}</strong>${name}</li>`;
}

function rows<T>(all: readonly T[], draw: (shown: readonly T[]) => Markup): Markup | undefined {
  if (all.length === 0) return undefined;
  const more = all.length > MOST ? html`<p class="dim">And ${all.length - MOST} more.</p>` : html``;
  return html`<div class="wide">${draw(all.slice(0, MOST))}</div>${more}`;
}
