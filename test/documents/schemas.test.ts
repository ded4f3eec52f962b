import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import type { Schema } from '../../src/documents/schema.js';
import { PUBLISHED } from '../../src/documents/schemas/published.js';
import { ID, LOGIN } from '../../src/documents/schemas/words.js';
import { validatorOf } from '../../src/documents/validator.js';
import { dataOf } from './arbitrary.js';

const fileOf = (name: string) => new URL(`../../schemas/${name}.schema.json`, import.meta.url);

describe.each(Object.entries(PUBLISHED))('the schema of %s', (name, schema) => {
  // UPDATE_SCHEMAS=1 npx vitest run test/documents/schemas.test.ts && npx biome check --write schemas
  test('is published as the code has it', () => {
    if (process.env.UPDATE_SCHEMAS !== undefined)
      writeFileSync(fileOf(name), `${JSON.stringify(schema, null, 2)}\n`);
    expect(JSON.parse(readFileSync(fileOf(name), 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  test('is a schema', () => {
    const ajv = new Ajv2020();
    expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
  });

  test('is closed, and bounds every text, list and number a person writes', () => {
    expect([...openPlaces(schema, name)]).toEqual([]);
  });

  test('lets through what it describes', () => {
    const validate = validatorOf(schema);
    // A settings file has targets of kinds the schema does not know; exactly-one choices are tested with the policy.
    if (name === 'settings' || name === 'policy') return;
    fc.assert(
      fc.property(dataOf(schema), (data) => {
        expect(validate(data) || validate.errors).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

/** Places where something unforeseen could stand. */
function* openPlaces(schema: Schema, at: string): Generator<string> {
  const { type, properties = {}, items, additionalProperties } = schema;
  const isEnumerated = schema.enum !== undefined || schema.const !== undefined;
  if (type === 'object' && additionalProperties === undefined && !KNOWN_OPEN.test(at)) yield `${at} is open`;
  if (type === 'string' && !isEnumerated && schema.pattern === undefined && schema.maxLength === undefined) {
    yield `${at} is unbounded`;
  }
  if (type === 'integer' && !isEnumerated && schema.maximum === undefined) yield `${at} is unbounded`;
  for (const [key, part] of Object.entries(properties)) yield* openPlaces(part, `${at}.${key}`);
  if (items !== undefined) yield* openPlaces(items, `${at}[]`);
  if (typeof additionalProperties === 'object') yield* openPlaces(additionalProperties, `${at}{}`);
}

/** A provider's own data, checked against the schema of its kind. */
const KNOWN_OPEN =
  /^(?:catalog\.entitlements\{\}\.grant|settings\.targets\{\}|ledger-entry\.holdings\[\]\.holding\.grant|orphans\.orphans\[\]\.grant|access-review(?:-record)?\.items\[\]\.standing\.grant)$/;

test('the schemas of every kind of target compile', () => {
  for (const { grantSchema, connectionSchema } of providerKinds.values()) {
    expect(() => [validatorOf(grantSchema), validatorOf(connectionSchema)]).not.toThrow();
  }
});

describe('grammars', () => {
  test.each([
    ['a', true],
    ['constructor', true],
    ['0.a_b-c', true],
    ['a'.repeat(63), true],
    ['a'.repeat(64), false],
    ['A', false],
    ['-a', false],
    ['a\n', false],
    ['\u212aate', false],
    ['', false],
    ['a/b', false],
    ['..', false],
  ])('%j as an id: %s', (text, isOne) => expect(validatorOf(ID)(text)).toBe(isOne));

  test.each([
    ['Alice-1', true],
    ['__proto__', true],
    ['a'.repeat(39), true],
    ['a'.repeat(40), false],
    ['-a', false],
    ['a b', false],
    ['a[bot]', false],
    ['аlice', false],
  ])('%j as a login: %s', (text, isOne) => expect(validatorOf(LOGIN)(text)).toBe(isOne));
});
