import { spelledOut } from './visible.js';

/** Words that some reader takes for something else than text, in any case. */
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
/** No indicator, no quote, no comma: safe in block and flow. It starts with a letter, so it is no number either. */
const PLAIN = /^[A-Za-z][\w./@-]*(?: [\w./@-]+)*$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const REQUEST_ID = /^\d{4}\/\d{2}\/[a-z0-9./_-]+$/;
/** Some object ids look like numbers; all are quoted, so that they look alike. */
const OID = /^[0-9a-f]{40,64}$/;

/** Nothing in it to be spelled out or composed; almost every text is such a one. */
const HARMLESS = /^[\x20-\x7e\n]*$/;

const LONGEST_LITERAL_LINE = 400;
const LONGEST_CHUNK = 1_000;

/**
 * Text as a scalar of the strict profile: plain where nothing can be misread, a literal block where it has lines, else in double
 * quotes. What the profile refuses is spelled out as `\u{202e}` (T013), because a ledger that cannot be written helps nobody.
 * @param indent of the lines after the first.
 */
export function emitText(raw: string, indent: string, style: 'any' | 'quoted'): string {
  const text = HARMLESS.test(raw) ? raw : spelledOut(raw).normalize('NFC');
  if (isPlain(text)) return text;
  if (style === 'any' && isLiteral(text)) return literal(text, indent);
  const chunks = text.length > LONGEST_CHUNK && style === 'any' ? chunksOf(text) : [text];
  // A line break behind a backslash is no part of the text; nor is space before the next chunk, unless it is escaped.
  return `"${chunks.map(escaped).join(`\\\n${indent}`)}"`;
}

function isPlain(text: string): boolean {
  if (text.length > 200) return false;
  if (PLAIN.test(text)) return !(RESERVED.test(text) || OID.test(text));
  return INSTANT.test(text) || (REQUEST_ID.test(text) && !OID.test(text));
}

/** Text whose lines mean in a block exactly what they are: the first has content at its start, none is made of spaces. */
function isLiteral(text: string): boolean {
  const lines = text.split('\n');
  return (
    lines.length > 1 &&
    /^[^ \n]/.test(text) &&
    lines.every((line) => line.length <= LONGEST_LITERAL_LINE && !/^ +$/.test(line))
  );
}

function literal(text: string, indent: string): string {
  const content = text.replace(/\n+$/, '');
  const breaks = text.length - content.length;
  const keep = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
  const lines = content.split('\n').map((line) => (line === '' ? '' : `${indent}${line}`));
  // The line break that ends the scalar is written by whoever writes the next line.
  return [`|${keep}`, ...lines, ...Array.from({ length: Math.max(0, breaks - 1) }, () => '')].join('\n');
}

/** What is written otherwise than it is, or may be: space where a chunk begins. */
const TO_ESCAPE = /[\\"\n]|^ /;

function escaped(chunk: string, index: number): string {
  if (!TO_ESCAPE.test(chunk)) return chunk;
  const text = chunk
    .replace(/[\\"]/g, '\\$&')
    // Behind the n of the escape a combining mark would be one letter with it in NFC.
    .replace(/\n(\p{M}?)/gu, (_, mark: string) => `\\n${mark === '' ? '' : hex(mark)}`);
  return index > 0 && text.startsWith(' ') ? `\\${text}` : text;
}

function hex(mark: string): string {
  return `\\U${(mark.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;
}

function chunksOf(text: string): string[] {
  const points = [...text];
  const count = Math.ceil(points.length / LONGEST_CHUNK);
  return Array.from({ length: count }, (_, at) =>
    points.slice(at * LONGEST_CHUNK, (at + 1) * LONGEST_CHUNK).join(''),
  );
}
