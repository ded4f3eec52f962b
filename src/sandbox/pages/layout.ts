import type { Instant } from '../../core/time.js';
import { html, type Markup } from '../../views/report/markup.js';
import { utc } from '../../views/time-text.js';
import { gitIdentity } from '../documents.js';
import { HOME, ROUTES } from './routes.js';

/** What every page shows around its own matter. */
export interface Frame {
  /** Who acts. */
  readonly login: string;
  readonly people: readonly string[];
  readonly cloneUrl: string;
  /** Where Hallpass itself is looked at; `undefined`: it shows no pages. */
  readonly dashboardUrl: string | undefined;
  /** What has just happened or could not be done; shown once. */
  readonly said?: Notice;
  /** Where switching the person leads back to. */
  readonly here: string;
  /** By the sandbox's clock. */
  readonly now: Instant;
}

export interface Notice {
  readonly kind: 'good' | 'bad';
  readonly text: string;
}

export function page(frame: Frame, title: string, content: Markup): string {
  const { said, dashboardUrl } = frame;
  return document(
    title,
    html`<header>
<p class="where"><a href="${HOME}">acme / access</a> <span>a stand-in for GitHub; nothing of it leaves this machine</span></p>
<nav aria-label="Pages"><a href="${HOME}">Pull requests</a> <a href="${ROUTES.ask}">Ask for access</a> <a href="${ROUTES.ledger}">Ledger</a> ${dashboardUrl === undefined ? html`` : html`<a href="${dashboardUrl}/">Dashboard</a>`}</nav>
${whoForm(frame)}
</header>
<div class="columns">
<main>
${said === undefined ? html`` : html`<p class="said ${said.kind}" role="status">${said.text}</p>`}
${content}
</main>
<aside aria-label="The machine">
<h2>The real database</h2>
<iframe src="${ROUTES.database}" title="Who holds what in PostgreSQL now"></iframe>
<h2>The clock</h2>
<p>Here it is <time datetime="${frame.now}">${utc(frame.now)}</time>.</p>
<form method="post" action="${ROUTES.clock}"><input type="hidden" name="here" value="${frame.here}">
<button name="seconds" value="600">10 minutes pass</button> <button name="seconds" value="3600">1 hour passes</button></form>
<h2>By git</h2>
<p>Clone it, push a branch, and open a pull request for it as well:</p>
<pre class="git">git clone ${gitIdentity(frame.login)} ${frame.cloneUrl}</pre>
</aside>
</div>`,
    'page.js',
  );
}

/** A whole document. Scripts are files of ours; without them everything works and only has to be looked at again. */
export function document(title: string, body: Markup, script?: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${ROUTES.style}">
${script === undefined ? html`` : html`<script src="${ROUTES.script}" defer></script>`}
</head>
<body>
${body}
</body>
</html>
`.markup;
}

function whoForm({ login, people, here }: Frame): Markup {
  const buttons = people.map((person) =>
    person === login
      ? html`<button name="login" value="${person}" aria-pressed="true">${person}</button> `
      : html`<button name="login" value="${person}" aria-pressed="false">${person}</button> `,
  );
  return html`<form class="who" method="post" action="${ROUTES.person}"><input type="hidden" name="here" value="${here}">
<span>You are</span> ${buttons}</form>`;
}
