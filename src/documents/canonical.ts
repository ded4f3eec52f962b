import {
  ASCII,
  type Cursor,
  endOfQuote,
  NOT_CANONICAL,
  plain,
  plainOrNothing,
  quoted,
} from './canonical-scalars.js';
import { firstInvisible } from './visible.js';

/**
 * Reads what `emit.ts` writes, forty times faster than a parser of all YAML, and nothing else. Whatever it is not certain of, it leaves to the
 * strict profile: other spellings, floats, chunked texts, blank lines, a key twice. So there are two outcomes, the value the profile would
 * give as well, or `undefined`; a property test holds it to that. Mappings are ordinary objects, so whoever keeps somebody else's data takes
 * their prototype away.
 */
export function readCanonical(text: string): unknown {
  if (!isLegible(text)) return undefined;
  const cursor: Cursor = { text, at: 0 };
  try {
    const value = mapping(cursor, 0);
    return cursor.at === text.length ? value : undefined;
  } catch (error) {
    if (error === NOT_CANONICAL) return undefined;
    throw error;
  }
}

const LONGEST_LINE = 4_096;
const LONGEST_KEY = 200;
/** Far below the depth of the profile. */
const DEEPEST_INDENT = 48;

/** The checks of the profile on characters and lines, for the whole text at once. */
function isLegible(text: string): boolean {
  if (!ASCII.test(text) && (firstInvisible(text) !== undefined || text.normalize('NFC') !== text))
    return false;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end - start > LONGEST_LINE) return false;
    start = end + 1;
  }
  return start === text.length;
}

const [LINE_FEED, SPACE, QUOTE, DASH, COLON] = [0x0a, 0x20, 0x22, 0x2d, 0x3a];
const [OPEN_LIST, OPEN_MAPPING, BAR] = [0x5b, 0x7b, 0x7c];
const STEP = 2;

/** From its first key, which stands at the indent, to the line that is no longer part of it. */
function mapping(cursor: Cursor, indent: number): object {
  if (indent > DEEPEST_INDENT) throw NOT_CANONICAL;
  const { text } = cursor;
  const result: Record<string, unknown> = {};
  do {
    const key = keyAt(cursor);
    if (Object.hasOwn(result, key)) throw NOT_CANONICAL;
    if (text.charCodeAt(cursor.at) === LINE_FEED) {
      cursor.at += 1;
      result[key] = nested(cursor, indent + STEP);
    } else {
      expect(cursor, SPACE);
      result[key] = valueOnLine(cursor, indent + STEP);
    }
  } while (isNextAt(cursor, indent));
  return result;
}

/** A list or a mapping whose first line is the next one. */
function nested(cursor: Cursor, indent: number): object {
  if (!isNextAt(cursor, indent)) throw NOT_CANONICAL;
  return isItem(cursor) ? list(cursor, indent) : mapping(cursor, indent);
}

function list(cursor: Cursor, indent: number): unknown[] {
  if (indent > DEEPEST_INDENT) throw NOT_CANONICAL;
  const items: unknown[] = [];
  do {
    if (!isItem(cursor)) throw NOT_CANONICAL;
    cursor.at += STEP;
    items.push(item(cursor, indent + STEP));
  } while (isNextAt(cursor, indent));
  return items;
}

function item(cursor: Cursor, indent: number): unknown {
  if (isItem(cursor)) return list(cursor, indent);
  return beginsWithKey(cursor) ? mapping(cursor, indent) : valueOnLine(cursor, indent);
}

/** Whether the line goes on as a mapping. No plain text has a colon before a space or at its end. */
function beginsWithKey({ text, at }: Cursor): boolean {
  const first = text.charCodeAt(at);
  if (first === OPEN_LIST || first === OPEN_MAPPING || first === BAR) return false;
  if (first === QUOTE) return text.charCodeAt(endOfQuote(text, at) + 1) === COLON;
  const end = text.indexOf('\n', at);
  const colon = text.indexOf(': ', at);
  return (colon >= 0 && colon < end) || text.charCodeAt(end - 1) === COLON;
}

