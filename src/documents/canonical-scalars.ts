import { ASCII, type Cursor, isTaken, NOT_CANONICAL } from './canonical-lines.js';

/** The scalars of `canonical.ts`: what of them can be taken for nothing else. */

export const [QUOTE, BAR] = [0x22, 0x7c];

const PLAIN = /^[A-Za-z][\w./@-]*(?: [\w./@-]+)*$/;
const OTHER_WORD = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const REQUEST_ID = /^\d{4}\/\d{2}\/[a-z0-9./_-]+$/;
const DURATION = /^[1-9]\d{0,3}[mhd]$/;
/** Texts that begin with a digit and are never numbers. */
const OTHER_TEXTS = [INSTANT, REQUEST_ID, DURATION];
export const INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
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
  return OTHER_TEXTS.some((form) => form.test(text)) ? text : undefined;
}

/** Where the quote that begins at a place ends. */
export function endOfQuote(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end < 0) throw NOT_CANONICAL;
  return end;
}

const BACKSLASH = 0x5c;

/** Behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text.charCodeAt(start - 1) === BACKSLASH) start -= 1;
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

const ONLY_SPACES = /^ *$/;

/** A block of lines; blank ones at its end are left to the profile, and so is keeping them. */
export function literal(cursor: Cursor, indent: number): string {
  const keepsBreak = isTaken(cursor, '|\n');
  if (!keepsBreak && !isTaken(cursor, '|-\n')) throw NOT_CANONICAL;
  const { text } = cursor;
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  for (let end = text.indexOf('\n', cursor.at); end >= 0; end = text.indexOf('\n', cursor.at)) {
    const isBlank = end === cursor.at;
    if (!isBlank && !text.startsWith(margin, cursor.at)) break;
    const line = isBlank ? '' : text.slice(cursor.at + indent, end);
    if (!isBlank && ONLY_SPACES.test(line)) throw NOT_CANONICAL;
    lines.push(line);
    cursor.at = end + 1;
  }
  const isSound = lines.length > 0 && lines.at(-1) !== '' && /^[^ \n]/.test(lines[0] ?? '');
  if (!isSound) throw NOT_CANONICAL;
  return `${lines.join('\n')}${keepsBreak ? '\n' : ''}`;
}
