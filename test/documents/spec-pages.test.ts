import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import type { AccessReviewId } from '../../src/core/access-review/access-review.js';
import { parseReviewList } from '../../src/documents/access-review.js';
import { parseCatalog } from '../../src/documents/catalog.js';
import { parseEntry, renderEntry } from '../../src/documents/entry.js';
import type { Parsed } from '../../src/documents/issue.js';
import { ISSUES } from '../../src/documents/issue-catalogue.js';
import { parsePeople } from '../../src/documents/people.js';
import { parseRequest } from '../../src/documents/request.js';
import type { Schema } from '../../src/documents/schema.js';
import { PUBLISHED } from '../../src/documents/schemas/published.js';
import { parseSettings } from '../../src/documents/settings.js';
import { bytes, example, problems, requestId } from './documents.js';

const page = (name: string) => readFileSync(new URL(`../../docs/spec/${name}.md`, import.meta.url), 'utf8');
const examplesOf = (text: string) =>
  [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, body]) => body ?? '');

const PARSERS: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  'access-request': (text) => parseRequest(bytes(text), requestId('2026/11/alice')),
  catalog: (text) => parseCatalog(bytes(text), 'x', providerKinds),
  people: (text) => parsePeople(bytes(text), 'x'),
  settings: (text) => parseSettings(bytes(text), 'x', providerKinds),
  'access-review': (text) => parseReviewList(bytes(text), '2026/11/list' as AccessReviewId),
  'ledger-entry': (text) => parseEntry(bytes(text), 'x'),
};

describe.each(Object.entries(PARSERS))('the page of %s', (name, parse) => {
  test('has an example that is read without a word', () => {
    const examples = examplesOf(page(name));
    expect(examples).toHaveLength(1);
    for (const text of examples) expect(problems(parse(text))).toEqual([]);
  });

  test('names every key of the schema', () => {
    const text = page(name);
    const keys =
      name === 'ledger-entry'
        ? Object.keys(PUBLISHED[name]?.properties ?? {})
        : keysOf(PUBLISHED[name] ?? {}, '');
    expect(keys.filter((key) => !text.includes(`| \`${key}\` |`))).toEqual([]);
  });
});

test('the example of a request is that of the design', () => {
  expect(examplesOf(page('access-request'))).toEqual([example('request')]);
});

test('the example of an entry is exactly how it is written', () => {
  const [text = ''] = examplesOf(page('ledger-entry'));
  const parsed = parseEntry(bytes(text), 'x');
  expect('value' in parsed && renderEntry(parsed.value)).toBe(text);
});

test('the list of problems is the list of codes', () => {
  const rows = [...page('errors').matchAll(/^\| `([a-z0-9_]+)` \| (error|warning) \| (.*) \| (.*) \|$/gm)];
  const written = rows.map(([, code, severity, message, fix]) => [code, severity, message, fix]);
  const coded = Object.entries(ISSUES).map(([code, { severity, message, fix }]) => [
    code,
    severity,
    cell(message),
    cell(fix),
  ]);
  expect(written).toEqual(coded);
});

/** A template as the page writes it. */
function cell(template: string): string {
  const plain = template.replace(/\{[a-z]+\}/g, '…').replace(/<([a-z]+)>/g, '\\<$1\\>');
  return plain.replace(/(<<|%)$/, '`$1`');
}

/** `targets.*.kind`; secrets and groups are explained once, in words. */
function keysOf(schema: Schema, prefix: string): string[] {
  const { properties = {}, additionalProperties } = schema;
  const own = Object.entries(properties).flatMap(([key, part]) => {
    const inner = keysOf(part, `${prefix}${key}.`);
    const isLeaf = inner.length === 0 || /secret is|group:/.test(String(part.description));
    return isLeaf || typeof part.additionalProperties === 'object'
      ? [`${prefix}${key}`, ...(isLeaf ? [] : inner)]
      : inner;
  });
  const inner = typeof additionalProperties === 'object' ? keysOf(additionalProperties, `${prefix}*.`) : [];
  return [...own, ...inner];
}
