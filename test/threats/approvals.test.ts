import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commitChain } from '../adapters/github/world.js';
import { MEMORY_CATALOG, POLICY, type Scenario, startScenario } from '../scenarios/scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const github = () => scenario.world.github;
const later = (seconds = 5) => scenario.clock.advance(seconds);

/** Merged past the check, as an administrator can; then nothing may be held. */
async function mergedForNothing(pull: number): Promise<void> {
  await scenario.merge(pull, 'root');
  expect(scenario.held()).toEqual([]);
  expect(scenario.target.calls.filter(({ verb }) => verb === 'grant')).toEqual([]);
}

describe('approvals that do not count', () => {
  it('of the subject, who did not open the pull request (T025)', async () => {
    const pull = await scenario.ask('alice', 'for-bob', { subject: 'bob' });
    await scenario.approve(pull, 'bob', 'carol');
    await mergedForNothing(pull);
    expect(await scenario.events('for-bob')).toEqual(['refused']);
  });

  it('of another pull request with the same head (T046)', async () => {
    const first = await scenario.ask('alice', 'look');
    await scenario.approve(first, 'bob', 'carol');
    expect(await scenario.checkTitle(first)).toMatch(/approved/i);
    const head = (await scenario.world.wired.ports.host.pullRequest(first))?.head ?? '';
    await github().as('dana').pushCommit('same', head);
    const second = await github().as('dana').openPullRequest({ head: 'same', title: 'mine' });
    await scenario.world.settled();
    later();
    await github().as('root').close(first);
    await scenario.world.settled();
    await mergedForNothing(second);
    expect(await scenario.events('look')).toEqual(['refused']);
  });

  it('given to a draft while nobody looked (T052)', async () => {
    await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document() });
    const pull = await github().as('alice').openPullRequest({ head: 'look', draft: true });
    await scenario.world.settled();
    await scenario.approve(pull, 'bob', 'carol');
    later();
    await github().as('alice').markReady(pull);
    await scenario.world.settled();
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await mergedForNothing(pull);
  });

  it('given before a retarget or a reopening (T045, T051)', async () => {
    const pull = await scenario.ask('alice', 'look');
    await github()
      .as('root')
      .pushCommit('side', await scenario.world.wired.ports.repository.head());
    await scenario.approve(pull, 'bob', 'carol');
    later();
    await github().as('alice').retarget(pull, 'side');
    await github().as('alice').retarget(pull, 'main');
    await scenario.world.settled();
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await scenario.approve(pull, 'bob', 'carol');
    later();
    await github().as('alice').close(pull);
    await github().as('alice').reopen(pull);
    await scenario.world.settled();
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await mergedForNothing(pull);
  });

  it('of a workflow or an app, which may also merge (T031, T057)', async () => {
    github().addUser({ login: 'robot', id: 2_000, permission: 'write' });
    await github().addToTeam('dba', 'robot');
    await github().addToTeam('security', 'robot');
    const pull = await scenario.ask('alice', 'look');
    later();
    const bot = github().as('hallpass-sandbox[bot]');
    await bot.approve(pull);
    await scenario.approve(pull, 'carol');
    later();
    await bot.merge(pull).catch(() => github().as('root').merge(pull));
    await scenario.world.settled();
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toEqual(['refused']);
  });

  it('of a stranger who took over the login of an approver (T043)', async () => {
    const pull = await scenario.ask('alice', 'look');
    github().rename('carol', 'carol-moved');
    github().addUser({ login: 'carol', id: 9_003, permission: 'write' });
    await scenario.approve(pull, 'bob', 'carol');
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await mergedForNothing(pull);
  });

  it('of the one account under two spellings: it is one person (T043)', async () => {
    const pull = await scenario.ask('alice', 'look');
    await github().addToTeam('security', 'bob');
    await scenario.approve(pull, 'bob');
    github().rename('bob', 'BoB');
    await scenario.approve(pull, 'BoB');
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await mergedForNothing(pull);
  });

  it('of a team that somebody made anew under the name of the one that approves (T042, T043)', async () => {
    const before = await scenario.ask('alice', 'before');
    await scenario.approve(before, 'bob', 'carol');
    expect(await scenario.checkTitle(before)).toMatch(/approved/i);
    await github().renameTeam('security', 'security-moved');
    await github().createTeam('security', ['dana']);
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'dana');
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    expect(scenario.log.filter((line) => line.startsWith('error team made anew'))).not.toEqual([]);
    await mergedForNothing(pull);
    await mergedForNothing(before);
    // The team under its old name again, by its number: it approves as before.
    await github().deleteTeam('security');
    await github().renameTeam('security-moved', 'security');
    const again = await scenario.ask('alice', 'again');
    await scenario.approve(again, 'bob', 'carol');
    await scenario.merge(again);
    expect(scenario.held()).toEqual(['alice app_readonly']);
  });

  it('after 250 commits, of which GitHub tells no more (T038)', async () => {
    const [, last] = commitChain(github().gitDir, 250);
    await github()
      .as('alice')
      .pushCommit('look', last ?? '');
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
    await mergedForNothing(pull);
  });
});

