import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecord } from '../../src/documents/canonical-record.js';
import { emitYaml } from '../../src/documents/emit.js';
import { parseInFull } from '../../src/documents/ledger-document.js';
import { LEDGER_PROFILE } from '../../src/documents/profile.js';
import type { Schema } from '../../src/documents/schema.js';
import { ACCESS_REVIEW_RECORD } from '../../src/documents/schemas/access-review.js';
import { LEDGER_ENTRY } from '../../src/documents/schemas/ledger-entry.js';
import { ORPHANS } from '../../src/documents/schemas/orphans.js';
import { SETTINGS } from '../../src/documents/schemas/settings.js';
import { VIOLATION } from '../../src/documents/schemas/violation.js';
import { readYaml } from '../../src/documents/yaml-profile.js';
import { dataOf } from './arbitrary.js';
import { bytes } from './documents.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/spec/ledger-entry.md'), 'utf8');
const SPEC = /```yaml\n(version: 1\nid: [\s\S]*?)```/.exec(PAGE)?.[1] ?? '';

/** Whether it is read the short way, and then with the value that strict profile and schema give. */
function agrees(text: string, schema: Schema): boolean {
  const value = readRecord(bytes(text), schema);
  if (value === undefined) return false;
  deepStrictEqual(parseInFull(bytes(text), 'x.yaml', schema), { value, warnings: [] });
  return true;
}

type Data = Record<string, unknown>;
type Place = { readonly at: Data | unknown[]; readonly key: string };

/** Every place in a document that has a value. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [{ at: value as Data, key }, ...placesIn((value as Data)[key])]);
}

/** What may stand where something else belongs: of another type, over or under every limit, of another grammar. */
const ODD = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    2,
    2 ** 53 - 1,
    1_000_001,
    1.5,
    '',
    ' ',
    'a',
    'A',
    'a b',
    'null',
    'true',
    '7',
  ],
  ...[
    '2026-02-30T00:00:00Z',
    '2026-11-22T12:00:00Z',
    '2026-11-22',
    '2026/11/a',
    '2026/13/a',
    'a\nb',
    'a\nb\n',
  ],
  ...['a'.repeat(40), 'f'.repeat(64), 'F'.repeat(40), 'x'.repeat(101), 'é', '😀', '😀'.repeat(60), 'e\u0301'],
  ...[[], [null], ['a'], [['a']], {}, { a: 1 }, { login: 'a', id: 1 }, { id: 1, login: 'a' }, { login: 'a' }],
  ...[{ login: 'a', id: 1, more: 1 }, { teams: ['a'], users: [] }, [{ login: 'a', id: 1 }, null]],
);

/** Fractions, texts of several lines of a kind, of a thousand characters or with escapes beside letters: all left to the profile. */
const LEFT = /^.{900}|\n$|[^ -~]/s;

function tamed(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value);
  if (typeof value === 'string') return LEFT.test(value) ? 'tame' : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(tamed);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tamed(item)]));
}

/** Of all there may be, and of what is mostly read the short way. */
const documents = (schema: Schema) =>
  fc.tuple(dataOf(schema), fc.boolean()).map(([data, isTame]) => (isTame ? tamed(data) : data) as Data);

/** A document in which one value is another, is missing, is there under another name, or stands somewhere else. */
const misshapen = (whole: fc.Arbitrary<Data>) =>
  fc.tuple(whole, fc.nat(), fc.nat(3), ODD).map(([data, which, how, odd]) => {
    const changed = structuredClone(data);
    const places = placesIn(changed);
    const { at, key } = places[which % places.length] as Place;
    const own = at as Data;
    if (how === 0 && !Array.isArray(at)) delete own[key];
    else if (how === 1 && !Array.isArray(at)) own[`${key}_`] = odd;
    else if (how === 2 && !Array.isArray(at)) {
      const value = own[key];
      delete own[key];
      own[key] = value;
    } else own[key] = odd;
    return changed;
  });

