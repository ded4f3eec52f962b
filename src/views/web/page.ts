import type { Instant } from '../../core/time.js';
import { html, type Markup } from '../report/markup.js';
import type { NavItem, Site, Visitor } from './site.js';
import { clockOf } from './time.js';

export interface Page {
  readonly title: string;
  /** Path of the item of the navigation it belongs to, without the base; absent for none. */
  readonly at?: string;
  readonly main: Markup;
  /** Whether the script keeps it current. Pages with a form one fills in are left alone. */
  readonly live?: boolean;
}

export interface PageContext {
  readonly site: Site;
  readonly now: Instant;
  /** `null`: nobody has signed in. */
  readonly visitor: Visitor | null;
}

/** Frame of every page: who looks, where one can go, and what the page says. */
export function pageHtml({ title, at, main, live }: Page, { site, now, visitor }: PageContext): string {
  const script = live === true ? html`<script src="${site.script}" defer></script>` : html``;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Hallpass</title>
<link rel="stylesheet" href="${site.style}">
<link rel="icon" href="${site.icon}" type="image/svg+xml">
${script}
</head>
<body data-live="${site.base}/live">
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="${site.base}/"><span class="mark" aria-hidden="true"></span>Hallpass</a>
<a class="where" href="${site.repositoryUrl}">${site.repository}</a>
${visitor === null ? html`` : navHtml(site, at)}
${visitor === null ? html`` : visitorHtml(site, visitor)}
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer><p>As of ${clockOf(now)}. ${live === true ? freshness : html``}</p><p id="said" role="status"></p></footer>
</body>
</html>
`;
  return page.markup;
}

/** Without scripts a page stays as it is; a link brings it anew, wherever one is. */
const freshness = html`<span class="by-script">This page follows what happens by itself.</span><noscript><a href="">Look again</a></noscript>`;

function navHtml({ base, nav }: Site, at: string | undefined): Markup {
  const items = nav.map((item) => html`<li>${linkTo(base, item, item.path === at)}</li>`);
  return html`<nav aria-label="Pages"><ul>${items}</ul></nav>`;
}

function linkTo(base: string, { path, name }: NavItem, isHere: boolean): Markup {
  const here = isHere ? html` aria-current="page"` : html``;
  return html`<a href="${base}${path}"${here}>${name}</a>`;
}

function visitorHtml({ base }: Site, { login, formToken }: Visitor): Markup {
  return html`<form class="visitor" method="post" action="${base}/sign-out"><a href="${base}/people/${encodeURIComponent(login)}">${login}</a><input type="hidden" name="form" value="${formToken}"><button>Sign out</button></form>`;
}
