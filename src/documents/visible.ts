/**
 * Everything that cannot be seen or that bends how text is shown: controls (C0, C1, U+007F), format characters (bidi,
 * zero-width, soft hyphen, tags, BOM), line and paragraph separators, lone surrogates, noncharacters and other default
 * ignorables. Variation selectors 15 and 16 belong to emoji and stay, as does the line feed (T011, T013).
 */
const invisible = (): RegExp =>
  /(?!\n|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Whether a text is only what everybody sees the same: printable ASCII and line feeds. Nearly every document is, and none of it is
 * invisible, composed or longer than it looks; what Unicode says of characters takes a while to find out.
 */
export function isPlain(text: string): boolean {
  return /^[\n -~]*$/.test(text);
}

/** The first character of a text that may not be there. */
export function firstInvisible(text: string): string | undefined {
  return isPlain(text) ? undefined : invisible().exec(text)?.[0];
}

/** All of them, with their offsets. */
export function everyInvisible(text: string): Iterable<{ readonly 0: string; readonly index: number }> {
  return isPlain(text) ? [] : text.matchAll(invisible());
}

export function replaceInvisible(text: string, by: (character: string) => string): string {
  return isPlain(text) ? text : text.replace(invisible(), by);
}

/** `U+202E`, the usual way to name what cannot be shown. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The text with everything that cannot be seen spelled out as `\u{202e}`. */
export function spelledOut(text: string): string {
  return replaceInvisible(text, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

const LONGEST_QUOTE = 80;

/** What a person wrote, safe to print: cut, in quotes, on one line, with everything unseen spelled out (T013, T124). */
export function quoted(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST_QUOTE)];
  const shown = characters.slice(0, LONGEST_QUOTE).join('');
  const cut = characters.length > LONGEST_QUOTE;
  const escaped = shown.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
  return `"${spelledOut(escaped)}${cut ? '…' : ''}"`;
}
