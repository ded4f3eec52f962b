import { html, type Markup } from '../report/markup.js';
import { entitlementPath, grantPath, personPath, type Site, targetPath } from './site.js';

/** Links to pages of ours and of the review host. What is shown is anybody's text; where it leads is built of ids and numbers. */

export function grantLink(site: Site, id: string): Markup {
  return html`<a class="mono" href="${grantPath(site, id)}">${id}</a>`;
}

export function personLink(site: Site, login: string | null): Markup {
  if (login === null) return html`<span class="dim">(account gone)</span>`;
  return html`<a href="${personPath(site, login)}">${login}</a>`;
}

export function entitlementLink(site: Site, id: string): Markup {
  return html`<a href="${entitlementPath(site, id)}">${id}</a>`;
}

export function targetLink(site: Site, id: string): Markup {
  return html`<a href="${targetPath(site)}#target-${encodeURIComponent(id)}">${id}</a>`;
}

export function pullRequestLink({ repositoryUrl }: Site, number: number): Markup {
  return html`<a href="${repositoryUrl}/pull/${number}">#${number}</a>`;
}

export function reviewLink({ repositoryUrl }: Site, pullRequest: number, review: number): Markup {
  return html`<a href="${repositoryUrl}/pull/${pullRequest}#pullrequestreview-${review}">review</a>`;
}

export function commitLink({ repositoryUrl }: Site, commit: string): Markup {
  return html`<a class="mono" href="${repositoryUrl}/commit/${commit}">${commit.slice(0, 12)}</a>`;
}
