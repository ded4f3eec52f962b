import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emitYaml } from '../../src/documents/emit.js';
import { parseRequest } from '../../src/documents/request.js';
import { ACCESS_REQUEST } from '../../src/documents/schemas/access-request.js';
import { dataOf } from './arbitrary.js';
import { bytes, example, problems, requestId } from './documents.js';

const ID = requestId('2026/11/alice-orders-db');
const parse = (text: string) => parseRequest(bytes(text), ID);
const SHORT = 'version: 1\nsubject: alice\nentitlements: [a]\nduration: 2h\njustification: x\n';
/** The short request with one line in place of another. */
const withLine = (key: string, line: string) => SHORT.replace(new RegExp(`^${key}:.*$`, 'm'), line);

test('the example is read', () => {
  expect(parse(example('request'))).toEqual({
    value: {
      id: '2026/11/alice-orders-db',
      subject: 'alice',
      entitlements: ['orders-db-readonly'],
      duration: '2h',
      justification: 'INC-4242: checkout is slow, need to read query plans',
      ticket: 'INC-4242',
      start: '2026-11-23T14:00:00Z',
      extends: '2026/11/alice-orders-db',
      breakGlass: true,
    },
    warnings: [],
  });
});

test('what is left out is not there', () => {
  expect(parse(SHORT)).toEqual({
    value: {
      id: ID,
      subject: 'alice',
      entitlements: ['a'],
      duration: '2h',
      justification: 'x',
      breakGlass: false,
    },
    warnings: [],
  });
});

test('any request the schema describes is read, and says what was written', () => {
  fc.assert(
    fc.property(dataOf(ACCESS_REQUEST), (data) => {
      const document = data as Record<string, unknown>;
      const text = emitYaml(document);
      fc.pre(text.split('\n').every((line) => line.length <= 400));
      const parsed = parse(text);
      expect(parsed).toMatchObject({
        value: { subject: document.subject, justification: document.justification },
      });
    }),
    { numRuns: 200 },
  );
});

