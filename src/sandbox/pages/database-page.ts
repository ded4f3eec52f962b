import { html, type Markup } from '../../views/report/markup.js';

/** What the real database says of one person now. */
export interface Holding {
  readonly role: string;
  readonly members: readonly string[];
  /** What a question asked by the person herself was answered. */
  readonly question: string;
  readonly answer: { readonly answer: string } | { readonly refused: string };
}

export function databasePage({ role, members, question, answer }: Holding): Markup {
  const works = 'answer' in answer;
  return html`<main class="database">
<p><code>${role}</code> is held by <strong id="members">${members.length === 0 ? 'nobody' : members.join(', ')}</strong></p>
<p><code>alice&gt; ${question}</code></p>
<p id="answer" class="${works ? 'good' : 'bad'}">${works ? answer.answer : answer.refused}</p>
</main>`;
}
