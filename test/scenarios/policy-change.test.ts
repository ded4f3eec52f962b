import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { POLICY, type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const POLICY_FILE = '.github/access/policy.yaml';
const SUITE = `policy: ../policy.yaml
catalog: ../catalog.yaml
teams: { engineering: [alice], dba: [bob], security: [carol] }
cases:
  - name: one person is not enough
    request: { subject: alice, entitlements: [orders-db-readonly], duration: 1h, justification: "INC-1: x", ticket: INC-1 }
    now: 2026-11-22T12:00:00Z
    reviews: [{ by: bob, state: approved }]
    expect: { outcome: pending }
`;

/** Opens a pull request that changes files. */
async function propose(files: Readonly<Record<string, string | null>>): Promise<number> {
  const dana = scenario.world.github.as('dana');
  await dana.push('policy', files);
  const pull = await dana.openPullRequest({ head: 'policy' });
  await scenario.world.settled();
  return pull;
}

describe('a pull request that changes policy', () => {
  it('says which requests would be decided otherwise', async () => {
    const open = await scenario.ask('alice', 'open');
    await scenario.approve(open, 'bob');
    const live = await scenario.ask('alice', 'live');
    await scenario.approve(live, 'bob', 'carol');
    await scenario.merge(live);
    const looser = POLICY.replace('      - { from: { teams: [security] }, count: 1 }\n', '');
    const [comment] = await scenario.comments(
      await propose({ [POLICY_FILE]: looser.replace('max_duration: 2h', 'max_duration: 30m') }),
    );
    expect(comment).toMatch(/1 of 2 requests/);
    expect(comment).toMatch(/would not be approved any more/);
    expect(comment).toMatch(/could not be approved by anybody any more/);
    expect(comment).toContain('`#1 ');
  });

  it('notices a misspelt team, which nobody is in', async () => {
    await scenario.ask('alice', 'open');
    const [comment] = await scenario.comments(
      await propose({ [POLICY_FILE]: POLICY.replace('teams: [security]', 'teams: [securty]') }),
    );
    expect(comment).toMatch(/1 of 1 requests could not be approved by anybody any more/);
    expect(comment).toMatch(/`#1 .*` \(open\): pending, then pending\. .*securty/);
  });

  it('runs the suites of the repository, and a failing one fails the check', async () => {
    const suite = { '.github/access/suites/production.yaml': SUITE };
    const pull = await propose({
      ...suite,
      '.github/access/policy.yaml': POLICY.replace('max_duration: 2h', 'max_duration: 90m'),
    });
    expect(await scenario.checkTitle(pull)).not.toMatch(/invalid|fix/i);
    const denied = POLICY.replace('requesters: { teams: [engineering] }', 'requesters: { teams: [nobody] }');
    await scenario.world.github.as('dana').push('policy', { ...suite, [POLICY_FILE]: denied });
    await scenario.world.settled();
    const [comment] = await scenario.comments(pull);
    expect(comment).toMatch(/production\.yaml/);
    expect(comment).toMatch(/came out as/);
  });

  it('is judged by the policy that rules now, and asks nobody to trust its own', async () => {
    const path = scenario.path('mine');
    const looser = POLICY.replace('max_duration: 2h', 'max_duration: 3h');
    const pull = await propose({ [POLICY_FILE]: looser, [path]: scenario.document() });
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
    expect(await scenario.violations()).toEqual([`mixed_landing ${path}`]);
  });
});
