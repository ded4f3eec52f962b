import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, OUR_SCHEMAS } from '../../build/compiled-schemas.js';
import { compileSchema } from '../../src/documents/compile-schema.js';
import type { Schema } from '../../src/documents/schema.js';
import { dataOf } from '../documents/arbitrary.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CASES = Object.entries(OUR_SCHEMAS).flatMap(([module, schemas]) =>
  Object.entries(schemas).map(([name, schema], index): [string, string, number, Schema] => [
    module,
    name,
    index,
    schema,
  ]),
);

/** Inside the project, so that the code finds ajv. */
let dir = '';
const built = new Map<string, Readonly<Record<string, ValidateFunction>>>();

beforeAll(async () => {
  mkdirSync(`${ROOT}.vitest`, { recursive: true });
  dir = mkdtempSync(`${ROOT}.vitest/validators-`);
  for (const [module, schemas] of Object.entries(OUR_SCHEMAS)) {
    const file = join(dir, `${built.size}.mjs`);
    const formats = pathToFileURL(`${ROOT}src/documents/formats.ts`).href;
    writeFileSync(file, codeOf(Object.values(schemas), formats));
    built.set(module, await import(file));
  }
});

afterAll(() => rmSync(dir, { recursive: true }));

const inShort = ({ instancePath, schemaPath, message }: ErrorObject) =>
  `${instancePath} ${schemaPath} ${message}`;

const SCALARS = fc.oneof(
  fc.constantFrom(
    'a',
    'a-1',
    'app_readonly',
    '2h',
    'https://example.com',
    '2026-11-23T14:00:00Z',
    '2026-02-30T14:00:00Z',
  ),
  fc.constantFrom('', '\n', 'é'.repeat(300), true, false, null, 0, 1, -1, 1.5, 5_432, Number.MAX_VALUE),
);

/** Data that looks like what a schema describes, more or less: of what it names, some is there, some is wrong. */
function likeness(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const { properties, items, additionalProperties } = schema;
  const words = fc.constantFrom(...([schema.enum, schema.const].flat() as unknown[]), 'a');
  const other = fc.oneof(SCALARS, words, fc.anything({ maxDepth: 1 }));
  if (depth > 6) return other;
  const within = (part: Schema) => fc.oneof({ weight: 9, arbitrary: likeness(part, depth + 1) }, other);
  const entries = Object.entries(properties ?? {}).map(([key, part]) => [key, within(part)] as const);
  if (items !== undefined) return fc.oneof(fc.array(within(items), { maxLength: 3 }), other);
  if (typeof additionalProperties === 'object')
    return fc.dictionary(fc.constantFrom('a', 'B c', 'x-1'), within(additionalProperties), { maxKeys: 2 });
  if (entries.length === 0) return other;
  const more = ['another', fc.option(other, { freq: 5 })] as const;
  return fc.record(Object.fromEntries([...entries, more]), { requiredKeys: [] });
}

describe.each(CASES)('%s: %s', (module, _name, index, schema) => {
  test('is compiled by the build as it would be while Hallpass runs', () => {
    const ahead = built.get(module)?.[`v${index}`] as ValidateFunction;
    const now = compileSchema(schema);
    const agree = (data: unknown) => {
      expect(ahead(data)).toBe(now(data));
      expect(ahead.errors?.map(inShort)).toEqual(now.errors?.map(inShort));
      // What messages are made of; too much to be shown.
      expect(isDeepStrictEqual(ahead.errors, now.errors)).toBe(true);
    };
    const sound = module.startsWith('src/documents/') ? [dataOf(schema)] : [];
    const data = fc.oneof(...sound, likeness(schema), fc.anything());
    fc.assert(fc.property(data, agree), { numRuns: 25, endOnFailure: true });
  });
});

// Whoever asks about another one lists it in build/compiled-schemas.ts.
test('every schema that code of ours asks about is among them', () => {
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' });
  const asked = files
    .filter(
      (name) => name.endsWith('.ts') && name !== 'documents/validator.ts' && name !== 'documents/shape.ts',
    )
    .flatMap((name) =>
      [...readFileSync(`${ROOT}src/${name}`, 'utf8').matchAll(ASKING)].map(([, what = '']) => what),
    );
  expect(asked.length).toBeGreaterThan(10);
  const known = new Set(CASES.map(([, name]) => name));
  expect(asked.filter((what) => !known.has(what) && !FROM_TABLES.has(what))).toEqual([]);
});

const ASKING = /(?:checkShape\(\w+, |validatorOf\(|parseRecord<\w+>\(\w+, \w+, )([^,)]+)/g;
/** Handed in by who is among them, or taken from a table that is. */
const FROM_TABLES = new Set(['schema', 'kind.grantSchema', 'connectionIn(kind.connectionSchema']);
