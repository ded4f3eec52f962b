import type { Explanation } from '../explanation.js';
import type { Phrase } from '../phrase.js';
import { html, type Markup } from '../report/markup.js';

const DRAW: Readonly<Record<Phrase[number]['as'], (text: string) => Markup>> = {
  words: (text) => html`${text}`,
  name: (text) => html`<code class="mono">${text}</code>`,
  said: (text) => html`${text}`,
  strong: (text) => html`<strong>${text}</strong>`,
};

/** The sentence of the comment and of the terminal, for a page. */
export function phraseMarkup(sentence: Phrase): Markup {
  return html`${sentence.map(({ as, text }) => DRAW[as](text))}`;
}

/** A sign, and the word it stands for. */
const SIGN: Readonly<Record<Explanation['mark'], readonly [sign: string, word: string]>> = {
  yes: ['✔', 'yes'],
  no: ['✘', 'no'],
  error: ['!', 'error'],
  note: ['·', 'note'],
  way: ['→', 'what would change it'],
};

/** The tree of a decision. */
export function explanationMarkup({ mark, text, below }: Explanation): Markup {
  const [sign, word] = SIGN[mark];
  const rest = below.length === 0 ? html`` : html`<ul>${below.map(explanationMarkup)}</ul>`;
  return html`<li class="${mark}"><span class="sign" role="img" aria-label="${word}">${sign}</span> ${phraseMarkup(text)}${rest}</li>`;
}
