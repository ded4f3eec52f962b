import { describe, expect, it } from 'vitest';
import { providerKinds } from '../../../src/adapters/providers/index.js';
import { beside, type CaseResult, runSuites, type SuiteResult } from '../../../src/app/policy/run-suites.js';

/** Files in memory; everything a suite refers to. */
const FILES: Readonly<Record<string, string>> = {
  'policy.yaml': `version: 1
rules:
  - name: two
    entitlements: ["*"]
    max_duration: 4h
    approvals:
      - { from: { teams: [dba] }, count: 1 }
      - { from: { teams: [security] }, count: 1 }
  - name: freeze
    entitlements: ["*"]
    when: 'now >= timestamp("2026-12-24T00:00:00Z")'
    deny: Not over the holidays.
`,
  'catalog.yaml': `version: 1
targets:
  db: { kind: memory }
tiers:
  production: { min_approvals: 2 }
entitlements:
  read: { title: Read, target: db, tier: production, grant: { name: read } }
`,
  'people.yaml': `version: 1
people:
  bob: { id: 1002 }
  alice: { id: 1001, identities: { db: alice } }
`,
};

const TEAMS = 'teams: { dba: [bob, erin], security: [carol, erin] }';

function suiteOf(cases: string, extra = ''): string {
  return `policy: ../policy.yaml\ncatalog: ../catalog.yaml\npeople: ../people.yaml\n${extra || TEAMS}\ncases:\n${cases}`;
}

