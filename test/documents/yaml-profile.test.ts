import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTROL_PROFILE, LEDGER_PROFILE, REQUEST_PROFILE } from '../../src/documents/profile.js';
import { readYaml } from '../../src/documents/yaml-profile.js';
import { bytes, placed } from './documents.js';

function read(text: string | Uint8Array, profile = CONTROL_PROFILE) {
  const draft = readYaml(typeof text === 'string' ? bytes(text) : text, 'x.yaml', profile);
  return draft.conclude(() => draft.value);
}

function said(text: string | Uint8Array, profile = CONTROL_PROFILE): string[] {
  const parsed = read(text, profile);
  return 'issues' in parsed ? parsed.issues.map(placed) : [];
}

const BOMB = Array.from(
  { length: 9 },
  (_, n) => `${'abcdefghi'[n]}: &${n} [${n === 0 ? 'x' : `*${n - 1},*${n - 1}`}]`,
).join('\n');

describe('refused', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    // T001, T006
    ['an anchor', 'a: &x 1', ['1:4 yaml_anchor']],
    ['an alias', 'a: 1\nb: *a', ['2:4 yaml_alias']],
    ['an anchor on a mapping', 'a: &b\n  c: 1', ['1:4 yaml_anchor']],
    ['an anchor on a key', '&b a: 1', ['1:1 yaml_anchor']],
    ['a merge key', 'a:\n  <<: { b: 1 }', ['2:3 yaml_merge_key']],
    [
      'a merge of an alias',
      'b: &b {c: 1}\nd:\n  <<: *b',
      ['1:4 yaml_anchor', '3:3 yaml_merge_key', '3:7 yaml_alias'],
    ],
    // T004
    ['a directive', '%YAML 1.1\n---\nttl: 1\n', ['1:1 yaml_directive']],
    ['a directive, which switches nothing', '%YAML 1.1\n---\nn: 0777_x\nttl: 1:30\n', ['1:1 yaml_directive']],
    ['a tag directive', '%TAG ! tag:x,2000:\n---\na: 1\n', ['1:1 yaml_directive']],
    // T005
    ['a number as a key', '1: a', ['1:1 key_not_text']],
    ['a boolean as a key', 'true: a', ['1:1 key_not_text']],
    ['null as a key', '~: a', ['1:1 key_not_text']],
    ['nothing as a key', ': a', ['1:1 key_not_text']],
    ['a list as a key', '? [a]\n: b', ['1:3 key_not_text']],
    ['a mapping as a key', '? {a: 1}\n: b', ['1:3 key_not_text']],
    ['a key twice', 'a: 1\nb: 2\na: 3', ['3:1 duplicate_key']],
    ['a key twice in another style', 'a: 1\n"a": 2', ['2:1 duplicate_key']],
    ['a key twice by an escape', 'a: 1\n"\\x61": 2', ['2:1 duplicate_key']],
    ['a key twice in flow', '{a: 1, a: 2}', ['1:8 duplicate_key']],
    ['__proto__ twice', '__proto__: 1\n__proto__: 2', ['2:1 duplicate_key']],
    // T007
    ['a binary tag', 'a: !!binary aGk=', ['1:4 yaml_tag']],
    ['a string tag', 'a: !!str 1', ['1:4 yaml_tag']],
    ['an unknown tag', 'a: !custom 1', ['1:4 yaml_tag']],
    ['a set', 'a: !!set {b, c}', ['1:4 yaml_tag']],
    ['a verbatim tag', 'a: !<tag:yaml.org,2002:js/function> "x"', ['1:4 yaml_tag']],
    ['a non-specific tag', 'a: ! 1', ['1:4 yaml_tag']],
    // T008
    ['two documents', 'a: 1\n---\nb: 2\n', ['2:1 yaml_several_documents']],
    ['an end marker', 'a: 1\n...\n', ['2:1 yaml_several_documents']],
    ['a document behind an end marker', 'a: 1\n...\n---\nb: 1\n', ['2:1 yaml_several_documents']],
    ['an empty second document', 'a: 1\n---\n', ['2:1 yaml_several_documents']],
    // T011, T013: raw
    ['a BOM', '\ufeffa: 1', ['1:1 byte_order_mark']],
    ['a BOM before the second key', 'a: 1\n\ufeffb: 2', ['2:1 forbidden_character']],
    ['a tab', 'a:\t1', ['1:3 tab']],
    ['a tab in a comment', 'a: 1 #\tx', ['1:7 tab']],
    ['carriage returns', 'a: 1\r\nb: 2\r\n', ['1:5 carriage_return']],
    ['a zero-width space', 'a: x\u200by', ['1:5 forbidden_character']],
    ['a bidi override', 'a: "read\u202Enimda"', ['1:9 forbidden_character']],
    ['a soft hyphen', 'a: x\u00ady', ['1:5 forbidden_character']],
    ['tag characters', 'a: x\u{e0041}', ['1:5 forbidden_character']],
    ['a line separator', 'a: x\u2028b', ['1:5 forbidden_character']],
    ['a Hangul filler', 'a: \u3164', ['1:4 forbidden_character']],
    ['an unseen key', '\u200b: 1', ['1:1 forbidden_character']],
    // and by an escape
    ['a NUL by an escape', 'a: "x\\0"', ['1:4 forbidden_character']],
    ['a tab by an escape', 'a: "x\\ty"', ['1:4 forbidden_character']],
    ['a carriage return by an escape', 'a: "x\\r"', ['1:4 forbidden_character']],
    ['a bidi override by an escape', 'a: "\\u202e"', ['1:4 forbidden_character']],
    ['half a surrogate by an escape', 'a: "\\ud800"', ['1:4 forbidden_character']],
    ['a BOM in a key by an escape', '"\\ufeffb": 1', ['1:1 forbidden_character']],
    ['NEL by its short escape', 'a: "\\N"', ['1:4 forbidden_character']],
    ['a form of its own', 'a: cafe\u0301', ['1:7 not_nfc']],
    ['a form of its own by an escape', 'a: "cafe\\u0301"', ['1:4 not_nfc']],
    ['a key in a form of its own', '"e\\u0301": 1', ['1:1 not_nfc']],
    ['a Kelvin sign', 'a: \u212a', ['1:4 not_nfc']],
    // T012
    ['a stray continuation byte', Uint8Array.of(0x61, 0x3a, 0x20, 0x80), ['1:4 not_utf8']],
    ['an overlong slash', Uint8Array.of(0x61, 0x0a, 0xc0, 0xaf), ['2:1 not_utf8']],
    ['a surrogate', Uint8Array.of(0xed, 0xa0, 0x80), ['1:1 not_utf8']],
    ['half a character', Uint8Array.of(0x61, 0xe2, 0x82), ['1:2 not_utf8']],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x61, 0x00), ['1:1 not_utf8']],
    // T014: what other readers take for something else
    ...(
      ['.inf', '-.INF', '.nan', '1e400', '0x10', '0o17', '007', '+1', '1.0', '1.', '.5', '-0', '1E3'] as const
    ).map((text): [string, string, string[]] => [text, `a: ${text}`, ['1:4 ambiguous_value']]),
    ...(['~', 'Null', 'NULL', 'True', 'FALSE'] as const).map((text): [string, string, string[]] => [
      text,
      `a: ${text}`,
      ['1:4 ambiguous_value'],
    ]),
    ['a number that is not exact', 'a: 9007199254740993', ['1:4 ambiguous_value']],
    // T015, T018
    ['nothing', '', ['1:1 empty_document']],
    ['only a comment', '# hello\n', ['1:1 empty_document']],
    ['only a start', '---\n', ['1:1 empty_document']],
    [
      'an LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      ['1:1 lfs_pointer'],
    ],
    // Syntax
    ['a list that does not end', 'a: [1', ['1:6 yaml_syntax']],
    ['a text that does not end', 'a: "x', ['1:6 yaml_syntax']],
    ['a mapping in a line', 'a: b: c', ['1:4 yaml_syntax']],
    ['bad indentation', 'a:\n  b: 1\n c: 2', ['3:1 yaml_syntax']],
    ['a bad escape', 'a: "\\q"', ['1:5 yaml_syntax']],
    ['a reserved indicator', 'a: @b', ['1:4 yaml_syntax']],
    ['a key without a value', 'a: 1\nb', ['2:1 yaml_syntax']],
    ['a line that is too long', `a: ${'x'.repeat(400)}`, ['1:401 line_too_long']],
    ['a comment that is too long', `a: 1\n# ${'x'.repeat(400)}`, ['2:401 line_too_long']],
  ])('%s', (_, text, expected) => {
    expect(said(text)).toEqual(expected);
  });

  test('every anchor and alias of a bomb, without expanding it', () => {
    const codes = new Set(said(BOMB).map((one) => one.split(' ')[1]));
    expect(codes).toEqual(new Set(['yaml_anchor', 'yaml_alias']));
  });

  test('every control character, wherever it stands', () => {
    const controls = [...Array(32).keys(), ...Array.from({ length: 33 }, (_, n) => 0x7f + n)].filter(
      (code) => code !== 10,
    );
    for (const control of controls) {
      const character = String.fromCharCode(control);
      for (const text of [`${character}a: x`, `a: x${character}y`, `a: x${character}`]) {
        expect(said(text), `U+${control.toString(16)}`).not.toEqual([]);
      }
    }
  });

  test('any two keys that are equal as text, and any key that is not text', () => {
    for (const [a, b] of [
      ['1', '"1"'],
      ['true', '"true"'],
      ['~', '""'],
      ['null', "'null'"],
      ['0x1', '1'],
      ['1.0', '1'],
      ['a', "'a'"],
    ]) {
      expect(said(`${a}: x\n${b}: y`), `${a} and ${b}`).not.toEqual([]);
    }
  });
});

