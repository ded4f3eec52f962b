import { Marked } from 'marked';
import { html, joined, type Markup } from '../../views/report/markup.js';

// Comments hold what anybody wrote: tags are shown as text, links lead to the web or nowhere, and images are their words.
const renderer = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => html`${text}`.markup,
    image: ({ text }) => html`${text}`.markup,
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      return /^https?:\/\//u.test(href)
        ? html`<a href="${href}" rel="noreferrer">${{ markup: words }}</a>`.markup
        : words;
    },
  },
});

/** The only tags of GitHub's that comments here use, each on lines of its own. */
const FOLDED = /<details>\n<summary>([^<\n]*)<\/summary>\n([\s\S]*?)\n<\/details>/gu;
const UNSEEN = /<!--[\s\S]*?-->/gu;

/** A comment as GitHub would show it, near enough: Markdown, folded parts, and no comment for machines. */
export function markdown(text: string): Markup {
  const shown = text.replace(UNSEEN, '');
  const parts: Markup[] = [];
  let at = 0;
  for (const found of shown.matchAll(FOLDED)) {
    parts.push(plain(shown.slice(at, found.index)));
    parts.push(html`<details><summary>${found[1] ?? ''}</summary>${plain(found[2] ?? '')}</details>`);
    at = found.index + found[0].length;
  }
  parts.push(plain(shown.slice(at)));
  return joined(parts);
}

// The renderer escapes what it did not write itself.
const plain = (text: string): Markup => ({ markup: renderer.parse(text, { async: false }) });