const SCHEMAS: readonly (readonly [string, Schema])[] = [
  ['an entry', LEDGER_ENTRY],
  ['a violation', VIOLATION],
  ['orphans', ORPHANS],
  ['an access review', ACCESS_REVIEW_RECORD],
];

describe.each(SCHEMAS)('%s as we write it', (_, schema) => {
  test('is read with the value that profile and schema give', () => {
    const short: boolean[] = [];
    fc.assert(
      fc.property(documents(schema), (data) => void short.push(agrees(emitYaml(data), schema))),
      { numRuns: 60 },
    );
    expect(short).toContain(true);
  });

  test('of another shape is left to them or read the same', () => {
    fc.assert(
      fc.property(misshapen(documents(schema)), (data) => void agrees(emitYaml(data), schema)),
      { numRuns: 400 },
    );
  });
});

test('the entry of the spec page of another shape is left to them or read the same', () => {
  const { value } = readYaml(bytes(SPEC), 'x.yaml', LEDGER_PROFILE);
  fc.assert(
    fc.property(misshapen(fc.constant(value as Data)), (data) => void agrees(emitYaml(data), LEDGER_ENTRY)),
    { numRuns: 600 },
  );
});

test.each([
  ['as it is on its page', SPEC],
  ['that quotes what is no ASCII', SPEC.replace('checkout is slow', 'é, 日本 and 😀 are slow')],
  ['of a name in quotes', SPEC.replaceAll('login: alice', 'login: "12"')],
  ['of nobody', SPEC.replace(/^(requester|subject): .*$/gm, '$1: null')],
])('an entry %s is read the short way', (_, text) => {
  expect(agrees(text, LEDGER_ENTRY)).toBe(true);
});

test.each([
  ['a key of another document', SPEC.replace('break_glass:', 'breakGlass:')],
  ['keys in another order', SPEC.replace(/(requester: .*\n)(subject: .*\n)/, '$2$1')],
  ['a key twice', SPEC.replace(/(requester: .*\n)/, '$1$1')],
  ['an account without an id', SPEC.replace('{ login: alice, id: 1001 }', '{ login: alice }')],
  ['an account with more', SPEC.replace('{ login: alice, id: 1001 }', '{ login: alice, id: 1001, a: 1 }')],
  ['an id that is a text', SPEC.replace('id: 1001', 'id: "1001"')],
  ['a day that is none', SPEC.replace('2026-11-22T12:05:04Z', '2026-11-31T12:05:04Z')],
  ['a word nobody knows', SPEC.replace('outcome: approved', 'outcome: agreed')],
  ['a list that is none', SPEC.replace('unsatisfied: []', 'unsatisfied: {}')],
  ['a line more at its end', `${SPEC}more: 1\n`],
  ['a letter that only looks like one to who cuts it', SPEC.replace('break_glass:', 'break_\u0167lass:')],
  ['another version', SPEC.replace('version: 1', 'version: 2')],
  ['a login that is longer than any', SPEC.replace('login: alice', `login: ${'a'.repeat(101)}`)],
])('an entry with %s is left to profile and schema', (_, text) => {
  expect(text).not.toBe(SPEC);
  expect(readRecord(bytes(text), LEDGER_ENTRY)).toBeUndefined();
});

test('a list with less than it has to have is left to the schema', () => {
  const text =
    'version: 1\ncommit: "1111111111111111111111111111111111111111"\nat: 2026-11-22T12:00:00Z\nproblems: []\n';
  expect(readRecord(bytes(text), VIOLATION)).toBeUndefined();
});

test('bytes that are no text are left to the profile', () => {
  expect(readRecord(Uint8Array.of(0x76, 0xff, 0x0a), LEDGER_ENTRY)).toBeUndefined();
});

test('a schema that asks for more than is looked at is not read this way', () => {
  expect(() => readRecord(bytes('version: 1\n'), SETTINGS)).toThrow(TypeError);
});
