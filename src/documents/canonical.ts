import {
  type Cursor,
  closed,
  expect,
  isItem,
  isNextAt,
  isTaken,
  LINE_FEED,
  NOT_CANONICAL,
  restInFlow,
  restOfLine,
  SPACE,
  STEP,
} from './canonical-lines.js';
import { BAR, endOfQuote, literal, plain, plainOrNothing, QUOTE, quoted } from './canonical-scalars.js';

/**
 * Reads what `emit.ts` writes of any data, and requests that are written as plainly, forty times faster than a parser of all YAML; nothing else.
 * Whatever it is not certain of, it leaves to the strict profile: other spellings, floats, chunked texts, blank lines, a key twice. So there are two
 * outcomes, the value the profile would give as well, or `NOT_CANONICAL`; property tests hold it to that. Mappings are ordinary objects, so whoever
 * keeps somebody else's data takes their prototype away.
 */

const LONGEST_KEY = 200;
/** Far below the depth of the profile. */
const DEEPEST_INDENT = 48;
const [COLON, OPEN_LIST, OPEN_MAPPING] = [0x3a, 0x5b, 0x7b];

/** From its first key, which stands at the indent, to the line that is no longer part of it. */
export function mapping(cursor: Cursor, indent: number): object {
  if (indent > DEEPEST_INDENT) throw NOT_CANONICAL;
  const result: Record<string, unknown> = {};
  do {
    const key = keyAt(cursor);
    if (Object.hasOwn(result, key)) throw NOT_CANONICAL;
    result[key] = valueOfKey(cursor, indent + STEP);
  } while (isNextAt(cursor, indent));
  return result;
}

/** What follows a key and its colon. @param indent of the lines after this one. */
export function valueOfKey(cursor: Cursor, indent: number): unknown {
  if (cursor.text.charCodeAt(cursor.at) === LINE_FEED) {
    cursor.at += 1;
    return nested(cursor, indent);
  }
  expect(cursor, SPACE);
  return valueOnLine(cursor, indent);
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

export function item(cursor: Cursor, indent: number): unknown {
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
      return closed(cursor, plain(restOfLine(cursor)));
  }
}

/** `[a, b]`, scalars only. */
function flowList(cursor: Cursor): unknown[] {
  const items: unknown[] = [];
  cursor.at += 1;
  if (isTaken(cursor, ']')) return items;
  do items.push(flowScalar(cursor));
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
    result[key] = flowScalar(cursor);
  } while (isTaken(cursor, ', '));
  if (!isTaken(cursor, ' }')) throw NOT_CANONICAL;
  return result;
}

export function flowScalar(cursor: Cursor): unknown {
  return cursor.text.charCodeAt(cursor.at) === QUOTE ? quoted(cursor) : plain(restInFlow(cursor));
}
