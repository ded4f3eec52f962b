import { htmlEscape } from 'escape-goat';
import { oneLine } from '../untrusted-text.js';

/** HTML that is safe to put into HTML. Only {@link html} and {@link joined} make any. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | readonly Markup[];

/** Only the literal words of a template are markup; everything put in is escaped, unless it was made here itself (T142). */
export function html(words: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return {
    markup: words
      .map((text, index) => text + (index < values.length ? markupOf(values[index]) : ''))
      .join(''),
  };
}

function markupOf(value: Value | undefined): string {
  if (typeof value === 'string') return htmlEscape(oneLine(value));
  if (typeof value === 'number') return String(value);
  if (value === undefined) return '';
  return 'markup' in value ? value.markup : joined(value).markup;
}

export function joined(parts: readonly Markup[], between: Markup = html``): Markup {
  return { markup: parts.map(({ markup }) => markup).join(between.markup) };
}