describe('bounds', () => {
  test.each([
    ['a request', REQUEST_PROFILE, 16_384],
    ['a control document', CONTROL_PROFILE, 65_536],
    ['a ledger document', LEDGER_PROFILE, 1_048_576],
  ])('%s is looked at only up to its size', (_, profile, limit) => {
    // Whatever is inside, the size is all that is said: nothing was decoded or parsed (T002).
    expect(said(new Uint8Array(limit + 1).fill(0xff), profile)).toEqual(['1:1 file_too_large']);
    expect(said(new Uint8Array(limit).fill(0xff), profile)).toEqual(['1:1 not_utf8']);
    const line = `# ${'x'.repeat(97)}\n`;
    const full = `a: 1\n${line.repeat(Math.floor((limit - 5) / 100))}`;
    expect(said(full, profile)).toEqual([]);
  });

  test('thousands of keys are compared in linear time, and all of them', () => {
    const keys = Array.from({ length: 5_000 }, (_, n) => `k${n}: 1`).join('\n');
    expect(said(`${keys}\nk17: 2\n`)).toEqual(['5001:1 duplicate_key']);
  });

  test.each([
    ['flow lists', (depth: number) => '[\n'.repeat(depth) + ']\n'.repeat(depth)],
    ['flow mappings', (depth: number) => '{a:\n'.repeat(depth) + '}\n'.repeat(depth)],
    ['lists in lines', (depth: number) => '- '.repeat(depth)],
    ['open lists', (depth: number) => '[\n'.repeat(depth)],
    ['explicit keys', (depth: number) => '? '.repeat(depth)],
  ])('%s of any depth end in an answer (T003)', (_, nested) => {
    for (const depth of [17, 18, 19, 50, 199, 1_000, 8_000, 15_000]) {
      const codes = said(nested(depth)).map((one) => one.split(' ')[1]);
      expect(codes.length).toBeGreaterThan(0);
      if (depth > 20 && depth < 8_000) expect(codes).toContain('yaml_nesting');
    }
  });

  test('sixteen levels are enough for everybody', () => {
    expect(said(`${'[\n'.repeat(16)}1${'\n]'.repeat(16)}`)).toEqual([]);
    expect(said(`${'[\n'.repeat(17)}1${'\n]'.repeat(17)}`)).toEqual(['17:1 yaml_nesting']);
  });

  test('thousands of problems are cut, and still told', () => {
    expect(said('a: "\\u202e"\n'.repeat(3_000)).length).toBe(200);
  });
});

