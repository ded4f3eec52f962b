import { emitText } from './emit-text.js';

const STEP = '  ';
/** Mappings and lists of scalars that fit are written on one line: an account, a window, a list of ids. */
const LONGEST_INLINE = 100;
/** YAML takes no longer implicit key than 1,024 characters. */
const LONGEST_KEY = 200;
const DEEPEST = 40;

/**
 * Plain data as YAML of the strict profile, always the same text for the same value: block style, two spaces, keys in the order
 * they come. @throws RangeError for what the profile could not read back: keys over 200 characters, more than 40 levels.
 */
export function emitYaml(value: Readonly<Record<string, unknown>>): string {
  return `${block(value, 0)}\n`;
}

/** Texts grow line by line, without lists in between: a pass writes thousands of documents. */
function block(value: object, depth: number): string {
  if (depth > DEEPEST - 2) throw new RangeError('nested too deeply for a document');
  const begin = `\n${STEP.repeat(depth)}`;
  let text = '';
  if (Array.isArray(value)) for (const item of value) text += `${begin}- ${listItem(item, depth)}`;
  else {
    const from = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(from)) {
      const item = from[key];
      if (item !== undefined) text += `${begin}${emitKey(key)}:${mappingValue(item, depth)}`;
    }
  }
  return text.slice(1);
}

function mappingValue(value: unknown, depth: number): string {
  if (!isCollection(value)) return ` ${scalar(value, depth + 1)}`;
  const short = inline(value);
  return short === undefined ? `\n${block(value, depth + 1)}` : ` ${short}`;
}

/** The first line of a nested block stands beside the dash. */
function listItem(value: unknown, depth: number): string {
  if (!isCollection(value)) return scalar(value, depth + 1);
  return inline(value) ?? block(value, depth + 1).slice(STEP.length * (depth + 1));
}

function inline(value: object): string | undefined {
  const isList = Array.isArray(value);
  const from = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(from)) {
    const item = from[key];
    if (item === undefined) continue;
    if (!fitsInline(item)) return undefined;
    text += isList ? `, ${flow(item)}` : `, ${emitKey(key)}: ${flow(item)}`;
    if (text.length > LONGEST_INLINE + 2) return undefined;
  }
  if (text === '') return isList ? '[]' : '{}';
  const whole = isList ? `[${text.slice(2)}]` : `{ ${text.slice(2)} }`;
  return whole.length > LONGEST_INLINE || whole.includes('\n') ? undefined : whole;
}

function fitsInline(item: unknown): boolean {
  return !(isCollection(item) || (typeof item === 'string' && item.length > LONGEST_INLINE));
}

function flow(value: unknown): string {
  return typeof value === 'string' ? emitText(value, '', 'quoted') : scalar(value, 0);
}

/** @param depth of the lines after the first. */
function scalar(value: unknown, depth: number): string {
  if (typeof value === 'string') return emitText(value, STEP.repeat(depth), 'any');
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`not a number for a document: ${value}`);
  return String(value);
}

/** Schemas have few keys, and documents are full of them. */
const KNOWN_KEYS = new Map<string, string>();
const MOST_KNOWN = 1_000;

function emitKey(key: string): string {
  const known = KNOWN_KEYS.get(key);
  if (known !== undefined) return known;
  if (key.length > LONGEST_KEY) throw new RangeError('a key is too long for a document');
  const text = emitText(key, '', 'quoted');
  if (KNOWN_KEYS.size < MOST_KNOWN) KNOWN_KEYS.set(key, text);
  return text;
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
