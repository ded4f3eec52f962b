import { html, type Markup } from '../../views/report/markup.js';
import { ROUTES } from './routes.js';

/** What was typed, to be shown again when it could not be taken. */
export interface Asked {
  readonly title: string;
  readonly path: string;
  readonly text: string;
}

/** @param month as `2026/11` */
export function suggestion(login: string, month: string, name: string): Asked {
  return {
    title: 'Read the orders database for INC-4242',
    path: `access-requests/${month}/${name}.yaml`,
    text: `version: 1
subject: ${login}
entitlements: [orders-db-readonly]
duration: 1h
justification: "INC-4242: checkout is slow, need to read query plans"
ticket: INC-4242
`,
  };
}

export function askPage({ title, path, text }: Asked): Markup {
  return html`<h1>Ask for access</h1>
<p>A request is a file, and the file comes in a pull request. Make a mistake on purpose if you like: the check points at the line.
The other entitlement, <code>orders-deployers</code>, approves itself.</p>
<form class="ask" method="post" action="${ROUTES.ask}">
<label>Title <input name="title" value="${title}" required maxlength="200"></label>
<label>File <input name="path" value="${path}" required maxlength="200" spellcheck="false"></label>
<label>Request <textarea name="text" rows="9" required maxlength="20000" spellcheck="false">${lines(text)}</textarea></label>
<button class="main">Open the pull request</button>
</form>`;
}

/** Text whose line breaks stay what they are; a browser drops the first one after the tag. */
export function lines(text: string): Markup {
  const parts = text.split('\n').map((line) => html`${line}`.markup);
  return { markup: `\n${parts.join('\n')}` };
}
