import { type Cursor, codesOf, isTaken, token } from './canonical-codes.js';
import { leafOf } from './canonical-leaf.js';
import { isLegible, LINE_FEED, NOT_CANONICAL } from './canonical-lines.js';
import { anythingAt, orNull, type Reader, scalarAt } from './canonical-values.js';
import { strictly } from './decode.js';
import { camel } from './record.js';
import type { Schema } from './schema.js';

/**
 * Reads a document as `emit.ts` writes what a schema of ours allows, straight into the names of core: keys in the schema's order, every value of the
 * right shape. Where a key may stand is known beforehand, so one walk of comparisons does what reading, asking the schema and converting take three
 * times as long for. Whatever it is not certain of, it leaves to strict profile and schema; property tests hold what it reads to what those say.
 * @returns `undefined` for what is left to them.
 */
export function readRecord(bytes: Uint8Array, schema: Schema): Record<string, unknown> | undefined {
  const text = strictly(bytes);
  if (text === undefined || !isLegible(text)) return undefined;
  const cursor: Cursor = { text, codes: codesOf(text, bytes), at: 0 };
  try {
    const value = pairs(fieldsOfDocument(schema), cursor);
    return cursor.at === text.length - 1 ? value : undefined;
  } catch (error) {
    if (error === NOT_CANONICAL) return undefined;
    throw error;
  }
}

const OPEN_MAPPING = 0x7b;
const [GAP, COMMA] = [token(' '), token(', ')];
const [EMPTY_LIST, LIST_BEGINS, LIST_ENDS] = [token('[]'), token('['), token(']')];
const [EMPTY_MAPPING, MAPPING_ENDS] = [token('{}'), token(' }')];

/** Every keyword that is looked at, here or in `canonical-leaf.ts`. */
const KEYWORDS = new Set(
  [
    ['$schema', '$id', 'title', 'description', 'type', 'enum', 'const', 'pattern', 'format'],
    ['minLength', 'maxLength', 'minimum', 'maximum', 'items', 'minItems', 'maxItems'],
    ['properties', 'required', 'additionalProperties'],
  ].flat(),
);

/** @param indent of its lines after the first. @throws TypeError for a schema that asks for more than is looked at here. */
function readerAt(schema: Schema, indent: number): Reader {
  const stranger = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword));
  if (stranger !== undefined) throw new TypeError(`schemas with ${stranger} are not read this way`);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const isNullable = types.includes('null');
  const [type] = types;
  if (type === undefined || (type === 'object' && schema.properties === undefined))
    return anythingAt(indent, type);
  if (type === 'object') return orNull(isNullable, mappingAt(schema, indent));
  if (type === 'array') return orNull(isNullable, listAt(schema, indent));
  return scalarAt(leafOf(schema, type, isNullable), indent);
}

/** @param block reads lines of its own; in a list its first one stands beside the dash. */
function collection(
  inline: (cursor: Cursor) => object | undefined,
  block: { ofKey(cursor: Cursor): object; ofItem(cursor: Cursor): object },
): Reader {
  return {
    ofKey(cursor) {
      if (cursor.codes[cursor.at] === LINE_FEED) return block.ofKey(cursor);
      if (!isTaken(cursor, GAP)) throw NOT_CANONICAL;
      const value = inline(cursor);
      if (value === undefined) throw NOT_CANONICAL;
      return value;
    },
    ofItem: (cursor) => inline(cursor) ?? block.ofItem(cursor),
    inFlow() {
      // Nothing that has parts stands between brackets.
      throw NOT_CANONICAL;
    },
  };
}

