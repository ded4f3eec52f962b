import { html, type Markup } from '../../views/report/markup.js';
import { lines } from './ask-page.js';
import { stateOf } from './list-page.js';
import type { CheckSeen, PullSeen, Said } from './look.js';
import { markdown } from './markdown.js';
import { pullPath } from './routes.js';

/** @param login who looks: nobody approves what they opened themselves */
export function pullPage(pull: PullSeen, login: string): Markup {
  return html`<h1>${pull.title} <span class="dim">#${pull.number}</span></h1>
<p>${stateOf(pull)} ${pull.by} ${pull.state === 'open' ? 'wants' : 'wanted'} to merge <code>${pull.branch}</code> into <code>main</code></p>
${pull.check === undefined ? html`` : checkBox(pull.check)}
${pull.files.map((file) => fileBox(file, pull.number))}
<h2>Conversation</h2>
${pull.talk.map(saidBox)}
${pull.state === 'closed' ? html`` : actions(pull, login)}`;
}

const SIGNS: Readonly<Record<string, string>> = { success: '✓', failure: '✗', action_required: '✋' };

function checkBox({ conclusion, title, annotations }: CheckSeen): Markup {
  return html`<section class="check ${conclusion}" aria-label="Check">
<p><strong>${SIGNS[conclusion] ?? '•'} hallpass</strong> ${title}</p>
${annotations.map(({ path, line, message }) => html`<p class="note"><code>${path}:${line}</code> ${message}</p>`)}
</section>`;
}

function fileBox({ path, patch, text }: PullSeen['files'][number], number: number): Markup {
  return html`<section class="file" aria-label="${path}"><h2>${path}</h2><pre tabindex="0">${lines(patch)}</pre>
${text === undefined ? html`` : editForm(path, text, number)}</section>`;
}

function editForm(path: string, text: string, number: number): Markup {
  return html`<details class="edit"><summary>Change it</summary><form class="ask" method="post" action="${pullPath(number)}/edit"><input type="hidden" name="path" value="${path}">
<label>What it should say <textarea name="text" rows="10" required maxlength="16384">
${text}</textarea></label> <button>Push it to the branch</button></form></details>`;
}

function saidBox({ by, at, review, body }: Said): Markup {
  const what = review === undefined ? 'said' : review.replaceAll('_', ' ');
  return html`<article class="said-by"><p class="dim"><strong>${by}</strong> ${what} <time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time></p>
${markdown(body)}</article>
`;
}

const NOT_GREEN = html` <span class="dim">The check is not green: on GitHub a ruleset would refuse this. Merged all the same, Hallpass grants nothing.</span>`;

function actions({ number, by, state, check }: PullSeen, login: string): Markup {
  const at = pullPath(number);
  const own = by === login;
  const isGreen = check?.conclusion === 'success';
  return html`<section class="actions" aria-label="What you can do">
${
  state === 'open' && !own
    ? html`<form method="post" action="${at}/review"><button class="main" name="event" value="APPROVE">Approve as ${login}</button>
<button name="event" value="REQUEST_CHANGES">Ask for changes</button></form>`
    : html``
}
${
  state === 'open'
    ? html`<form method="post" action="${at}/merge"><button name="how" value="merge">Merge as ${login}</button>${isGreen ? html`` : NOT_GREEN}</form>
<form method="post" action="${at}/close"><button>Close</button></form>`
    : html``
}
<form method="post" action="${at}/comment"><label>Comment <input name="body" required maxlength="2000" placeholder="/hallpass revoke ends access early"></label> <button>Comment</button></form>
</section>`;
}
