import { markdownCode, markdownProse, oneLine } from './untrusted-text.js';

/**
 * A sentence that remembers which of its parts are ours and which somebody else wrote, so that one sentence serves every
 * surface. Only the literal words of a template are ever trusted.
 */
export type Phrase = readonly Piece[];
type Piece = { readonly as: 'words' | 'name' | 'said' | 'strong'; readonly text: string };

/** Builds a sentence. A string that is put in is taken as somebody's prose; wrap ids and logins in {@link name}. */
export function phrase(
  words: TemplateStringsArray,
  ...values: readonly (string | number | Phrase)[]
): Phrase {
  return words.flatMap((text, index) => [{ as: 'words', text } as const, ...piecesOf(values[index])]);
}

function piecesOf(value: string | number | Phrase | undefined): Phrase {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ as: 'said', text: value }];
  return typeof value === 'number' ? [{ as: 'words', text: String(value) }] : value;
}

/** An id, a login, a path, a command: shown in code where the surface has it. Never a mention. */
export function name(text: string): Phrase {
  return [{ as: 'name', text }];
}

/** What must not be overlooked. */
export function strong(text: string): Phrase {
  return [{ as: 'strong', text }];
}

/** @returns `a`, `b and c`, or `a, b and c`. */
export function list(phrases: readonly Phrase[], last: 'and' | 'or' = 'and'): Phrase {
  return phrases.flatMap((item, index) => {
    if (index === 0) return item;
    const joint = index === phrases.length - 1 ? ` ${last} ` : ', ';
    return [{ as: 'words', text: joint } as const, ...item];
  });
}

// A team may have hundreds of members; a comment is read on a phone.
const MOST_NAMES = 10;

export function names(texts: readonly string[], last: 'and' | 'or' = 'and'): Phrase {
  if (texts.length <= MOST_NAMES) return list(texts.map(name), last);
  const shown = texts.slice(0, MOST_NAMES - 1);
  return list([...shown.map(name), phrase`${texts.length - shown.length} more`], last);
}

const TO_MARKDOWN = {
  words: (text: string) => text,
  name: markdownCode,
  said: markdownProse,
  strong: (text: string) => `**${markdownProse(text)}**`,
};

export function toMarkdown(sentence: Phrase): string {
  return sentence
    .map(({ as, text }) => TO_MARKDOWN[as](text))
    .reduce((line, part) => line + (line.endsWith('`') && part.startsWith('`') ? ' ' : '') + part, '');
}

/** For terminals, logs and titles that take no Markdown. */
export function toText(sentence: Phrase): string {
  return sentence.map(({ text }) => oneLine(text)).join('');
}
