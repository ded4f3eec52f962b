import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emitYaml } from '../../src/documents/emit.js';
import { plainlyWritten } from '../../src/documents/plainly-written.js';
import { REQUEST_PROFILE } from '../../src/documents/profile.js';
import { parseRequest, parseRequestInFull } from '../../src/documents/request.js';
import { ACCESS_REQUEST } from '../../src/documents/schemas/access-request.js';
import { dataOf } from './arbitrary.js';
import { bytes, requestId } from './documents.js';
import { editedOnce, mutated } from './edits.js';

const ID = requestId('2026/11/alice-orders-db');

/** A request as people write it, and one with all that one can say. */
const BY_HAND = `version: 1
subject: alice
entitlements: [orders-db-readonly, wiki]
duration: 2h
justification: "INC-4242: checkout is \\"slow\\""
ticket: INC-4242
`;
const WITH_ALL = `# yaml-language-server: $schema=../../../schemas/access-request.schema.json
version: 1
subject: alice
entitlements:
  - orders-db-readonly
duration: 30m
justification: |
  Checkout is slow.

  I need to read query plans.
start: 2026-11-23T14:00:00Z
extends: 2026/11/alice-orders-db
break_glass: true
`;

function isPlain(text: string): boolean {
  return plainlyWritten(bytes(text), REQUEST_PROFILE, ACCESS_REQUEST) !== undefined;
}

/** What is read the short way is read the same the long way: nothing else is done with what is not. */
function agrees(text: string): boolean {
  if (!isPlain(text)) return false;
  deepStrictEqual(parseRequest(bytes(text), ID), parseRequestInFull(bytes(text), ID), JSON.stringify(text));
  return true;
}

describe('a request that is written plainly', () => {
  test.each([
    ['by hand', BY_HAND],
    ['with all one can say', WITH_ALL],
  ])('%s is read the short way, and the same', (_, text) => {
    expect(agrees(text)).toBe(true);
  });

  test.each([
    ['by hand', BY_HAND],
    ['with all one can say', WITH_ALL],
  ])('%s is read the same, or the long way, with any one edit', (_, text) => {
    let short = 0;
    for (const edited of editedOnce(text)) if (agrees(edited)) short += 1;
    expect(short).toBeGreaterThan(1_000);
  });

  test('is read the same, or the long way, with any few edits', () => {
    fc.assert(
      fc.property(mutated(fc.constantFrom(BY_HAND, WITH_ALL)), (edited) => void agrees(edited)),
      { numRuns: 5_000 },
    );
  });

  test('says the same of any content', () => {
    fc.assert(
      fc.property(dataOf(ACCESS_REQUEST), (data) => void agrees(emitYaml(data as Record<string, unknown>))),
      { numRuns: 300 },
    );
  });
});

test.each([
  ['a key twice', `${BY_HAND}ticket: INC-1\n`],
  ['a key of another case', BY_HAND.replace('ticket', 'Ticket')],
  ['a comment behind its first line', BY_HAND.replace('2h', '2h # two hours')],
  ['two comments', `# a\n# b\n${BY_HAND}`],
  ['a tag', BY_HAND.replace('2h', '!!str 2h')],
  ['a second document', `${BY_HAND}---\n${BY_HAND}`],
  ['a line of 401 characters', BY_HAND.replace('checkout', 'c'.repeat(370))],
  ['letters that look like others', BY_HAND.replace('alice', '\u0430lice')],
  ['no line feed at its end', BY_HAND.trimEnd()],
])('with %s is left to the strict profile', (_, text) => {
  expect(text).not.toBe(BY_HAND);
  expect(isPlain(text)).toBe(false);
});