describe('taken as it is written', () => {
  test.each<[string, string, unknown]>([
    ['a start marker', '---\na: 1\n', { a: 1 }],
    ['a comment', '# x\na: 1 # y\n', { a: 1 }],
    ['YAML 1.1 booleans as text', 'a: [yes, no, on, off, y, n]', { a: ['yes', 'no', 'on', 'off', 'y', 'n'] }],
    ['sexagesimals as text', 'a: 1:30', { a: '1:30' }],
    ['grouped digits as text', 'a: 1_000', { a: '1_000' }],
    ['dates as text', 'a: 2026-11-22', { a: '2026-11-22' }],
    ['YAML 1.1 octals', 'a: "010"', { a: '010' }],
    ['numbers and booleans', 'a: [0, -1, 1.5, true, false]', { a: [0, -1, 1.5, true, false] }],
    ['null', 'a: null', { a: null }],
    ['nothing', 'a:', { a: null }],
    ['line breaks', 'a: "x\\ny"\nb: |\n  x\n  y\n', { a: 'x\ny', b: 'x\ny\n' }],
    ['emoji', 'a: ❤️', { a: '❤️' }],
    ['other scripts', 'a: Ünïcødé 漢字', { a: 'Ünïcødé 漢字' }],
    ['an escape of what is allowed', 'a: "\\u00e9\\x41"', { a: 'éA' }],
    ['a quoted merge key as a key', '"<<": 1', { '<<': 1 }],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual({ value, warnings: [] });
  });

  test('keys that mean something to JavaScript are keys, in objects without a prototype (T009, T010)', () => {
    const parsed = read(
      '__proto__: { admin: true }\nconstructor: { prototype: { admin: true } }\ntoString: x\nhasOwnProperty: 1',
    );
    if (!('value' in parsed)) throw new Error('refused');
    const value = parsed.value as Record<string, Record<string, unknown>>;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.getPrototypeOf(Object.values(value)[0])).toBeNull();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

test('everything that is wrong is told at once, in the order of the text', () => {
  expect(said('a: &x 1\na: "\\0"\nb: [~, !t x,\t*a]\n"c\u200b": .inf\n1: 2\n')).toEqual([
    '1:4 yaml_anchor',
    '2:1 duplicate_key',
    '3:5 ambiguous_value',
    '3:8 yaml_tag',
    '3:13 tab',
    '3:14 yaml_alias',
    '4:3 forbidden_character',
    '4:7 ambiguous_value',
    '5:1 key_not_text',
  ]);
});

test('any bytes end in an answer, and touch nothing else', () => {
  const prototype = Object.getOwnPropertyNames(Object.prototype);
  const yamlish = fc
    .array(
      fc.constantFrom(
        'a',
        ': ',
        '\n',
        ' ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '|',
        '>',
        '&x',
        '*x',
        '!t',
        '? ',
        '#',
        '%',
        '---',
        '...',
        '\t',
        '<<',
        '__proto__',
        '1',
        '~',
        '\\',
        '\u0301',
        '\0',
        '\x02',
        '\x18',
        '\x1f',
        '\ufeff',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    yamlish.map(bytes),
    fc.string({ unit: 'binary' }).map(bytes),
  );
  fc.assert(
    fc.property(anything, (input) => {
      const parsed = read(input);
      const issues = 'issues' in parsed ? parsed.issues : parsed.warnings;
      expect('value' in parsed).toBe(issues.length === 0);
      const lines = new TextDecoder().decode(input).split('\n').length;
      for (const { line, column } of issues) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines);
        expect(column).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
});
