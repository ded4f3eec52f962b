import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { personOf } from '../../src/core/people.js';
import { emitYaml } from '../../src/documents/emit.js';
import { parsePeople } from '../../src/documents/people.js';
import { PEOPLE } from '../../src/documents/schemas/people.js';
import { dataOf } from './arbitrary.js';
import { bytes, example, problems } from './documents.js';

const parse = (text: string) => parsePeople(bytes(text), 'people.yaml');
const people = (...lines: string[]) =>
  parse(`version: 1\npeople:\n${lines.map((line) => `  ${line}\n`).join('')}`);

test('the example is read', () => {
  const parsed = parse(example('people'));
  if (!('value' in parsed)) throw new Error('refused');
  expect(personOf(parsed.value, 'ALICE')).toEqual({
    login: 'alice',
    id: 1001,
    identities: new Map([
      ['orders-db', 'alice_ro'],
      ['aws', 'alice@example.com'],
    ]),
    attributes: new Map([['employment', 'staff']]),
  });
});

test('names that mean something to JavaScript are people and targets like others', () => {
  const parsed = people(
    'constructor: { id: 1, identities: { constructor: x }, attributes: { constructor: true } }',
    '__proto__: { id: 2 }',
    'toString: { id: 3 }',
    'hasOwnProperty: { id: 4 }',
  );
  if (!('value' in parsed)) throw new Error('refused');
  expect(parsed.value.size).toBe(4);
  expect(personOf(parsed.value, '__proto__')?.id).toBe(2);
  expect(personOf(parsed.value, 'constructor')?.identities.get('constructor')).toBe('x');
  expect(personOf(parsed.value, 'tostring')?.login).toBe('toString');
  expect(personOf(parsed.value, 'valueOf')).toBeUndefined();
  expect(personOf(parsed.value, 'constructor')?.identities.get('toString')).toBeUndefined();
});

test('nobody is somebody', () =>
  expect(parse('version: 1\npeople: {}\n')).toEqual({ value: new Map(), warnings: [] }));

describe('refused', () => {
  test.each<[string, string[], string[]]>([
    ['a login in another case', ['alice: { id: 1 }', 'Alice: { id: 2 }'], ['4:3 login_taken']],
    ['a number twice', ['alice: { id: 1 }', 'bob: { id: 1 }'], ['4:14 person_id_taken']],
    ['a login twice', ['alice: { id: 1 }', 'alice: { id: 2 }'], ['4:3 duplicate_key']],
    ['no id', ['alice: {}'], ['3:10 missing_key']],
    ['nothing', ['alice:'], ['3:9 wrong_type']],
    ['an id as text', ['alice: { id: "1" }'], ['3:16 wrong_type']],
    ['an id in hex', ['alice: { id: 0x3e9 }'], ['3:16 ambiguous_value']],
    ['an id that is not exact', ['alice: { id: 9007199254740993 }'], ['3:16 ambiguous_value']],
    ['an id of zero', ['alice: { id: 0 }'], ['3:16 invalid_value']],
    ['a broken id', ['alice: { id: 1.5 }'], ['3:16 wrong_type']],
    ['a login that is none', ['"al ice": { id: 1 }'], ['3:3 invalid_value']],
    ['a target that is none', ['alice: { id: 1, identities: { Orders: a } }'], ['3:33 invalid_value']],
    ['an empty identity', ['alice: { id: 1, identities: { orders: "" } }'], ['3:41 invalid_value']],
    [
      'an identity of two lines',
      ['alice: { id: 1, identities: { orders: "a\\nb" } }'],
      ['3:41 invalid_value'],
    ],
    ['a list as an attribute', ['alice: { id: 1, attributes: { a: [b] } }'], ['3:36 wrong_type']],
    ['nothing as an attribute', ['alice: { id: 1, attributes: { a: } }'], ['3:36 wrong_type']],
    ['__proto__ as an attribute', ['alice: { id: 1, attributes: { __proto__: x } }'], ['3:33 invalid_value']],
    ['an unknown key', ['alice: { id: 1, team: x }'], ['3:19 unknown_key']],
  ])('%s', (_, lines, expected) => expect(problems(people(...lines))).toEqual(expected));

  test('two problems of two people, at once', () => {
    expect(problems(people('alice: { id: 1 }', 'ALICE: { id: x }', 'bob: { id: 1, x: 2 }'))).toEqual([
      '4:3 login_taken',
      '4:16 wrong_type',
      '5:14 person_id_taken',
      '5:17 unknown_key',
    ]);
  });
});

test('whatever the schema describes ends in an answer, and only distinct people are let through', () => {
  fc.assert(
    fc.property(dataOf(PEOPLE), (data) => {
      const text = emitYaml(data as Record<string, unknown>);
      fc.pre(text.split('\n').every((line) => line.length <= 400));
      const parsed = parse(text);
      const codes = 'issues' in parsed ? parsed.issues.map(({ code }) => code) : [];
      expect(codes.filter((code) => code !== 'login_taken' && code !== 'person_id_taken')).toEqual([]);
      if ('value' in parsed)
        expect(new Set([...parsed.value.values()].map(({ id }) => id)).size).toBe(parsed.value.size);
    }),
    { numRuns: 200 },
  );
});
