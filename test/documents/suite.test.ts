import { describe, expect, it } from 'vitest';
import { parseSuite } from '../../src/documents/suite.js';

const HEAD = `policy: ../policy.yaml
catalog: ../catalog.yaml
teams: { dba: [bob, Erin], none: [] }
cases:
`;
const LEAST = `  - name: least
    request: { subject: alice, entitlements: [a], duration: 2h, justification: "why" }
    now: 2026-11-22T12:00:00Z
    expect: { outcome: denied }
`;
const MOST = `  - name: most
    request:
      subject: alice
      entitlements: [a, b]
      duration: 2h
      justification: "why"
      ticket: INC-1
      start: 2026-11-23T00:00:00Z
      extends: 2026/11/before
      break_glass: true
    requester: bob
    committers: [bob, carol]
    pushers: [dana]
    epoch: 2026-11-22T11:00:00Z
    opened: 2026-11-21T11:00:00Z
    ids: { Bob: 7 }
    live: [{ id: 2026/11/before, subject: alice, entitlements: [a], from: 2026-11-22T10:00:00Z, until: 2026-11-22T13:00:00Z }]
    open_requests: 3
    held: { a: 5h }
    now: 2026-11-22T12:00:00Z
    reviews:
      - { by: bob, state: approved, at: 2026-11-22T11:30:00Z, commit: stale }
      - { by: bot, state: commented, bot: true, comment: true }
    expect:
      outcome: approved
      rules: [one, two]
      unsatisfied: []
`;

function parse(text: string) {
  return parseSuite(new TextEncoder().encode(text), 'policy-suites/a.yaml');
}

function parsed(text: string) {
  const result = parse(text);
  if ('issues' in result) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

describe('parseSuite', () => {
  it('reads documents, teams and cases', () => {
    const suite = parsed(`version: 1\npeople: people.yaml\n${HEAD}${LEAST}${MOST}`);
    expect(suite).toMatchObject({
      policy: '../policy.yaml',
      catalog: '../catalog.yaml',
      people: 'people.yaml',
    });
    expect([...suite.teams]).toEqual([
      ['dba', ['bob', 'Erin']],
      ['none', []],
    ]);
    expect(suite.cases.map(({ name, at }) => [name, at.line])).toEqual([
      ['least', 7],
      ['most', 11],
    ]);
  });

  it('fills in what a case leaves open', () => {
    expect(parsed(HEAD + LEAST).cases[0]).toEqual({
      name: 'least',
      at: { line: 5, column: 5 },
      request: {
        id: '2026/11/case-1',
        subject: 'alice',
        entitlements: ['a'],
        duration: '2h',
        justification: 'why',
        breakGlass: false,
      },
      requester: 'alice',
      committers: ['alice'],
      pushers: ['alice'],
      now: '2026-11-22T12:00:00Z',
      ids: new Map(),
      live: [],
      openRequests: 1,
      held: new Map(),
      reviews: [],
      expect: { outcome: { value: 'denied', at: { line: 8, column: 24 } } },
    });
  });

  it('reads everything a case can say, and where its expectations stand', () => {
    expect(parsed(HEAD + MOST).cases[0]).toMatchObject({
      request: {
        ticket: 'INC-1',
        start: '2026-11-23T00:00:00Z',
        extends: '2026/11/before',
        breakGlass: true,
      },
      requester: 'bob',
      committers: ['bob', 'carol'],
      pushers: ['dana'],
      epoch: '2026-11-22T11:00:00Z',
      opened: '2026-11-21T11:00:00Z',
      ids: new Map([['bob', 7]]),
      live: [{ id: '2026/11/before', subject: 'alice', chainFrom: '2026-11-22T10:00:00Z' }],
      openRequests: 3,
      held: new Map([['a', '5h']]),
      reviews: [
        { by: 'bob', state: 'approved', at: '2026-11-22T11:30:00Z', stale: true, bot: false, comment: false },
        { by: 'bot', state: 'commented', stale: false, bot: true, comment: true },
      ],
      expect: {
        outcome: { value: 'approved', at: { line: 29, column: 16 } },
        rules: { value: ['one', 'two'], at: { line: 30, column: 14 } },
        unsatisfied: { value: [], at: { line: 31, column: 20 } },
      },
    });
  });

  it.each([
    ['no cases', 'policy: a\ncatalog: b\ncases: []\n', 'too_few'],
    ['an unknown key', HEAD + LEAST.replace('expect:', 'expects:'), 'unknown_key'],
    ['an unknown outcome', HEAD + LEAST.replace('denied', 'refused'), 'invalid_value'],
    [
      'an unknown review',
      HEAD + LEAST.replace('now:', 'reviews: [{ by: bob, state: APPROVED }]\n    now:'),
      'invalid_value',
    ],
    ['a day there is not', HEAD + LEAST.replace('2026-11-22', '2026-11-31'), 'invalid_value'],
    ['another version', `version: 2\n${HEAD}${LEAST}`, 'unknown_version'],
    ['an anchor', HEAD + LEAST.replace('name: least', 'name: &a least'), 'yaml_anchor'],
  ])('refuses %s', (_, text, code) => {
    const result = parse(text);
    expect('issues' in result && result.issues.map((issue) => issue.code)).toContain(code);
  });
});
