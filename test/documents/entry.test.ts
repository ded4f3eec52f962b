import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, Violation } from '../../src/core/grant.js';
import { emitYaml } from '../../src/documents/emit.js';
import { parseEntry, renderEntry } from '../../src/documents/entry.js';
import { LEDGER_PROFILE } from '../../src/documents/profile.js';
import { camel, fromDocument, snake } from '../../src/documents/record.js';
import { LEDGER_ENTRY } from '../../src/documents/schemas/ledger-entry.js';
import { VIOLATION } from '../../src/documents/schemas/violation.js';
import { parseViolation, renderViolation } from '../../src/documents/violation.js';
import { readYaml } from '../../src/documents/yaml-profile.js';
import { dataOf, jsonData } from './arbitrary.js';
import { bytes, problems } from './documents.js';

const FILE = 'grants/2026/11/alice.yaml';
const entries = dataOf(LEDGER_ENTRY).map((data) => fromDocument(data, LEDGER_ENTRY) as Entry);
const violations = dataOf(VIOLATION).map((data) => fromDocument(data, VIOLATION) as Violation);
const [ENTRY] = fc.sample(entries, { seed: 1, numRuns: 1 }) as [Entry];
const TEXT = renderEntry(ENTRY);

describe('an entry', () => {
  test('reads back as what was written, and is written the same again', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const text = renderEntry(entry);
        const parsed = parseEntry(bytes(text), FILE);
        expect(parsed).toEqual({ value: entry, warnings: [] });
        expect('value' in parsed && renderEntry(parsed.value)).toBe(text);
      }),
      { numRuns: 80 },
    );
  });

  test('is written the same whatever order its properties were put in', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, reversed(item)]),
      );
    };
    expect(renderEntry(reversed(ENTRY) as Entry)).toBe(TEXT);
  });

  test.each([
    ['another version', TEXT.replace('version: 1', 'version: 2'), 'unknown_version'],
    ['a key more', `${TEXT}more: 1\n`, 'unknown_key'],
    ['a key less', TEXT.replace(/^break_glass: .*\n/m, ''), 'missing_key'],
    ['a duplicate key', `${TEXT}version: 1\n`, 'duplicate_key'],
    ['an unknown outcome', TEXT.replace(/^ {2}outcome: .*$/m, '  outcome: fine'), 'invalid_value'],
    ['nothing', '', 'empty_document'],
  ])('with %s is refused', (_, text, code) => {
    expect(problems(parseEntry(bytes(text), FILE))).toContainEqual(expect.stringContaining(code));
  });

  test('spells out what no document may hold, once', () => {
    const content = 'a\u202eb\u0000c\r\nd\tf\ud800\u{e0041}';
    const text = renderEntry({ ...ENTRY, request: { ...ENTRY.request, content } });
    const parsed = parseEntry(bytes(text), FILE);
    if (!('value' in parsed)) throw new Error(text);
    expect(parsed.value.request.content).toBe('a\\u{202e}b\\u{0}c\\u{d}\nd\\u{9}f\\u{d800}\\u{e0041}');
    expect(renderEntry(parsed.value)).toBe(text);
  });

  test('keeps the data of providers as it is, names and all', () => {
    const receipt = JSON.parse(
      '{"camelCase":{"snake_case":[1,null]},"__proto__":{"a":1},"constructor":"x","1":2}',
    );
    const holding = {
      entitlement: 'a',
      holding: { target: 't', subject: 's', grant: { roleName: 'r', role_name: 'q' } },
      state: 'active',
      receipt,
    } as const;
    const parsed = parseEntry(bytes(renderEntry({ ...ENTRY, holdings: [holding] })), FILE);
    if (!('value' in parsed)) throw new Error('unreadable');
    expect(JSON.stringify(parsed.value.holdings[0]?.receipt)).toBe(
      '{"1":2,"__proto__":{"a":1},"camelCase":{"snake_case":[1,null]},"constructor":"x"}',
    );
    expect(parsed.value.holdings[0]?.holding.grant).toEqual({ roleName: 'r', role_name: 'q' });
  });

  test.each([
    ['over 1 MiB', { ...ENTRY, request: { ...ENTRY.request, content: 'é\n'.repeat(400_000) } }, RangeError],
    ['too deep', withReceipt(JSON.parse(`${'['.repeat(60)}1${']'.repeat(60)}`)), RangeError],
    ['with a key nobody can read', withReceipt({ ['k'.repeat(1_100)]: 1 }), RangeError],
    ['with a number that is none', withReceipt(Number.NaN), RangeError],
    ['with a property of tomorrow', { ...ENTRY, tomorrow: 1 }, TypeError],
  ])('%s is not written', (_, entry, error) => {
    expect(() => renderEntry(entry)).toThrow(error);
  });

  test('is read back at any depth it is written', () => {
    for (let depth = 1; depth < 60; depth += 1) {
      const entry = withReceipt(JSON.parse(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`));
      const text = rendered(entry);
      if (text !== undefined) expect(parseEntry(bytes(text), FILE)).toEqual({ value: entry, warnings: [] });
    }
  });
});

function withReceipt(receipt: Entry['holdings'][number]['receipt'] & {}): Entry {
  const holding = { target: 't', subject: 's', grant: {} };
  return { ...ENTRY, holdings: [{ entitlement: 'a', holding, state: 'active', receipt }] };
}

function rendered(entry: Entry): string | undefined {
  try {
    return renderEntry(entry);
  } catch {
    return undefined;
  }
}

test('a violation reads back as what was written', () => {
  fc.assert(
    fc.property(violations, (violation) => {
      const text = renderViolation(violation);
      expect(parseViolation(bytes(text), 'v.yaml')).toEqual({ value: violation, warnings: [] });
    }),
  );
});

test('any data is written in the strict profile', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a', 'b c', '1', '-', ''), jsonData), (data) => {
      const draft = readYaml(bytes(emitYaml({ x: 1, ...data })), 'x.yaml', LEDGER_PROFILE);
      expect(draft.conclude(() => draft.value)).toEqual({ value: { x: 1, ...data }, warnings: [] });
    }),
    { numRuns: 500 },
  );
});

test('names convert there and back', () => {
  expect(snake('pullRequest')).toBe('pull_request');
  expect(camel('contributors_problem')).toBe('contributorsProblem');
});
