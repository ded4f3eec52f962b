import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEMORY_CATALOG, POLICY, type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const READONLY = 'alice app_readonly';
const POLICY_FILE = '.github/access/policy.yaml';
const CATALOG_FILE = '.github/access/catalog.yaml';
const github = () => scenario.world.github;
const grants = () => scenario.target.calls.filter(({ verb }) => verb === 'grant');

/** A policy under which everything approves itself. */
const LAX = `version: 1
rules:
  - name: anything-goes
    entitlements: ["*"]
    max_duration: 4h
    auto_approve: true
`;
const LAX_CATALOG = MEMORY_CATALOG.replace('min_approvals: 2', 'min_approvals: 0');

/** Asks for what the documents say, and lets bob and carol approve. */
async function approved(name: string, asked = {}): Promise<number> {
  const pull = await scenario.ask('alice', name, asked);
  await scenario.approve(pull, 'bob', 'carol');
  return pull;
}

async function merge(pull: number, login: string, method: 'merge' | 'squash' | 'rebase'): Promise<void> {
  scenario.clock.advance(5);
  await github().as(login).merge(pull, { method });
  await scenario.world.settled();
}

describe('however it lands', () => {
  it('a squash and a rebase of two commits grant what was approved', async () => {
    await merge(await approved('squashed'), 'alice', 'squash');
    expect(scenario.held()).toEqual([READONLY]);
    const alice = github().as('alice');
    await alice.push('two', { [scenario.path('one')]: scenario.document() });
    await alice.push('two', { [scenario.path('two')]: scenario.document({ duration: '2h' }) });
    const pull = await alice.openPullRequest({ head: 'two' });
    await scenario.world.settled();
    await scenario.approve(pull, 'bob', 'carol');
    await merge(pull, 'alice', 'rebase');
    expect(await scenario.events('one')).toEqual(['landed', 'intended', 'granted']);
    expect(await scenario.events('two')).toEqual(['landed', 'intended', 'granted']);
    expect(await scenario.violations()).toEqual([]);
  });

  it('a rebase of commits that correct each other grants nothing, and people are told before', async () => {
    const alice = github().as('alice');
    const pull = await scenario.ask('alice', 'corrected', { duration: '2h' });
    await alice.push('corrected', { [scenario.path('corrected')]: scenario.document() });
    await scenario.world.settled();
    await scenario.approve(pull, 'bob', 'carol');
    const [sticky] = await scenario.comments(pull);
    expect(sticky).toContain('a rebase lands each commit by itself');
    await merge(pull, 'alice', 'rebase');
    expect(grants()).toEqual([]);
    expect((await scenario.violations()).map((one) => one.split(' ')[0]).toSorted()).toEqual([
      'modified_request',
      'unapproved_landing',
    ]);
  });

  it('a rebase through a commit with a lax policy is judged by the policy before it (T058, T059)', async () => {
    const alice = github().as('alice');
    await alice.push('trick', { [POLICY_FILE]: LAX, [CATALOG_FILE]: LAX_CATALOG });
    await alice.push('trick', {
      [POLICY_FILE]: POLICY,
      [CATALOG_FILE]: MEMORY_CATALOG,
      [scenario.path('trick')]: scenario.document({ duration: '4h' }),
    });
    const pull = await alice.openPullRequest({ head: 'trick' });
    await scenario.world.settled();
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await merge(pull, 'alice', 'rebase');
    expect(grants()).toEqual([]);
  });

  it('what an id stands for must not change under the approvals (T059, T077)', async () => {
    const pull = await approved('look');
    expect(await scenario.checkTitle(pull)).toMatch(/approved/i);
    await github()
      .as('root')
      .push('main', { [CATALOG_FILE]: MEMORY_CATALOG.replace('app_readonly', 'app_admin') });
    await scenario.world.settled();
    await github().as('alice').comment(pull, '/hallpass recheck');
    await scenario.world.settled();
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await merge(pull, 'root', 'merge');
    expect(grants()).toEqual([]);
    expect(await scenario.violations()).toEqual([`unapproved_landing ${scenario.path('look')}`]);
    const again = await scenario.ask('alice', 'again');
    await scenario.approve(again, 'bob', 'carol');
    await merge(again, 'alice', 'merge');
    expect(scenario.held()).toEqual(['alice app_admin']);
  });
});
