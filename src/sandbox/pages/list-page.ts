import { html, type Markup } from '../../views/report/markup.js';
import type { PullRow } from './look.js';
import { pullPath, ROUTES } from './routes.js';

export function pullsPage(pulls: readonly PullRow[]): Markup {
  if (pulls.length > 0) {
    return html`<h1>Pull requests</h1>
<ul class="pulls">${pulls.map(row)}</ul>
<p><a class="button" href="${ROUTES.ask}">Ask for access</a></p>`;
  }
  return html`<h1>Nobody has asked for anything yet</h1>
<ol class="tour">
<li>As <strong>alice</strong>, <a href="${ROUTES.ask}">ask for access</a> to the orders database. She cannot read it now; the database on the side says so.</li>
<li>Become <strong>bob</strong> (team dba) above and approve. One person is not two.</li>
<li>Become <strong>carol</strong> (team security) and approve.</li>
<li>Become alice again and merge. The database shows her role within seconds.</li>
<li>Let an hour pass. The role is gone, and the ledger tells it all.</li>
</ol>`;
}

export const stateOf = ({ state }: Pick<PullRow, 'state'>): Markup =>
  html`<span class="state ${state}">${state}</span>`;

function row(pull: PullRow): Markup {
  return html`<li>${stateOf(pull)} <a href="${pullPath(pull.number)}">${pull.title}</a> <span class="dim">#${pull.number} by ${pull.by}</span></li>
`;
}