describe('what is asked for', () => {
  it('more files than a request may bring, among thousands of others (T038)', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`docs/${index}.md`, `${index}\n`]),
    );
    await github()
      .as('alice')
      .push('flood', { ...many, [scenario.path('flood')]: scenario.document() });
    const pull = await github().as('alice').openPullRequest({ head: 'flood' });
    await scenario.world.settled();
    await scenario.approve(pull, 'bob', 'carol');
    await mergedForNothing(pull);
    expect(await scenario.violations()).toEqual([`mixed_landing ${scenario.path('flood')}`]);
  });

  it('an id in any other spelling is an unknown one (T065)', async () => {
    // The second ends with a Cyrillic letter.
    for (const [index, spelling] of ['Orders-db-readonly', 'orders-db-readonlу'].entries()) {
      const pull = await scenario.ask('alice', `spelt-${index}`, { entitlements: [spelling] });
      await scenario.approve(pull, 'bob', 'carol');
      expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
      await mergedForNothing(pull);
    }
  });

  it('anything beside the request makes the pull request none (T022)', async () => {
    for (const [index, passenger] of [
      'README.md',
      '.github/workflows/x.yml',
      '.github/access/policy.yaml',
    ].entries()) {
      const name = `passenger-${index}`;
      const files = { [scenario.path(name)]: scenario.document(), [passenger]: 'version: 1\nrules: []\n' };
      await github().as('alice').push(name, files);
      const pull = await github().as('alice').openPullRequest({ head: name });
      await scenario.world.settled();
      await scenario.approve(pull, 'bob', 'carol');
      expect(await scenario.checkTitle(pull), passenger).not.toMatch(/approved/i);
      if (index === 0) await mergedForNothing(pull);
      else await github().as('alice').close(pull);
    }
  });
});

it('a webhook that says approved and merged is not believed (T072)', async () => {
  const pull = await scenario.ask('alice', 'look');
  const told = github().hooks.deliveries.findLast(({ event }) => event === 'pull_request');
  if (told === undefined) throw new Error('no webhook');
  const body = JSON.parse(told.body) as { action: string; pull_request: Record<string, unknown> };
  const lie = {
    ...body,
    action: 'closed',
    pull_request: { ...body.pull_request, state: 'closed', merged: true, merged_at: scenario.clock.now() },
  };
  github().hooks.replay({ ...told, body: JSON.stringify(lie) }, { guid: 'a-new-one' });
  await scenario.world.settled();
  await scenario.pass();
  expect(scenario.held()).toEqual([]);
  expect(await scenario.violations()).toEqual([]);
  expect(await scenario.checkTitle(pull)).not.toMatch(/approved/i);
});

it('policy cannot be brought from another place: no key names one (T063)', async () => {
  const pull = await scenario.ask('alice', 'look');
  await github()
    .as('root')
    .push('main', { '.github/access/policy.yaml': `_extends: acme/lax\n${POLICY}` });
  await github()
    .as('root')
    .push('main', { '.github/settings.yml': 'x', '.github/access/catalog.yaml': MEMORY_CATALOG });
  await scenario.world.settled();
  await scenario.approve(pull, 'bob', 'carol');
  await github().as('alice').comment(pull, '/hallpass recheck');
  await scenario.world.settled();
  expect(await scenario.checkTitle(pull)).toMatch(/broken/i);
  await mergedForNothing(pull);
});
