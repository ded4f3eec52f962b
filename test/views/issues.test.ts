import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../../src/documents/issue.js';
import { ISSUE_FORMATS, renderIssues } from '../../src/views/issues.js';

const ISSUE: Issue = {
  file: 'access-requests/2026/11/alice.yaml',
  line: 4,
  column: 11,
  code: 'invalid_value',
  severity: 'error',
  message: '"2 hours" is not a duration',
  fix: 'write 2h',
};
const HOSTILE: Issue = {
  ...ISSUE,
  file: 'a,b:c%d\n::error::x\u001b[31m é.yaml',
  severity: 'warning',
  message: '50%\r\n::add-mask::x \u202e\u{e0041}\u009b',
  fix: '\u2028',
};

test('text is one line an issue: where, what, how to mend it', () => {
  expect(renderIssues([ISSUE], 'text')).toBe(
    'access-requests/2026/11/alice.yaml:4:11 invalid_value "2 hours" is not a duration — write 2h\n',
  );
  expect(renderIssues([{ ...ISSUE, severity: 'warning' }], 'text')).toContain(
    ' invalid_value warning: "2 hours"',
  );
});

test('json is the documented shape and nothing else', () => {
  const text = renderIssues([ISSUE, { ...HOSTILE, secret: 1 } as Issue], 'json');
  expect(JSON.parse(text)).toEqual({ issues: [ISSUE, HOSTILE] });
});

test('github is an annotation that nothing inside it can end', () => {
  expect(renderIssues([ISSUE, HOSTILE], 'github').split('\n')).toEqual([
    '::error file=access-requests/2026/11/alice.yaml,line=4,col=11,title=invalid_value::"2 hours" is not a duration — write 2h',
    '::warning file=a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3Ax\\u{1b}[31m é.yaml,line=4,col=11,title=invalid_value::50%25%0D%0A::add-mask::x \\u{202e}\\u{e0041}\\u{9b} —  ↵ ',
    '',
  ]);
});

test('sarif is version 2.1.0 with escaped paths', () => {
  expect(JSON.parse(renderIssues([ISSUE, HOSTILE], 'sarif'))).toEqual({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'hallpass', rules: [{ id: 'invalid_value' }] } },
        columnKind: 'utf16CodeUnits',
        results: [
          {
            ruleId: 'invalid_value',
            level: 'error',
            message: { text: '"2 hours" is not a duration — write 2h' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'access-requests/2026/11/alice.yaml' },
                  region: { startLine: 4, startColumn: 11 },
                },
              },
            ],
          },
          expect.objectContaining({
            level: 'warning',
            locations: [
              expect.objectContaining({
                physicalLocation: expect.objectContaining({
                  artifactLocation: { uri: 'a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3Ax%1B%5B31m%20%C3%A9.yaml' },
                }),
              }),
            ],
          }),
        ],
      },
    ],
  });
});

describe.each(ISSUE_FORMATS)('%s', (format) => {
  test('of nothing', () => {
    const text = renderIssues([], format);
    if (format === 'json') expect(text).toBe('{"issues":[]}\n');
    else if (format === 'sarif') expect(JSON.parse(text)).toMatchObject({ runs: [{ results: [] }] });
    else expect(text).toBe('');
  });

  test('never prints what cannot be seen, and one line an issue', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (file, message) => {
        const text = renderIssues([{ ...ISSUE, file, message }, HOSTILE], format);
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u{e0000}-\u{e007f}]/u);
        expect(text.split('\n').length).toBe(format === 'text' || format === 'github' ? 3 : 2);
      }),
    );
  });
});
