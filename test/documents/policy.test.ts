import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCatalog } from '../../src/documents/catalog.js';
import { emitYaml } from '../../src/documents/emit.js';
import { parsePolicy } from '../../src/documents/policy.js';
import { POLICY } from '../../src/documents/schemas/policy.js';
import { dataOf } from './arbitrary.js';
import { bytes, example, KINDS, problems } from './documents.js';

const parsedCatalog = parseCatalog(bytes(example('catalog')), 'catalog.yaml', KINDS);
const CATALOG = 'value' in parsedCatalog ? parsedCatalog.value : undefined;
const parse = (text: string) => parsePolicy(bytes(text), 'policy.yaml', CATALOG);
/** A policy of one rule `r` about everything, with more keys; its keys start in column 5, its lines at 5. */
const rule = (...lines: string[]) =>
  parse(
    `version: 1\nrules:\n  - name: r\n    entitlements: ["*"]\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );
const AUTO = 'auto_approve: true';

test('the example is read', () => {
  const parsed = parse(example('policy'));
  if (!('value' in parsed)) throw new Error('refused');
  expect(parsed.warnings).toEqual([]);
  const [production, freeze, onCall] = parsed.value.rules;
  expect(production).toMatchObject({
    name: 'production-data',
    entitlements: ['orders-db-*'],
    requesters: { teams: ['engineering'], users: [] },
    maxDuration: '2h',
    effect: {
      kind: 'approvals',
      groups: [
        { from: { teams: ['dba'], users: [] }, count: 1, stage: 1, comment: 'optional' },
        { from: { teams: ['security'], users: ['dana'] }, count: 1, stage: 1, comment: 'optional' },
      ],
    },
    veto: { teams: ['security'], users: [] },
    approvalTtl: '24h',
    autoMerge: true,
  });
  expect(production?.ticket?.pattern?.matches('INC-4242')).toBe(true);
  expect(production?.ticket?.pattern?.matches('INC-4242 ')).toBe(false);
  expect(production?.when?.source).toBe('entitlement.tier == "production"');
  expect(freeze?.effect).toEqual({
    kind: 'deny',
    message: 'Change freeze until 2 January; use break-glass for incidents.',
  });
  expect(onCall?.effect).toEqual({
    kind: 'break_glass',
    maxDuration: '1h',
    reviewWithin: '24h',
    reviewers: { teams: ['security'], users: [] },
  });
  expect(parsed.value.conflicts).toEqual([]);
});

test('every other key is read', () => {
  const parsed = parse(`version: 1
rules:
  - name: r
    entitlements: ["orders-db-readonly"]
    on_behalf_of: { users: [Dana] }
    max_total: 8h
    ticket: {}
    justification: { pattern: ".+" }
    approvals: [{ from: { teams: [dba] }, count: 2, stage: 2, comment: required }]
    limits: { open_requests: 3, held_per_week: 10h }
    lapses_after: 7d
    ask_again_after: 4h
conflicts: [[orders-db-readonly, other]]
`);
  expect(problems(parsed)).toEqual(['13:34 conflict_unknown']);
  if (!('value' in parsed)) throw new Error('refused');
  expect(parsed.value.conflicts).toEqual([['orders-db-readonly', 'other']]);
  expect(parsed.value.rules[0]).toMatchObject({
    onBehalfOf: { teams: [], users: ['Dana'] },
    maxTotal: '8h',
    ticket: {},
    effect: { groups: [{ count: 2, stage: 2, comment: 'required' }] },
    limits: { openRequests: 3, heldPerWeek: '10h' },
    lapsesAfter: '7d',
    askAgainAfter: '4h',
    approvalTtl: '24h',
    autoMerge: false,
  });
  expect(parsed.value.rules[0]).not.toHaveProperty('requesters');
  expect(parsed.value.rules[0]?.ticket).not.toHaveProperty('pattern');
});

test('no rules are no rules', () =>
  expect(parse('version: 1\nrules: []\n')).toEqual({ value: { rules: [], conflicts: [] }, warnings: [] }));

describe('refused', () => {
  test.each<[string, string[], string[]]>([
    ['no effect', [], ['3:5 choose_one']],
    ['two effects', [AUTO, 'deny: No.'], ['3:5 choose_one']],
    ['auto_approve: false', ['auto_approve: false'], ['5:19 invalid_value']],
    ['auto_approve as text', ['auto_approve: "true"'], ['5:19 invalid_value']],
    ['an empty denial', ['deny: ""'], ['5:11 invalid_value']],
    ['a mistyped key (T067)', ['approver: []', AUTO], ['5:5 unknown_key']],
    ['no approvals', ['approvals: []'], ['5:16 too_few']],
    ['a count of zero (T055)', ['approvals: [{ from: { teams: [a] }, count: 0 }]'], ['5:48 invalid_value']],
    ['a count as text (T014)', ['approvals: [{ from: { teams: [a] }, count: "2" }]'], ['5:48 wrong_type']],
    ['no count', ['approvals: [{ from: { teams: [a] } }]'], ['5:17 missing_key']],
    ['nobody to approve', ['approvals: [{ from: {}, count: 1 }]'], ['5:25 too_few']],
    ['an empty team list', ['approvals: [{ from: { teams: [] }, count: 1 }]'], ['5:34 too_few']],
    [
      'empty groups beside full ones',
      ['approvals: [{ from: { teams: [a], users: [] }, count: 1 }]'],
      ['5:46 too_few'],
    ],
    [
      'more people than are named',
      ['approvals: [{ from: { users: [a, b] }, count: 3 }]'],
      ['5:51 unsatisfiable_group'],
    ],
    [
      'one person in two cases',
      ['approvals: [{ from: { users: [a, A] }, count: 1 }]'],
      ['5:38 duplicate_item'],
    ],
    ['requesters who are nobody', ['requesters: {}', AUTO], ['5:17 too_few']],
    ['a team with a slash', ['requesters: { teams: [org/team] }', AUTO], ['5:27 invalid_value']],
    ['a condition that does not compile', ['when: "request.("', AUTO], ['5:11 bad_condition']],
    ['a condition about the process', ['when: "process.env"', AUTO], ['5:11 bad_condition']],
    ['a condition that is no text', ['when: true', AUTO], ['5:11 wrong_type']],
    ['a pattern that does not compile', ['ticket: { pattern: "(" }', AUTO], ['5:24 bad_pattern']],
    [
      'a justification pattern that does not compile',
      ['justification: { pattern: "[" }', AUTO],
      ['5:31 bad_pattern'],
    ],
    [
      'a pattern of 201 characters',
      [`ticket: { pattern: "${'x'.repeat(201)}" }`, AUTO],
      ['5:24 invalid_value'],
    ],
    ['a ticket that is only required', ['ticket: required', AUTO], ['5:13 wrong_type']],
    [
      'a total below the duration',
      ['max_duration: 2h', 'max_total: 90m', AUTO],
      ['6:16 total_below_duration'],
    ],
    ['a duration of zero', ['max_duration: 0h', AUTO], ['5:19 invalid_value']],
    [
      'break-glass without a review',
      ['break_glass: { max_duration: 1h, reviewers: { teams: [a] } }'],
      ['5:18 missing_key'],
    ],
    ['limits of nothing', ['limits: {}', AUTO], ['5:13 too_few']],
  ])('%s', (_, lines, expected) => expect(problems(rule(...lines))).toEqual(expected));

  test.each(['Orders', 'a*b', '*a', 'a**', '', 'a/*', '.*', 'a?', '[a]'])(
    'the entitlement pattern %j (T066)',
    (pattern) => {
      const text = `version: 1\nrules:\n  - { name: r, entitlements: ["${pattern}"], auto_approve: true }\n`;
      expect(problems(parse(text))).toEqual(['3:31 invalid_value']);
    },
  );

  test('a rule name twice, and whatever else, at once', () => {
    const text = `version: 1
rules:
  - { name: a, entitlements: [orders-db-readonly], auto_approve: true }
  - { name: a, entitlements: [orders-db-readonly], auto_approve: true }
  - { name: b, entitlements: [nothing-*], deny: No., veto: { teams: [x] } }
  - { name: c, entitlements: [], when: "(" }
  - { name: d, entitlements: ["*"], when: "(", deny: No. }
conflicts: [[a], [a, a]]
`;
    expect(problems(parse(text))).toEqual([
      '4:13 rule_name_taken',
      '5:31 rule_without_entitlements',
      '5:54 key_without_effect',
      '6:5 choose_one',
      '6:30 too_few',
      '7:43 bad_condition',
      '8:13 too_few',
      '8:22 duplicate_item',
    ]);
  });
});

describe('warned about, and read', () => {
  test.each<[string, string[], string[]]>([
    ['a denial with a duration', ['deny: No.', 'max_duration: 1h'], ['6:5 key_without_effect']],
    [
      'break-glass that merges by itself',
      ['break_glass: { max_duration: 1h, review_within: 1d, reviewers: { teams: [a] } }', 'auto_merge: true'],
      ['6:5 key_without_effect'],
    ],
  ])('%s', (_, lines, expected) => {
    const parsed = rule(...lines);
    expect(problems(parsed)).toEqual(expected);
    expect(parsed).toHaveProperty('value');
  });

  test('without a catalog nothing is said about ids', () => {
    const text =
      'version: 1\nrules: [{ name: a, entitlements: [zzz], auto_approve: true }]\nconflicts: [[y, z]]\n';
    expect(problems(parsePolicy(bytes(text), 'policy.yaml'))).toEqual([]);
    expect(problems(parse(text))).toEqual([
      '2:35 rule_without_entitlements',
      '3:14 conflict_unknown',
      '3:17 conflict_unknown',
    ]);
  });
});

test('whatever the schema describes ends in an answer', () => {
  fc.assert(
    fc.property(dataOf(POLICY), (data) => {
      const text = emitYaml(data as Record<string, unknown>);
      fc.pre(text.split('\n').every((line) => line.length <= 400));
      const parsed = parse(text);
      expect('value' in parsed || parsed.issues.length > 0).toBe(true);
    }),
    { numRuns: 60 },
  );
});

describe('access reviews', () => {
  const reviews = (text: string) => problems(parse(`version: 1\nrules: []\naccess_reviews: { ${text} }\n`));

  test('are read', () => {
    const text = 'every: 90d, within: 14d, long_lived: 30d, owners: { teams: [security] }';
    expect(parse(`version: 1\nrules: []\naccess_reviews: { ${text} }\n`)).toMatchObject({
      value: {
        accessReviews: {
          every: '90d',
          within: '14d',
          longLived: '30d',
          owners: { teams: ['security'], users: [] },
        },
      },
    });
  });

  test.each([
    [
      'an answer after the next question',
      'every: 14d, within: 14d, long_lived: 1d',
      'answer_after_next_review',
    ],
    ['a period of more than a year', 'every: 367d, within: 14d, long_lived: 1d', 'access_reviews_too_long'],
    ['months to answer', 'every: 366d, within: 93d, long_lived: 1d', 'access_reviews_too_long'],
    ['no period', 'within: 14d, long_lived: 1d', 'missing_key'],
    ['no time', 'every: 0d, within: 14d, long_lived: 1d', 'invalid_value'],
    [
      'one owner twice',
      'every: 90d, within: 14d, long_lived: 1d, owners: { users: [a, A] }',
      'duplicate_item',
    ],
    ['nobody', 'every: 90d, within: 14d, long_lived: 1d, owners: {}', 'too_few'],
  ])('are refused with %s', (_, text, code) => {
    expect(reviews(text).join(' ')).toContain(code);
  });
});