function listAt(schema: Schema, indent: number): Reader {
  const { items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  const reader = readerAt(items, indent + 2);
  const begin = token(`\n${' '.repeat(indent)}- `);
  const [least, most] = [Number(minItems), Number(maxItems)];
  const counted = (list: readonly unknown[]) => {
    if (!(list.length >= least && list.length <= most)) throw NOT_CANONICAL;
    return list;
  };
  const inline = (cursor: Cursor) => {
    if (isTaken(cursor, EMPTY_LIST)) return counted([]);
    if (!isTaken(cursor, LIST_BEGINS)) return undefined;
    const list: unknown[] = [];
    do list.push(reader.inFlow(cursor));
    while (isTaken(cursor, COMMA));
    if (!isTaken(cursor, LIST_ENDS)) throw NOT_CANONICAL;
    return counted(list);
  };
  const ofKey = (cursor: Cursor) => {
    const list: unknown[] = [];
    while (isTaken(cursor, begin)) list.push(reader.ofItem(cursor));
    if (list.length === 0) throw NOT_CANONICAL;
    return counted(list);
  };
  return collection(inline, { ofKey, ofItem: nothingBesideDash });
}

/** Lists of lists are left to the profile; no schema of ours has any. */
function nothingBesideDash(): never {
  throw NOT_CANONICAL;
}

function mappingAt(schema: Schema, indent: number): Reader {
  const begin = `\n${' '.repeat(indent)}`;
  const parts = partsOf(schema, indent);
  const below = fieldsOf(parts, 'ofKey', { first: [begin, ':'], next: [begin, ':'] });
  const besideDash = fieldsOf(parts, 'ofKey', { first: ['', ':'], next: [begin, ':'] });
  const inBrackets = fieldsOf(parts, 'inFlow', { first: ['{ ', ': '], next: [', ', ': '] });
  const isNothingNeeded = parts.every(({ isRequired }) => !isRequired);

  const inline = (cursor: Cursor): object | undefined => {
    if (cursor.codes[cursor.at] !== OPEN_MAPPING) return undefined;
    if (isNothingNeeded && isTaken(cursor, EMPTY_MAPPING)) return {};
    const value = pairs(inBrackets, cursor);
    if (!isTaken(cursor, MAPPING_ENDS)) throw NOT_CANONICAL;
    return value;
  };
  return collection(inline, {
    ofKey: (cursor) => pairs(below, cursor),
    ofItem: (cursor) => pairs(besideDash, cursor),
  });
}

/** A property of a record in the document's words, and who reads it. */
interface Part {
  readonly key: string;
  readonly isRequired: boolean;
  readonly reader: Reader;
}

/** @param indent of the keys. */
function partsOf(schema: Schema, indent: number): readonly Part[] {
  if (schema.additionalProperties !== false) throw new TypeError('open mappings are not read this way');
  const required = new Set(schema.required as readonly string[]);
  return Object.entries(schema.properties ?? {}).map(([key, part]) => ({
    key,
    isRequired: required.has(key),
    reader: readerAt(part, indent + 2),
  }));
}

/** A property as it is met in one place. */
interface Field {
  /** Everything from the value before to its own: where it is the first one, and where it is not. */
  readonly first: Uint8Array;
  readonly next: Uint8Array;
  readonly name: string;
  readonly isRequired: boolean;
  readonly read: (cursor: Cursor) => unknown;
}

type Around = readonly [before: string, behind: string];

function fieldsOf(
  parts: readonly Part[],
  how: 'ofKey' | 'inFlow',
  { first, next }: { readonly first: Around; readonly next: Around },
): readonly Field[] {
  return parts.map(({ key, isRequired, reader }) => ({
    first: token(first.join(key)),
    next: token(next.join(key)),
    name: camel(key),
    isRequired,
    read: reader[how],
  }));
}

/** A key that is unknown, out of its order or there twice is one that nobody takes. */
function pairs(fields: readonly Field[], cursor: Cursor): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  let isFirst = true;
  for (const field of fields) {
    if (isTaken(cursor, isFirst ? field.first : field.next)) {
      result[field.name] = field.read(cursor);
      isFirst = false;
    } else if (field.isRequired) throw NOT_CANONICAL;
  }
  if (isFirst) throw NOT_CANONICAL;
  return result;
}

const DOCUMENTS = new WeakMap<Schema, readonly Field[]>();

function fieldsOfDocument(schema: Schema): readonly Field[] {
  const known = DOCUMENTS.get(schema);
  if (known !== undefined) return known;
  const fields = fieldsOf(partsOf(schema, 0), 'ofKey', { first: ['', ':'], next: ['\n', ':'] });
  DOCUMENTS.set(schema, fields);
  return fields;
}
