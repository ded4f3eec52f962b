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

function block(value: object, depth: number): string {
  if (depth > DEEPEST - 2) throw new RangeError('nested too deeply for a document');
  const indent = STEP.repeat(depth);
  if (Array.isArray(value)) return value.map((item) => `${indent}- ${listItem(item, depth)}`).join('\n');
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${indent}${emitKey(key)}:${mappingValue(item, depth)}`)
    .join('\n');
}

function mappingValue(value: unknown, depth: number): string {
  if (!isCollection(value)) return ` ${scalar(value, STEP.repeat(depth + 1))}`;
  const short = inline(value);
  return short === undefined ? `\n${block(value, depth + 1)}` : ` ${short}`;
}

/** The first line of a nested block stands beside the dash. */
function listItem(value: unknown, depth: number): string {
  if (!isCollection(value)) return scalar(value, STEP.repeat(depth + 1));
  return inline(value) ?? block(value, depth + 1).slice(STEP.length * (depth + 1));
}

function inline(value: object): string | undefined {
  const items = Object.entries(value).filter(([, item]) => item !== undefined);
  if (items.length === 0) return Array.isArray(value) ? '[]' : '{}';
  if (
    items.some(([, item]) => isCollection(item) || (typeof item === 'string' && item.length > LONGEST_INLINE))
  ) {
    return undefined;
  }
  const parts = items.map(([key, item]) =>
    Array.isArray(value) ? flow(item) : `${emitKey(key)}: ${flow(item)}`,
  );
  const text = Array.isArray(value) ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
  return text.length > LONGEST_INLINE || text.includes('\n') ? undefined : text;
}

function flow(value: unknown): string {
  return typeof value === 'string' ? emitText(value, '', 'quoted') : scalar(value, '');
}

function scalar(value: unknown, indent: string): string {
  if (typeof value === 'string') return emitText(value, indent, 'any');
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`not a number for a document: ${value}`);
  return String(value);
}

function emitKey(key: string): string {
  if (key.length > LONGEST_KEY) throw new RangeError('a key is too long for a document');
  return emitText(key, '', 'quoted');
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
