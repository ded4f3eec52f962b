import fc from 'fast-check';
import type { Json } from '../../src/core/entitlement.js';
import { instantOf } from '../../src/core/time.js';
import type { Schema } from '../../src/documents/schema.js';
import { firstInvisible } from '../../src/documents/visible.js';

/** Text that a document can carry as it is. */
export const visibleText = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((text) => text.normalize('NFC'))
  .filter((text) => firstInvisible(text) === undefined);

/** The texts that make trouble when they are written: indicators, breaks, lookalikes of other types, long lines. */
const trickyText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '\n\n',
    ' a',
    'a ',
    'a\n',
    'a\n\n',
    '\na',
    'a\n b\n',
    'a\n \nb',
    '- a',
    '# a',
    'a: b',
    'a #b',
  ),
  fc.constantFrom(
    'true',
    'No',
    'null',
    '~',
    '0x10',
    '1e3',
    '.inf',
    '1_000',
    '1:30',
    '2026-11-22',
    '<<',
    '---',
    '...',
    '%YAML',
    '|',
    '>',
  ),
  fc.constantFrom(
    '\n\u0301',
    '"\u0338',
    "it's",
    '"',
    '\\',
    '\\n',
    '{a}',
    '[a]',
    'a, b',
    '&a',
    '*a',
    '!a',
    '@a',
    '`a',
    'é',
    '❤️',
    '𝒳',
  ),
  fc
    .array(fc.constantFrom('a', ' ', '\n', '"', '\\', ':', '#', '-', '  ', 'é'), { maxLength: 30 })
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('a', 'ab ', ' ', '"', '\\'), fc.integer({ min: 900, max: 2_100 }))
    .map(([unit, count]) => unit.repeat(count)),
  visibleText,
);

export const jsonData: fc.Arbitrary<Json> = fc
  .jsonValue({ noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value), (_, item) => (Object.is(item, -0) ? 0 : item)) as Json)
  .filter((value) => keysOf(value).every((key) => key.length <= 200 && sameInYaml(key)))
  .map(cleaned);

function keysOf(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...keysOf(item as Json)]);
}

function sameInYaml(text: string): boolean {
  return text.normalize('NFC') === text && firstInvisible(text) === undefined;
}

function cleaned(value: Json): Json {
  if (typeof value === 'string') return sameInYaml(value) ? value : 'text';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleaned(item as Json)]));
}

const instant = fc.integer({ min: 0, max: 4_000_000_000 }).map(instantOf);

/** Plain data that a schema of ours allows; null-prototype where keys are data. */
export function dataOf(schema: Schema): fc.Arbitrary<unknown> {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const bare = dataOfType(schema, types[0] as string | undefined);
  return types.includes('null') ? fc.option(bare) : bare;
}

function dataOfType(schema: Schema, type: string | undefined): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (type === 'string') return textOf(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer')
    return fc.integer({
      min: Number(schema.minimum ?? 0),
      max: Math.min(Number(schema.maximum), 2 ** 31 - 1),
    });
  if (type === 'number')
    return fc.double({ min: Number(schema.minimum ?? 0), max: 1e9, noNaN: true }).map((value) => value + 0);
  if (type === 'array') return listOf(schema);
  if (type === 'object') return mappingOf(schema);
  return jsonData;
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === 'date-time') return instant;
  const isGrammar = typeof schema.pattern === 'string' && schema.maxLength === undefined;
  if (isGrammar) {
    const grammar = new RegExp(String(schema.pattern), 'u');
    return fc
      .stringMatching(new RegExp(withoutLookahead(grammar.source), 'u'))
      .filter((text) => grammar.test(text) && sameInYaml(text));
  }
  const allowed = new RegExp(String(schema.pattern ?? ''), 'u');
  const length = (text: string) => [...text].length;
  return trickyText.filter(
    (text) =>
      allowed.test(text) &&
      length(text) >= Number(schema.minLength ?? 0) &&
      length(text) <= Number(schema.maxLength),
  );
}

/** The generator of texts knows no lookahead; what it should have kept out is filtered. */
function withoutLookahead(source: string): string {
  const start = source.indexOf('(?!');
  if (start === -1) return source;
  let depth = 0;
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '(') depth += 1;
    if (source[at] === ')') depth -= 1;
    if (depth === 0) return withoutLookahead(source.slice(0, start) + source.slice(at + 1));
  }
  return source;
}

function listOf(schema: Schema): fc.Arbitrary<unknown[]> {
  const minLength = Number(schema.minItems ?? 0);
  const bounds = { minLength, maxLength: minLength + 3 };
  const items = dataOf(schema.items as Schema);
  return schema.uniqueItems === true ? fc.uniqueArray(items, bounds) : fc.array(items, bounds);
}

function mappingOf(schema: Schema): fc.Arbitrary<unknown> {
  const { properties, additionalProperties, propertyNames } = schema;
  if (properties !== undefined) {
    const parts = Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, dataOf(part)]));
    const { required = [], minProperties } = schema;
    return fc
      .record(parts, { requiredKeys: required as string[], noNullPrototype: true })
      .filter((data) => Object.keys(data).length >= Number(minProperties ?? 0));
  }
  if (typeof additionalProperties !== 'object') {
    return jsonData.map((value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value },
    );
  }
  return fc.dictionary(
    dataOf(propertyNames as Schema) as fc.Arbitrary<string>,
    dataOf(additionalProperties),
    {
      minKeys: Number(schema.minProperties ?? 0),
      maxKeys: 4,
    },
  );
}
