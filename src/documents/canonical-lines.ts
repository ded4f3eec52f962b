import { firstInvisible } from './visible.js';

/** Lines and places of `canonical.ts` and `canonical-record.ts`. */

/** Thrown and caught by those who read the short way. */
export const NOT_CANONICAL = new Error('left to the strict profile');

/** Where in a text one is. */
export interface Cursor {
  readonly text: string;
  at: number;
}

export const ASCII = /^[\x20-\x7e\n]*$/;
const LONGEST_LINE = 4_096;

/**
 * The checks of the profile on characters and lines, for the whole text at once.
 * @param longestLine in UTF-16 units, which are never fewer than the characters a profile counts.
 */
export function isLegible(text: string, longestLine = LONGEST_LINE): boolean {
  if (!ASCII.test(text) && (firstInvisible(text) !== undefined || text.normalize('NFC') !== text))
    return false;
  return text.endsWith('\n') && !hasLongLine(text, longestLine);
}

/** Steps as far as a line may reach, back to the last break on the way: a line is too long where there is none. */
function hasLongLine(text: string, longest: number): boolean {
  let start = 0;
  while (text.length - start > longest) {
    const end = text.lastIndexOf('\n', start + longest);
    if (end < start) return true;
    start = end + 1;
  }
  return false;
}

export const [LINE_FEED, SPACE, DASH] = [0x0a, 0x20, 0x2d];
/** Columns from one level to the next. */
export const STEP = 2;

/** Moves behind the indent of the next line when that is its indent and not a part of it. */
export function isNextAt(cursor: Cursor, indent: number): boolean {
  const { text, at } = cursor;
  for (let column = 0; column < indent; column += 1) {
    if (text.charCodeAt(at + column) !== SPACE) return false;
  }
  const first = text.charCodeAt(at + indent);
  if (first === SPACE || first === LINE_FEED || Number.isNaN(first)) return false;
  cursor.at = at + indent;
  return true;
}

export function isItem({ text, at }: Cursor): boolean {
  return text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === SPACE;
}

export function expect(cursor: Cursor, code: number): void {
  if (cursor.text.charCodeAt(cursor.at) !== code) throw NOT_CANONICAL;
  cursor.at += 1;
}

export function isTaken(cursor: Cursor, token: string): boolean {
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

/** The value, when its line ends behind it. */
export function closed<T>(cursor: Cursor, value: T): T {
  expect(cursor, LINE_FEED);
  return value;
}

/** What stands on the rest of the line; moves to its end. */
export function restOfLine(cursor: Cursor): string {
  const { text, at } = cursor;
  cursor.at = text.indexOf('\n', at);
  return text.slice(at, cursor.at);
}

const [COMMA, CLOSE_LIST, CLOSE_MAPPING] = [0x2c, 0x5d, 0x7d];

/** What stands between brackets up to a comma or the one that closes them; moves there. No plain text holds either. */
export function restInFlow(cursor: Cursor): string {
  const { text, at } = cursor;
  let end = at;
  let code = text.charCodeAt(end);
  while (code !== COMMA && code !== CLOSE_LIST && code !== CLOSE_MAPPING && end < text.length) {
    if (code === LINE_FEED) throw NOT_CANONICAL;
    end += 1;
    code = text.charCodeAt(end);
  }
  // A mapping closes with a space before its bracket.
  cursor.at = code === CLOSE_MAPPING ? end - 1 : end;
  return text.slice(at, cursor.at);
}
