import type { Entry } from '../../core/grant.js';
import type { Instant } from '../../core/time.js';
import { html } from '../report/markup.js';
import type { Page } from './page.js';
import { commas, table } from './pieces.js';
import { entitlementPath, grantPath, personPath, type Site } from './site.js';
import { when } from './time.js';

/** The first page: who holds what now. */
export function nowPage(entries: readonly Entry[], site: Site, now: Instant): Page {
  const held = table(
    'Held now',
    [
      {
        title: 'Who',
        cell: ({ subject }) =>
          subject === null
            ? '(account gone)'
            : html`<a href="${personPath(site, subject.login)}">${subject.login}</a>`,
      },
      {
        title: 'What',
        cell: ({ holdings }) =>
          commas(
            holdings.map(
              ({ entitlement }) => html`<a href="${entitlementPath(site, entitlement)}">${entitlement}</a>`,
            ),
          ),
      },
      { title: 'Until', cell: ({ window }) => when(window?.expiresAt ?? null, now) },
      { title: 'Grant', cell: ({ id }) => html`<a class="mono" href="${grantPath(site, id)}">${id}</a>` },
    ],
    entries,
  );
  const main = html`<h1>Now</h1><section><h2>Held now</h2>${entries.length === 0 ? html`<p>Nobody holds anything.</p>` : held}</section>`;
  return { title: 'Now', at: '/', main, live: true };
}