/** One case; `body` lists what differs from bob and carol approving at noon. */
function caseOf(body: readonly string[] = [], expectation = '{ outcome: approved }'): string {
  const has = (key: string): boolean => body.some((line) => line.startsWith(`${key}:`));
  const lines = [
    ...(has('request')
      ? []
      : ['request: { subject: alice, entitlements: [read], duration: 2h, justification: "why" }']),
    ...(has('now') ? [] : ['now: 2026-11-22T12:00:00Z']),
    ...(has('reviews') ? [] : ['reviews: [{ by: bob, state: approved }, { by: carol, state: approved }]']),
    ...body,
    `expect: ${expectation}`,
  ];
  return `  - name: a case\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

async function run(suite: string, files: Readonly<Record<string, string>> = {}): Promise<SuiteResult> {
  const all: Readonly<Record<string, string>> = { ...FILES, ...files, 'suites/a.yaml': suite };
  const read = async (path: string) =>
    all[path] === undefined ? undefined : new TextEncoder().encode(all[path]);
  const [result] = await runSuites({ read, kinds: providerKinds }, ['suites/a.yaml']);
  return result!;
}

async function ran(suite: string): Promise<Extract<SuiteResult, { kind: 'ran' }>> {
  const result = await run(suite);
  if (result.kind !== 'ran') throw new Error(JSON.stringify(result.issues));
  return result;
}

async function outcomeOf(body: readonly string[]): Promise<string> {
  const { cases } = await ran(suiteOf(caseOf(body)));
  return cases[0]!.decision.outcome;
}

describe('the defaults of a case', () => {
  it.each<[string, string[], string]>([
    ['reviews a minute before now, after the epoch, on the head', [], 'approved'],
    [
      'the order of the list is the order of reviews',
      [
        'reviews: [{ by: bob, state: approved }, { by: bob, state: dismissed }, { by: carol, state: approved }]',
      ],
      'pending',
    ],
    [
      'the requester is the subject',
      ['reviews: [{ by: alice, state: approved }, { by: carol, state: approved }]'],
      'pending',
    ],
    ['another requester', ['requester: bob'], 'pending'],
    ['committers besides', ['committers: [bob]'], 'pending'],
    ['pushers besides', ['pushers: [carol]'], 'pending'],
    ['nobody committed', ['committers: []', 'pushers: []'], 'approved'],
    ['an epoch after the reviews', ['epoch: 2026-11-22T11:59:30Z'], 'pending'],
    [
      'a review of another time',
      ['reviews: [{ by: bob, state: approved, at: 2026-11-20T11:00:00Z }, { by: carol, state: approved }]'],
      'pending',
    ],
    [
      'a stale review',
      ['reviews: [{ by: bob, state: approved, commit: stale }, { by: carol, state: approved }]'],
      'pending',
    ],
    [
      'a bot',
      ['reviews: [{ by: bob, state: approved, bot: true }, { by: carol, state: approved }]'],
      'pending',
    ],
    [
      'an objection',
      [
        'reviews: [{ by: bob, state: approved }, { by: carol, state: approved }, { by: erin, state: changes_requested }]',
      ],
      'pending',
    ],
    ['the id people has', ['ids: { bob: 1002 }'], 'approved'],
    ['another id than people has', ['ids: { BOB: 7 }'], 'pending'],
    ['one id for two logins', ['ids: { carol: 1002 }'], 'pending'],
    [
      'an extension of nothing',
      [
        'request: { subject: alice, entitlements: [read], duration: 1h, justification: "why", extends: 2026/11/x }',
      ],
      'invalid',
    ],
    [
      'an extension of a live grant',
      [
        'request: { subject: alice, entitlements: [read], duration: 1h, justification: "why", extends: 2026/11/x }',
        'live: [{ id: 2026/11/x, subject: alice, entitlements: [read], from: 2026-11-22T11:00:00Z, until: 2026-11-22T13:00:00Z }]',
      ],
      'approved',
    ],
    ['the clock', ['now: 2026-12-24T00:00:00Z'], 'denied'],
  ])('%s', async (_, body, outcome) => {
    expect(await outcomeOf(body)).toBe(outcome);
  });

  it('a team that is not listed is empty, and there', async () => {
    const { cases } = await ran(suiteOf(caseOf([], '{ outcome: pending }'), 'teams: { dba: [bob] }'));
    expect(cases[0]).toMatchObject({ passed: true, decision: { outcome: 'pending' } });
  });

  it('needs no people', async () => {
    const suite = suiteOf(caseOf()).replace('people: ../people.yaml\n', '');
    expect(await ran(suite)).toMatchObject({ cases: [{ passed: true }] });
  });
});

describe('a rule that looks at limits, comments and lapsing', () => {
  const policy = `version: 1
rules:
  - name: strict
    entitlements: ["*"]
    limits: { open_requests: 2, held_per_week: 6h }
    lapses_after: 1h
    approvals: [{ from: { teams: [dba, security] }, count: 2, comment: required }]
`;
  const reviews =
    'reviews: [{ by: bob, state: approved, comment: true }, { by: carol, state: approved, comment: true }]';
  it.each<[string, string[], string]>([
    ['as it is', [reviews], 'approved'],
    ['without comments', [], 'pending'],
    ['with a third request', [reviews, 'open_requests: 3'], 'denied'],
    ['with four hours held', [reviews, 'held: { read: 4h }'], 'approved'],
    ['with five hours held', [reviews, 'held: { read: 5h }'], 'denied'],
    ['opened an hour ago', [reviews, 'opened: 2026-11-22T11:00:00Z'], 'approved'],
    ['opened earlier', [reviews, 'opened: 2026-11-22T10:59:59Z'], 'denied'],
  ])('%s: %s', async (_, body, outcome) => {
    const result = await run(suiteOf(caseOf(body)), { 'policy.yaml': policy });
    expect(result).toMatchObject({ kind: 'ran', cases: [{ decision: { outcome } }] });
  });
});

describe('failures', () => {
  const failuresOf = async (expectation: string, body: readonly string[] = []): Promise<CaseResult> => {
    const { cases } = await ran(suiteOf(caseOf(body, expectation)));
    return cases[0]!;
  };

  it('say what was expected, what came out, why, and on which line', async () => {
    const result = await failuresOf('{ outcome: approved, rules: [two, freeze] }', [
      'now: 2026-12-24T00:00:00Z',
      'requester: bob',
    ]);
    expect(result).toMatchObject({ name: 'a case', line: 6, passed: false });
    expect(result.failures).toMatchObject([
      { of: 'outcome', line: 11, column: 24, expected: 'approved', actual: 'denied' },
    ]);
    expect(result.failures[0]?.because.map(({ code }) => code)).toEqual(['deny', 'approvals', 'floor']);
  });

  it.each<[string, string, string[], string[]]>([
    ['rules as a set', '{ outcome: approved, rules: [two] }', [], []],
    [
      'an order that does not matter',
      '{ outcome: denied, rules: [freeze, two], unsatisfied: [freeze] }',
      ['now: 2026-12-24T00:00:00Z'],
      [],
    ],
    ['a rule too many', '{ outcome: approved, rules: [two, freeze] }', [], ['rules: freeze, two / two']],
    ['a rule too few', '{ outcome: approved, rules: [] }', [], ['rules: none / two']],
    ['a rule nobody wrote', '{ outcome: approved, rules: [tow] }', [], ['rules: tow / two']],
    [
      'what is unsatisfied',
      '{ outcome: denied, unsatisfied: [two] }',
      ['now: 2026-12-24T00:00:00Z'],
      ['unsatisfied: two / freeze'],
    ],
    [
      'everything at once',
      '{ outcome: pending, rules: [freeze], unsatisfied: [two] }',
      [],
      ['outcome: pending / approved', 'rules: freeze / two', 'unsatisfied: two / none'],
    ],
  ])('%s', async (_, expectation, body, failures) => {
    const result = await failuresOf(expectation, body);
    expect(result.failures.map(({ of, expected, actual }) => `${of}: ${expected} / ${actual}`)).toEqual(
      failures,
    );
    expect(result.passed).toBe(failures.length === 0);
  });
});

describe('a suite that cannot be read', () => {
  it.each<[string, string, Readonly<Record<string, string>>, string, string]>([
    ['is no suite', 'policy: [', {}, 'suites/a.yaml', 'yaml_syntax'],
    [
      'names a policy that is not there',
      suiteOf(caseOf()).replace('../policy', '../other'),
      {},
      'other.yaml',
      'document_missing',
    ],
    [
      'names a policy with a mistake',
      suiteOf(caseOf()),
      { 'policy.yaml': 'version: 1\nrules: [{}]\n' },
      'policy.yaml',
      'missing_key',
    ],
    [
      'names a catalog with a mistake',
      suiteOf(caseOf()),
      { 'catalog.yaml': 'version: 1\n' },
      'catalog.yaml',
      'missing_key',
    ],
    [
      'names people with a mistake',
      suiteOf(caseOf()),
      { 'people.yaml': 'version: 1\n' },
      'people.yaml',
      'missing_key',
    ],
  ])('%s', async (_, suite, files, file, code) => {
    const result = await run(suite, files);
    expect(result).toMatchObject({ kind: 'unreadable', suite: 'suites/a.yaml' });
    const issues = result.kind === 'unreadable' ? result.issues : [];
    expect(issues.map((issue) => [issue.file, issue.code])).toContainEqual([file, code]);
  });

  it('does not keep the next one from running', async () => {
    const read = async (path: string) => {
      const text = path === 'suites/good.yaml' ? suiteOf(caseOf()) : FILES[path];
      return text === undefined ? undefined : new TextEncoder().encode(text);
    };
    const results = await runSuites({ read, kinds: providerKinds }, ['suites/bad.yaml', 'suites/good.yaml']);
    expect(results.map(({ kind }) => kind)).toEqual(['unreadable', 'ran']);
  });
});

describe('coverage', () => {
  it('names rules and groups that no case reaches', async () => {
    const { coverage } = await ran(
      suiteOf(caseOf(['reviews: [{ by: bob, state: approved }]'], '{ outcome: pending }')),
    );
    expect(coverage).toEqual({
      unusedRules: ['freeze'],
      unfilledGroups: [{ rule: 'two', group: 1 }],
      uselessRules: [],
    });
  });

  it('names rules that can do nothing', async () => {
    const policy = `version: 1
rules:
  - { name: nothing, entitlements: [write], auto_approve: true }
  - { name: never, entitlements: ["*"], auto_approve: true }
  - { name: nobody, entitlements: ["*"], requesters: { teams: [empty] }, deny: "no" }
  - { name: few, entitlements: ["*"], approvals: [{ from: { teams: [dba] }, count: 3 }] }
  - { name: shared, entitlements: ["*"], approvals: [{ from: { teams: [dba] }, count: 2 }, { from: { users: [Bob] }, count: 1 }] }
  - { name: fine, entitlements: ["*"], approvals: [{ from: { teams: [dba] }, count: 1 }, { from: { users: [Bob] }, count: 1 }] }
`;
    const result = await run(suiteOf(caseOf([], '{ outcome: denied }')), { 'policy.yaml': policy });
    expect(result.kind === 'ran' && result.coverage.uselessRules).toEqual([
      { rule: 'nothing', why: 'it names nothing in the catalog' },
      { rule: 'never', why: 'everything it names wants an approval, and it gives none' },
      { rule: 'nobody', why: 'nobody is in team empty' },
      { rule: 'few', why: 'team dba has 2 people, and 3 are to approve' },
      { rule: 'shared', why: 'its groups have too few people between them for each to fill one place' },
    ]);
  });
});

describe('beside', () => {
  it.each([
    ['suite.yaml', 'policy.yaml', 'policy.yaml'],
    ['./suite.yaml', '../policy.yaml', '../policy.yaml'],
    ['a/b/suite.yaml', '../../.github/access/policy.yaml', '.github/access/policy.yaml'],
    ['../x/suite.yaml', '../policy.yaml', '../policy.yaml'],
    ['../../x/suite.yaml', '../../policy.yaml', '../../../policy.yaml'],
    ['/tmp/x/suite.yaml', './../policy.yaml', '/tmp/policy.yaml'],
    ['a/./b//suite.yaml', 'c/policy.yaml', 'a/b/c/policy.yaml'],
  ])('%s, %s: %s', (path, relative, joined) => {
    expect(beside(path, relative)).toBe(joined);
  });
});
