import type { Entry, GrantedHolding } from '../../core/grant.js';
import { isEndRequested, isLive } from '../../core/lifecycle/grant.js';
import { hasEnded, type Instant, secondsBetween } from '../../core/time.js';
import { html, type Markup } from '../report/markup.js';
import { span } from '../time-text.js';
import { entitlementLink, grantLink, personLink, targetLink } from './links.js';
import { badge, commas, plainList, type Tone, table } from './pieces.js';
import type { Site } from './site.js';
import { shortUtc, when } from './time.js';

/** So long before its end a grant ends soon. */
const SOON_SECONDS = 1_800;

/** Live grants with the time they have left. */
export function heldTable(entries: readonly Entry[], site: Site, now: Instant): Markup {
  return table(
    'Grants',
    [
      { title: 'Who', cell: ({ subject }) => personLink(site, subject?.login ?? null) },
      {
        title: 'What',
        cell: ({ holdings }) => plainList(holdings.filter(isLive).map((one) => oneOf(one, site))),
      },
      { title: 'Time left', cell: (entry) => timeLeft(entry, now) },
      { title: 'Until', cell: ({ window }) => until(window?.expiresAt, now) },
      { title: 'State', cell: (entry) => stateOf(entry, now) },
      { title: 'Grant', cell: ({ id }) => grantLink(site, id) },
    ],
    entries,
  );
}

/** Grants whose start is ahead. */
export function scheduledTable(entries: readonly Entry[], site: Site, now: Instant): Markup {
  return table(
    'Scheduled grants',
    [
      { title: 'Who', cell: ({ subject }) => personLink(site, subject?.login ?? null) },
      { title: 'What', cell: ({ holdings }) => plainList(holdings.map((one) => oneOf(one, site))) },
      { title: 'Starts', cell: ({ window }) => when(window?.startsAt ?? null, now) },
      { title: 'Until', cell: ({ window }) => until(window?.expiresAt, now) },
      { title: 'Grant', cell: ({ id }) => grantLink(site, id) },
    ],
    entries,
  );
}

export function endsSoon({ window }: Entry, now: Instant): boolean {
  if (window === undefined) return false;
  const left = secondsBetween(now, window.expiresAt);
  return left > 0 && left <= SOON_SECONDS;
}

export function entitlementsOf(ids: readonly string[], site: Site): Markup {
  return commas(ids.map((id) => entitlementLink(site, id)));
}

function oneOf({ entitlement, holding }: GrantedHolding, site: Site): Markup {
  return html`${entitlementLink(site, entitlement)} <span class="dim">on ${targetLink(site, holding.target)}</span>`;
}

function until(at: Instant | undefined, now: Instant): Markup {
  return at === undefined ? html`-` : html`<time datetime="${at}">${shortUtc(at, now)}</time>`;
}

/** In words, and as how much of the window has passed. */
function timeLeft(entry: Entry, now: Instant): Markup {
  const { window } = entry;
  if (window === undefined) return html`-`;
  const left = secondsBetween(now, window.expiresAt);
  if (left <= 0) return html`${badge(`overdue by ${span(left)}`, 'bad')}`;
  const whole = Math.max(1, secondsBetween(window.startsAt, window.expiresAt));
  const passed = Math.min(100, Math.max(0, Math.round(100 * (1 - left / whole))));
  const tone: Tone = endsSoon(entry, now) ? 'warn' : 'plain';
  return html`<strong>${span(left)}</strong><svg class="bar ${tone}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="6" rx="3"/><rect class="run" width="${passed}" height="6" rx="3"/></svg>`;
}

/** What is not just held. */
function stateOf(entry: Entry, now: Instant): Markup {
  const { breakGlass, holdings, window } = entry;
  const isOver = window === undefined || hasEnded(window.expiresAt, now);
  const badges: Markup[] = [
    ...(isOver ? [badge('past its end', 'bad')] : []),
    ...(isEndRequested(entry) ? [badge('end asked for', 'warn')] : []),
    ...(holdings.some(({ state }) => state === 'ending') ? [badge('ending', 'warn')] : []),
    ...(holdings.some(({ state }) => state === 'intended') ? [badge('being granted')] : []),
    ...(!isOver && endsSoon(entry, now) ? [badge('ends soon', 'warn')] : []),
    ...(breakGlass ? [badge('break-glass', 'warn')] : []),
    ...(entry.extends === undefined ? [] : [badge('extension')]),
    ...(holdings.some(({ preexisting }) => preexisting === true) ? [badge('held before')] : []),
  ];
  return badges.length === 0 ? badge('held', 'good') : html`${badges.map((one) => html`${one} `)}`;
}
