/**
 * Text that somebody else wrote, made safe to show. Controls, escape sequences, bidi and invisible characters become visible
 * (T013, T122, T124); Markdown can start no mention, reference, link, image or tag (T053, T137).
 */

// Behind functions, since what Unicode says of characters takes a millisecond to find out, and most text is plain ASCII.
// Everything that moves the cursor, changes direction or shows nothing. An emoji may keep the selector that colours it.
const LINE_BREAK = /\r\n|[\n\r\u0085\u2028\u2029]/gu;
const unseen = (): RegExp =>
  /(?<!\p{Extended_Pictographic})\ufe0f|[\p{C}\p{Zl}\p{Zp}\u2800]|(?! )\p{Zs}|(?!\ufe0f)\p{Default_Ignorable_Code_Point}/gu;
// A pile of marks on one letter paints over its neighbours.
const piledMarks = (): RegExp => /(?<=\p{M}{3})\p{M}/gu;

/** One line without anything unseen: for terminals and logs, and the base of everything else here. */
export function oneLine(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(LINE_BREAK, ' ↵ ').replace(unseen(), codePoint).replace(piledMarks(), codePoint);
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** JSON that holds nothing unseen either: what `JSON.stringify` leaves as it is becomes an escape. */
export function jsonText(value: unknown): string {
  const spelled = (character: string) => (character === '\n' ? character : utf16Escapes(character));
  return JSON.stringify(value, null, 2).replace(unseen(), spelled);
}

function utf16Escapes(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}

/** At most `limit` code points, and how many were left out. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const points = [...text];
  if (points.length <= limit) return text;
  return `${points.slice(0, limit).join('')}… (${points.length - limit} more characters)`;
}

/** A code span: nothing inside it is active, and no content can close it. */
export function markdownCode(text: string): string {
  const content = oneLine(text);
  if (content === '') return '`""`';
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || content !== content.trim() ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** A fenced block of lines, for what people copy. No line can close it. */
export function markdownBlock(lines: readonly string[], language: string): string {
  const content = lines.map(oneLine);
  const longest = Math.max(2, ...content.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...content, fence].join('\n');
}

// Letters and digits with single joiners inside (a colon only as in 14:30); quotes and brackets around; a full stop or the like behind.
const plainWord = (): RegExp =>
  /^["'(“‘]?[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:(?:[-.,/'’+]|(?<=\d):(?=\d))[\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*%?["')”’]?[.,;:!?…]{0,3}$/u;
const PLAIN_SIGN = /^(?:[-–—+=/…↵]|[.,;:!?)]{1,3})$/u;
// What its author set in backticks, or else a word.
const CODE_OR_WORD = /(?<=^| )`([^`]+)`(?=[.,;:!?)]{0,3}(?: |$))|[^ ]+/gu;
// What GitHub makes a link of without any sign: `www.`, `GH-12` and commit ids.
const linkedWord = (): RegExp => /www\.|(?<![\p{L}\p{N}])(?:gh-\d|[0-9a-f]{7,64}(?![\p{L}\p{N}]))/iu;

/**
 * A sentence inside a line of Markdown. Words of letters stay as they are; every other word becomes a code span. Escaping by
 * backslash would not do: GitHub looks for mentions and references after the escapes are gone.
 */
export function markdownProse(text: string): string {
  return oneLine(text)
    .replace(/ {2,}/gu, ' ')
    .trim()
    .replace(CODE_OR_WORD, (word, code?: string) =>
      isPlain(word) ? word : code === undefined ? markdownWord(word) : markdownCode(code),
    );
}

// Marks that end a clause start nothing, so they may stand behind a code span. A bracket or a colon may be part of the word.
const CLAUSE_END = /[.,;]{1,3}$/u;

function markdownWord(word: string): string {
  const [end = ''] = CLAUSE_END.exec(word) ?? [];
  const rest = word.slice(0, word.length - end.length);
  if (rest === '') return markdownCode(word);
  return markdownCode(rest) + end;
}

function isPlain(word: string): boolean {
  return PLAIN_SIGN.test(word) || (plainWord().test(word) && !linkedWord().test(word));
}
