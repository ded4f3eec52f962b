import { beforeEach, describe, expect, it } from 'vitest';
import { accessRepository } from './access-repository.js';
import { cli } from './harness.js';

const SUITE = `policy: ../policy.yaml
catalog: ../catalog.yaml
people: ../people.yaml
teams: { dba: [bob], security: [carol], engineering: [alice, bob] }
cases:
  - name: two people from two groups
    request: { subject: alice, entitlements: [orders-db-readonly], duration: 2h, justification: "INC-1: look", ticket: INC-1 }
    now: 2026-11-22T12:00:00Z
    reviews:
      - { by: bob, state: approved }
      - { by: carol, state: approved }
    expect: { outcome: approved, rules: [production-data] }
  - name: one person is not two
    request: { subject: alice, entitlements: [orders-db-readonly], duration: 2h, justification: "INC-1: look", ticket: INC-1 }
    now: 2026-11-22T12:00:00Z
    reviews:
      - { by: bob, state: approved }
    expect: { outcome: pending, unsatisfied: [production-data] }
`;

let repo = '';
let write: ReturnType<typeof accessRepository>['write'];
beforeEach(() => {
  ({ dir: repo, write } = accessRepository());
  write('.github/access/suites/two.yaml', SUITE);
});

const test = (...argv: readonly string[]) => cli(['policy', 'test', ...argv], { cwd: repo });

describe('hallpass policy test', () => {
  it('runs what it finds, and tells what no case tries', async () => {
    const { code, out, err } = await test();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^\.github\/access\/suites\/two\.yaml\n {2}✔ two people from two groups\n {2}✔ one person is not two\n/,
    );
    expect(out).toContain('  ! no case tries staging-self-service, freeze and on-call-break-glass\n');
    expect(out).toMatch(/\n2 cases, 0 failed\n$/);
  });

  it('points at the line of an expectation that is not met, and says why', async () => {
    write('.github/access/suites/two.yaml', SUITE.replace('outcome: pending', 'outcome: approved'));
    const { code, out } = await test('.github/access/suites/two.yaml');
    expect(code).toBe(1);
    expect(out).toContain(
      '  ✘ one person is not two\n      .github/access/suites/two.yaml:18:24 outcome: expected approved, got pending\n',
    );
    expect(out).toContain('carol or dana can approve.');
    expect(out).toMatch(/\n2 cases, 1 failed\n$/);
  });

  it('prints a stable shape', async () => {
    write('.github/access/suites/two.yaml', SUITE.replace('outcome: pending', 'outcome: denied'));
    const { code, out } = await test('--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      suites: [
        {
          suite: '.github/access/suites/two.yaml',
          readable: true,
          issues: [],
          cases: [
            { name: 'two people from two groups', passed: true, line: 6, failures: [] },
            {
              passed: false,
              failures: [
                { of: 'outcome', expected: 'denied', actual: 'pending', because: expect.any(Array) },
              ],
            },
          ],
          coverage: {
            unused_rules: expect.any(Array),
            unfilled_groups: [],
            useless_rules: [{ rule: 'on-call-break-glass', why: 'nobody is in team on-call' }],
          },
        },
      ],
    });
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['a suite that is not there', ['nothing.yaml'], /nothing\.yaml:1:1 document_missing/],
    ['a suite that is none', ['.github/access/policy.yaml'], /policy\.yaml:\d+:\d+ (?:missing|unknown)_key/],
    [
      'no suites',
      ['--repo', '.github'],
      /there are no suites in \.github\/access\/suites\/\n {2}Name a suite/,
    ],
    ['a folder', ['.github/access/suites'], /is no plain file/],
    ['an unknown command', ['x', '--nonsense'], /unknown option/],
  ])('exits 2 with %s', async (_name, argv, said) => {
    const { code, err } = await test(...argv);
    expect(code).toBe(2);
    expect(err).toMatch(said);
  });

  it('is not content with what it could not read beside what it could', async () => {
    const { code, out } = await test('.github/access/suites/two.yaml', 'nothing.yaml');
    expect(code).toBe(2);
    expect(out).toMatch(/\n2 cases, 0 failed, 1 suite unreadable\n$/);
  });
});
