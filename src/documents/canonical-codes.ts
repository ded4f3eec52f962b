import type { Cursor as InText } from './canonical-lines.js';

/** V8 compares numbers in an array six times faster than pieces of a text. */
export interface Cursor extends InText {
  /** The text's UTF-16 code units. */
  readonly codes: Uint8Array | Uint16Array;
}

const UTF8 = new TextEncoder();

/** @param text ASCII. */
export function token(text: string): Uint8Array {
  return UTF8.encode(text);
}

/** Bytes are code units where each stands for a character. */
export function codesOf(text: string, bytes: Uint8Array): Uint8Array | Uint16Array {
  if (bytes.length === text.length) return bytes;
  return Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

/** Moves behind what is expected, when it stands there. */
export function isTaken(cursor: Cursor, token: Uint8Array): boolean {
  const { codes, at } = cursor;
  if (at + token.length > codes.length) return false;
  for (let index = 0; index < token.length; index += 1) {
    if (codes[at + index] !== token[index]) return false;
  }
  cursor.at = at + token.length;
  return true;
}
