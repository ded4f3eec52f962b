import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/core/grant.js';
import { readRecord } from '../../src/documents/canonical-record.js';
import { emitYaml } from '../../src/documents/emit.js';
import { parseEntry, renderEntry } from '../../src/documents/entry.js';
import { parseInFull } from '../../src/documents/ledger-document.js';
import { LEDGER_PROFILE } from '../../src/documents/profile.js';
import { fromDocument } from '../../src/documents/record.js';
import { mapping } from '../../src/documents/schema.js';
import { LEDGER_ENTRY } from '../../src/documents/schemas/ledger-entry.js';
import { readYaml } from '../../src/documents/yaml-profile.js';
import { dataOf, jsonData, visibleText } from './arbitrary.js';
import { bytes } from './documents.js';
import { mutated } from './edits.js';

const FILE = 'grants/2026/11/alice.yaml';
const entries = dataOf(LEDGER_ENTRY).map((data) => fromDocument(data, LEDGER_ENTRY) as Entry);

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/spec/ledger-entry.md'), 'utf8');
const SPEC = /```yaml\n(version: 1\nid: [\s\S]*?)```/.exec(PAGE)?.[1] ?? '';

/** A document that holds anybody's data. */
const HOLDER = mapping({ data: { description: 'anything' } });

/** The same text as such data. */
const held = (text: string): string => `data:\n${text.replace(/^(?=[^\n])/gm, '  ')}`;

const readHeld = (text: string): unknown => readRecord(bytes(held(text)), HOLDER);

/** What the strict profile makes of a text; `undefined` when anything is wrong with it. */
function inFull(text: string): unknown {
  const read = readYaml(bytes(text), FILE, LEDGER_PROFILE).conclude(() => 'sound');
  if (!('value' in read) || read.warnings.length > 0) return undefined;
  return readYaml(bytes(text), FILE, LEDGER_PROFILE).value;
}

/** Whatever is read the short way is read the same the long way. */
function agrees(text: string): boolean {
  const value = readHeld(text);
  if (value === undefined) return false;
  expect(value, text).toEqual(inFull(held(text)));
  return true;
}

describe('a text as we write it', () => {
  test('is read with the value that the strict profile gives, down to the prototypes', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const text = renderEntry(entry);
        agrees(text);
        deepStrictEqual(parseEntry(bytes(text), FILE), parseInFull(bytes(text), FILE, LEDGER_ENTRY));
      }),
      { numRuns: 60 },
    );
  });

  test('of any data is read the same or left to the profile', () => {
    fc.assert(
      fc.property(fc.dictionary(visibleText, jsonData), (data) => void agrees(emitYaml(data))),
      { numRuns: 300 },
    );
  });

  test('is left to the profile or read the same when it was changed anywhere', () => {
    const text = fc.oneof(
      fc.dictionary(fc.constantFrom('a', 'b', 'c-d', 'e f'), jsonData, { maxKeys: 3 }).map(emitYaml),
      fc.constantFrom(
        'a: |\n  x\n   y\n\n  z\nb: "q"\n',
        'a:\n  - b: 1\n    c: [d, "e, f"]\n  - { g: h, i: "j }" }\n  - - k\n    - l\n',
        'a: 2026-11-22T12:00:00Z\nb: 2026/11/c\nd: -1\ne: {}\nf: []\ng: null\n',
      ),
    );
    fc.assert(
      fc.property(mutated(text), (changed) => void agrees(changed)),
      { numRuns: 3_000 },
    );
  });
});

test('the entry of the spec page is read the short way', () => {
  expect(agrees(SPEC)).toBe(true);
});

test('the entry of the spec page is read the same when it was changed anywhere', () => {
  fc.assert(
    fc.property(mutated(fc.constant(SPEC)), (changed) => {
      agrees(changed);
      expect(parseEntry(bytes(changed), FILE)).toEqual(parseInFull(bytes(changed), FILE, LEDGER_ENTRY));
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['no line feed at the end', 'a: b'],
  ['a key twice', 'a: b\na: c\n'],
  ['a prototype', '"__proto__": b\n'],
  ['a blank line', 'a: b\n\nc: d\n'],
  ['a comment', 'a: b # c\n'],
  ['a deeper line', 'a: b\n  c: d\n'],
  ['a list at the indent of its key', 'a:\n- b\n'],
  ['a number that is no number everywhere', 'a: 007\n'],
  ['a word that is a flag elsewhere', 'a: yes\n'],
  ['an anchor', 'a: &b c\n'],
  ['a directive', '%YAML 1.2\n---\na: b\n'],
  ['what cannot be seen', 'a: "b\u202e"\n'],
  ['what is not composed', 'a: "e\u0301"\n'],
  ['a line that is too long', `a: "${'x'.repeat(4_100)}"\n`],
  ['breaks that are kept', 'a: |+\n  b\n\n'],
  ['nothing', ''],
])('with %s is left to the profile', (_, text) => {
  expect(readHeld(text)).toBeUndefined();
});