/** Moves behind the indent of the next line when that is its indent and not a part of it. */
function isNextAt(cursor: Cursor, indent: number): boolean {
  const { text, at } = cursor;
  for (let column = 0; column < indent; column += 1) {
    if (text.charCodeAt(at + column) !== SPACE) return false;
  }
  const first = text.charCodeAt(at + indent);
  if (first === SPACE || first === LINE_FEED || Number.isNaN(first)) return false;
  cursor.at = at + indent;
  return true;
}

function isItem({ text, at }: Cursor): boolean {
  return text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === SPACE;
}

function expect(cursor: Cursor, code: number): void {
  if (cursor.text.charCodeAt(cursor.at) !== code) throw NOT_CANONICAL;
  cursor.at += 1;
}

/** A key and its colon. */
function keyAt(cursor: Cursor): string {
  const { text, at } = cursor;
  let key: string;
  if (text.charCodeAt(at) === QUOTE) key = quoted(cursor);
  else {
    cursor.at = text.indexOf(':', at);
    if (cursor.at < 0) throw NOT_CANONICAL;
    key = plainKey(text.slice(at, cursor.at));
  }
  if (key === '__proto__' || key.length > LONGEST_KEY) throw NOT_CANONICAL;
  expect(cursor, COLON);
  return key;
}

/** Schemas have few keys, and documents are full of them. */
const KNOWN_KEYS = new Map<string, string>();
const MOST_KNOWN = 1_000;

function plainKey(text: string): string {
  const known = KNOWN_KEYS.get(text);
  if (known !== undefined) return known;
  const key = plainOrNothing(text);
  if (typeof key !== 'string') throw NOT_CANONICAL;
  if (KNOWN_KEYS.size < MOST_KNOWN) KNOWN_KEYS.set(key, key);
  return key;
}

/** @param indent of the lines after this one. */
function valueOnLine(cursor: Cursor, indent: number): unknown {
  const { text, at } = cursor;
  switch (text.charCodeAt(at)) {
    case BAR:
      return literal(cursor, indent);
    case QUOTE:
      return closed(cursor, quoted(cursor));
    case OPEN_LIST:
      return closed(cursor, flowList(cursor));
    case OPEN_MAPPING:
      return closed(cursor, flowMapping(cursor));
    default:
      cursor.at = text.indexOf('\n', at);
      return closed(cursor, plain(text.slice(at, cursor.at)));
  }
}

/** The value, when its line ends behind it. */
function closed<T>(cursor: Cursor, value: T): T {
  expect(cursor, LINE_FEED);
  return value;
}

/** `[a, b]`, scalars only. */
function flowList(cursor: Cursor): unknown[] {
  const items: unknown[] = [];
  cursor.at += 1;
  if (isTaken(cursor, ']')) return items;
  do items.push(flowScalar(cursor, ']'));
  while (isTaken(cursor, ', '));
  if (!isTaken(cursor, ']')) throw NOT_CANONICAL;
  return items;
}

/** `{ a: 1, b: c }`, scalars only. */
function flowMapping(cursor: Cursor): object {
  const result: Record<string, unknown> = {};
  if (isTaken(cursor, '{}')) return result;
  if (!isTaken(cursor, '{ ')) throw NOT_CANONICAL;
  do {
    const key = keyAt(cursor);
    if (Object.hasOwn(result, key) || !isTaken(cursor, ' ')) throw NOT_CANONICAL;
    result[key] = flowScalar(cursor, ' }');
  } while (isTaken(cursor, ', '));
  if (!isTaken(cursor, ' }')) throw NOT_CANONICAL;
  return result;
}

function isTaken(cursor: Cursor, token: string): boolean {
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

function flowScalar(cursor: Cursor, close: string): unknown {
  const { text, at } = cursor;
  if (text.charCodeAt(at) === QUOTE) return quoted(cursor);
  const lineEnd = text.indexOf('\n', at);
  const comma = text.indexOf(', ', at);
  const end = comma >= 0 && comma < lineEnd ? comma : text.indexOf(close, at);
  if (end < 0 || end > lineEnd) throw NOT_CANONICAL;
  cursor.at = end;
  return plain(text.slice(at, end));
}

const ONLY_SPACES = /^ *$/;

/** A block of lines; blank ones at its end are left to the profile, and so is keeping them. */
function literal(cursor: Cursor, indent: number): string {
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
