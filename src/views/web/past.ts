import { PROMPT_SECONDS } from '../../core/audit/entry-times.js';
import type { ReportedGrant, ReportedHolding } from '../../core/report/grant.js';
import type { RequestId } from '../../core/request.js';
import { hasEnded, type Instant } from '../../core/time.js';
import { html, type Markup } from '../report/markup.js';
import { span } from '../time-text.js';
import { entitlementLink, grantLink, personLink, targetLink } from './links.js';
import { badge, plainList, said, type Tone, table } from './pieces.js';
import type { Site } from './site.js';
import { when } from './time.js';

/** What a page tells of a grant or of a landing that was refused. */
export interface HistoryRow extends ReportedGrant {
  readonly extends: RequestId | null;
}

export interface HistoryAnswer {
  /** The latest first. */
  readonly rows: readonly HistoryRow[];
  /** Whether there is at least one more. */
  readonly more: boolean;
  /** The month in which looking back stopped, since enough was read for one answer; `null`: it did not. */
  readonly lookedBackTo: string | null;
  /** Entries that cannot be read. */
  readonly unread: readonly string[];
}

/** Rows of the past, the latest first. */
export function pastTable(rows: readonly HistoryRow[], site: Site, now: Instant): Markup {
  return table(
    'Grants and refused landings',
    [
      { title: 'Landed', cell: ({ landing }) => when(landing.at, now) },
      { title: 'Who', cell: ({ subject }) => personLink(site, subject) },
      { title: 'What', cell: (row) => whatOf(row, site) },
      { title: 'How it ended', cell: (row) => endOf(row, now) },
      { title: 'Approved by', cell: (row) => approversOf(row, site) },
      { title: 'Why', cell: ({ request }) => said(request?.justification ?? '-') },
      { title: 'Grant', cell: ({ id }) => grantLink(site, id) },
    ],
    rows,
  );
}

/** What the answer leaves out, where it does. */
export function pastGaps({ lookedBackTo, unread }: HistoryAnswer): Markup {
  const stopped =
    lookedBackTo === null
      ? html``
      : html`<p class="dim">Enough was read for one page; looking back stopped in ${lookedBackTo}. <a href="">Look further back</a>, or narrow the period.</p>`;
  const broken =
    unread.length === 0
      ? html``
      : html`<p>${badge('not complete', 'warn')} ${unread.length} ${unread.length === 1 ? 'entry' : 'entries'} cannot be read: ${unread.slice(0, 5).join(', ')}. <code class="mono">hallpass audit verify</code> says more.</p>`;
  return html`${stopped}${broken}`;
}

function whatOf({ holdings, request }: HistoryRow, site: Site): Markup {
  if (holdings.length > 0)
    return plainList(
      holdings.map(
        ({ entitlement, target }) =>
          html`${entitlementLink(site, entitlement)} <span class="dim">on ${targetLink(site, target)}</span>`,
      ),
    );
  return plainList((request?.entitlements ?? []).map((id) => entitlementLink(site, id)));
}

function approversOf({ approvals, review }: HistoryRow, site: Site): Markup {
  const logins = [...new Set(approvals.map(({ account }) => account.login))];
  if (logins.length > 0) return plainList(logins.map((login) => personLink(site, login)));
  return review === null ? html`<span class="dim">nobody</span>` : badge('break-glass', 'warn');
}

function endOf(row: HistoryRow, now: Instant): Markup {
  if (row.refused !== null) return badge('refused', 'plain');
  const isOver = row.window !== null && hasEnded(row.window.expiresAt, now);
  return plainList(row.holdings.map((holding) => endOfHolding(holding, isOver)));
}

const STATES: Readonly<Record<ReportedHolding['state'], readonly [text: string, tone: Tone]>> = {
  scheduled: ['scheduled', 'plain'],
  intended: ['being granted', 'plain'],
  active: ['held', 'good'],
  ending: ['ending', 'warn'],
  ended: ['ended', 'plain'],
  void: ['never granted', 'plain'],
};

function endOfHolding({ state, reason, lateSeconds, endedAt }: ReportedHolding, isOver: boolean): Markup {
  const [text, tone] = STATES[state];
  if (endedAt === null && state !== 'void' && isOver) return badge('overdue', 'bad');
  const why = reason === null ? html`` : html` <span class="dim">${reason}</span>`;
  return html`${badge(text, tone)}${why} ${endedAt === null ? html`` : lateness(lateSeconds)}`;
}

/** Seconds are what it takes; minutes want a reason. */
export function lateness(seconds: number | null): Markup {
  if (seconds === null || seconds === 0) return html``;
  return seconds > PROMPT_SECONDS
    ? badge(`${span(seconds)} late`, 'bad')
    : html`<span class="dim">${span(seconds)} late</span>`;
}