describe('refused', () => {
  test.each<[string, string, string[]]>([
    ['another version', withLine('version', 'version: 2'), ['1:10 unknown_version']],
    ['a version as text', withLine('version', 'version: "1"'), ['1:10 wrong_type']],
    ['a version in hex', withLine('version', 'version: 0x1'), ['1:10 ambiguous_value']],
    ['a version with a point', withLine('version', 'version: 1.0'), ['1:10 ambiguous_value']],
    ['no version', SHORT.replace('version: 1\n', ''), ['1:1 missing_key']],
    ['a list', '- version: 1\n', ['1:1 wrong_type']],
    ['a text', 'hello\n', ['1:1 wrong_type']],
    ['nobody', withLine('subject', 'subject:'), ['2:9 wrong_type']],
    ['a number as subject', withLine('subject', 'subject: 42'), ['2:10 wrong_type']],
    ['two subjects', withLine('subject', 'subject: [alice, bob]'), ['2:10 wrong_type']],
    ['a subject with a space', withLine('subject', 'subject: "alice "'), ['2:10 invalid_value']],
    ['a subject that looks like alice', withLine('subject', 'subject: аlice'), ['2:10 invalid_value']],
    ['an app as subject', withLine('subject', 'subject: "dependabot[bot]"'), ['2:10 invalid_value']],
    ['no entitlement', withLine('entitlements', 'entitlements: []'), ['3:15 too_few']],
    [
      '21 entitlements',
      withLine('entitlements', `entitlements: [${Array.from({ length: 21 }, (_, n) => `a${n}`)}]`),
      ['3:15 too_many'],
    ],
    ['an entitlement twice', withLine('entitlements', 'entitlements: [a, b, a]'), ['3:22 duplicate_item']],
    ['an entitlement in capitals', withLine('entitlements', 'entitlements: [a, B]'), ['3:19 invalid_value']],
    ['a pattern', withLine('entitlements', 'entitlements: ["*"]'), ['3:16 invalid_value']],
    [
      'an entitlement that is no text',
      withLine('entitlements', 'entitlements: [a, 1, {}, ~]'),
      ['3:19 wrong_type', '3:22 wrong_type', '3:26 ambiguous_value'],
    ],
    ['one entitlement without a list', withLine('entitlements', 'entitlements: a'), ['3:15 wrong_type']],
    ['toString as entitlement', withLine('entitlements', 'entitlements: [toString]'), ['3:16 invalid_value']],
    [
      '__proto__ as entitlement',
      withLine('entitlements', 'entitlements: [__proto__]'),
      ['3:16 invalid_value'],
    ],
    ['no justification', SHORT.replace('justification: x\n', ''), ['1:1 missing_key']],
    ['an empty justification', withLine('justification', 'justification: ""'), ['5:16 invalid_value']],
    [
      'a justification of spaces',
      withLine('justification', 'justification: "  \\n "'),
      ['5:16 invalid_value'],
    ],
    [
      'a justification of 1,001 characters',
      withLine('justification', `justification: |\n${'  xxxxxxxxx\n'.repeat(101)}`),
      ['5:16 invalid_value'],
    ],
    ['a ticket of two lines', `${SHORT}ticket: "a\\nb"\n`, ['6:9 invalid_value']],
    ['a ticket as a number', `${SHORT}ticket: 4242\n`, ['6:9 wrong_type']],
    ['an unknown key', `${SHORT}reason: x\n`, ['6:1 unknown_key']],
    ['__proto__ as a key', `${SHORT}__proto__: { admin: true }\n`, ['6:1 unknown_key']],
    ['constructor as a key', `${SHORT}constructor: { prototype: { a: 1 } }\n`, ['6:1 unknown_key']],
    ['break_glass as text', `${SHORT}break_glass: "true"\n`, ['6:14 wrong_type']],
    ['break_glass of YAML 1.1', `${SHORT}break_glass: yes\n`, ['6:14 wrong_type']],
    ['break_glass in capitals', `${SHORT}break_glass: TRUE\n`, ['6:14 ambiguous_value']],
    ['a path as extends', `${SHORT}extends: access-requests/2026/11/a.yaml\n`, ['6:10 invalid_value']],
    ['a traversal as extends', `${SHORT}extends: ../2026/11/a\n`, ['6:10 invalid_value']],
  ])('%s', (_, text, expected) => {
    expect(problems(parse(text))).toEqual(expected);
  });

  // T086
  test.each([
    '-1h',
    '0',
    '0h',
    '1',
    '1e9h',
    '10000h',
    '99999999999999999999y',
    '1h-30m',
    '"1,000h"',
    '1h foo',
    'PT-1H',
    'P1M',
    '2H',
    '1.5h',
    ' 2 h',
    '01h',
    '1w',
    '1s',
    '٢h',
    '2h2h',
    '.inf',
    '.nan',
    '~',
    '[2h]',
    '{}',
    'true',
    '1e400',
    '',
  ])('the duration %j', (duration) => {
    expect(problems(parse(withLine('duration', `duration: ${duration}`)))).not.toEqual([]);
  });

  // T087
  test.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-01-01',
    '2026-01-01 00:00',
    '2026-01-01T00:00',
    '2026-01-01T00:00Z',
    '"1"',
    '02/03/2026',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+00:00',
    '2026-01-01T00:00:00.0Z',
    '2026-01-01t00:00:00z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '+02026-01-01T00:00:00Z',
    '20260101T000000Z',
    '1767225600',
    'now',
  ])('the start %j', (start) => {
    expect(problems(parse(`${SHORT}start: ${start}\n`))).not.toEqual([]);
  });

  test('everything that is wrong, at once and in order, each with what to do', () => {
    const parsed = parse(
      'version: 1\nsubjet: alice\nentitlements: [a, A, a]\nduration: 2 hours\nstart: tomorrow\nextra: &x 1\n',
    );
    expect(problems(parsed)).toEqual([
      '1:1 missing_key',
      '1:1 missing_key',
      '2:1 unknown_key',
      '3:19 invalid_value',
      '3:22 duplicate_item',
      '4:11 invalid_value',
      '5:8 invalid_value',
      '6:1 unknown_key',
      '6:8 yaml_anchor',
    ]);
    if (!('issues' in parsed)) throw new Error('taken');
    expect(
      parsed.issues.filter(({ fix, message }) => fix === '' || /[{}]|undefined/.test(fix + message)),
    ).toEqual([]);
    expect(parsed.issues[2]).toMatchObject({
      message: '"subjet" is not a key here',
      fix: 'did you mean "subject"?',
    });
    expect(parsed.issues[5]).toMatchObject({
      message: '"2 hours" is not a duration such as 30m, 2h or 5d',
      fix: 'write a duration such as 30m, 2h or 5d',
    });
  });
});

// T014: every key against every kind of value.
test('no value of another type is taken for any key', () => {
  const values = {
    text: '"x y"',
    number: '7',
    truth: 'true',
    none: 'null',
    list: '[[]]',
    mapping: '{ a: 1 }',
  };
  const fits: Readonly<Record<string, readonly string[]>> = {
    justification: ['text'],
    ticket: ['text'],
    break_glass: ['truth'],
  };
  const full = `${SHORT}ticket: T\nstart: 2026-11-23T14:00:00Z\nextends: 2026/11/a\nbreak_glass: false\n`;
  expect(problems(parse(full))).toEqual([]);
  for (const key of full.match(/^[a-z_]+/gm) ?? []) {
    for (const [type, value] of Object.entries(values)) {
      const text = full.replace(new RegExp(`^${key}:.*$`, 'm'), `${key}: ${value}`);
      const isRefused = problems(parse(text)).length > 0;
      expect(isRefused, `${key}: ${value}`).toBe(!fits[key]?.includes(type));
    }
  }
});

test('any bytes end in an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (input) => void parseRequest(input, ID)),
    { numRuns: 200 },
  );
});

test('any data ends in an answer, whatever its keys are called', () => {
  const key = fc.constantFrom(
    'version',
    'subject',
    'entitlements',
    'valueOf',
    'toString',
    '__proto__',
    'constructor',
    'length',
  );
  const data = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(1, 'a', true, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(fc.dictionary(key, data), (document) => {
      expect('issues' in parse(emitYaml({ x: 1, ...document }))).toBe(true);
    }),
    { numRuns: 200 },
  );
});
