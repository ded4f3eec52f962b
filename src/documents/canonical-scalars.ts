/** The scalars of `canonical.ts`: what of them can be taken for nothing else. */

/** Thrown and caught by those who read the short way. */
export const NOT_CANONICAL = new Error('left to the strict profile');

/** Where in a text one is. */
export interface Cursor {
  readonly text: string;
  at: number;
}

export const ASCII = /^[\x20-\x7e\n]*$/;
const PLAIN = /^[A-Za-z][\w./@-]*(?: [\w./@-]+)*$/;
const OTHER_WORD = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const REQUEST_ID = /^\d{4}\/\d{2}\/[a-z0-9./_-]+$/;
const INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const WORDS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

export function plain(text: string): unknown {
  const value = plainOrNothing(text);
  if (value === undefined) throw NOT_CANONICAL;
  return value;
}

export function plainOrNothing(text: string): unknown {
  if (PLAIN.test(text)) return OTHER_WORD.test(text) ? WORDS.get(text) : text;
  if (INTEGER.test(text)) return Number(text);
  return INSTANT.test(text) || REQUEST_ID.test(text) ? text : undefined;
}

/** Where the quote that begins at a place ends. */
export function endOfQuote(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end < 0) throw NOT_CANONICAL;
  return end;
}

/** Behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === '\\') start -= 1;
  return (at - start) % 2 === 1;
}

const ESCAPE = /\\(.?)/g;
const ESCAPES = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ['n', '\n'],
]);

/** Text in double quotes, on one line. */
export function quoted(cursor: Cursor): string {
  const { text, at } = cursor;
  const end = endOfQuote(text, at);
  const raw = text.slice(at + 1, end);
  cursor.at = end + 1;
  if (raw.includes('\n')) throw NOT_CANONICAL;
  if (!raw.includes('\\')) return raw;
  // What escapes bring together may be one letter in NFC, or unseen.
  if (!ASCII.test(raw)) throw NOT_CANONICAL;
  return raw.replace(ESCAPE, (_, letter: string) => {
    const meant = ESCAPES.get(letter);
    if (meant === undefined) throw NOT_CANONICAL;
    return meant;
  });
}
