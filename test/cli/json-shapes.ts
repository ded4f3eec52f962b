import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.js';

type Schema = Readonly<Record<string, unknown>>;

const PUBLISHED = JSON.parse(
  readFileSync(new URL('../../schemas/json-output.schema.json', import.meta.url), 'utf8'),
) as { readonly properties: Readonly<Record<string, Schema>>; readonly $defs: Schema };

export const SHAPES: ReadonlySet<string> = new Set(Object.keys(PUBLISHED.properties));

/** A report holds more than its schema tells one by one; the other shapes are described to the last key. */
const IN_PART: ReadonlySet<string> = new Set(['audit report']);

/** Whoever reads the published schema has to bear new keys; here each one must be described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]));
  return 'properties' in schema && 'required' in schema ? { ...inside, additionalProperties: false } : inside;
}

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
formats.default(ajv);
const validators = new Map(
  Object.entries(PUBLISHED.properties).map(([words, shape]) => {
    const whole = { ...shape, $defs: PUBLISHED.$defs };
    return [words, ajv.compile(IN_PART.has(words) ? whole : (closed(whole) as Schema))];
  }),
);

/** Holds what a command line printed as JSON against the published shape of it. */
export function checkShape(argv: readonly string[], out: string): void {
  const words = shapeOf(argv);
  if (words === undefined || out === '') return;
  const validate = validators.get(words);
  expect(validate, `schemas/json-output.schema.json says what ${words} prints`).toBeDefined();
  expect(validate?.(JSON.parse(out)) || validate?.errors, `what ${argv.join(' ')} printed`).toBe(true);
}

function shapeOf(argv: readonly string[]): string | undefined {
  const words = COMMANDS.map((entry) => entry.words)
    .filter((one) => `${argv.filter((word) => !word.startsWith('-')).join(' ')} `.startsWith(`${one} `))
    .toSorted((a, b) => b.length - a.length)[0];
  // Each of its lines is an event, and has a test of its own.
  if (words === 'audit stream') return undefined;
  if (words === undefined || argv.includes('--help') || argv.includes('--manifest')) return undefined;
  if (argv.includes('--plan')) return 'reconcile --plan';
  const isJson = argv.includes('--json') || argv[argv.indexOf('--format') + 1] === 'json';
  return isJson ? words : undefined;
}
