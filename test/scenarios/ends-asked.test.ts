import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
  scenario.target.neverExpires = true;
});
afterEach(() => scenario.close());

const READONLY = 'alice app_readonly';
const github = () => scenario.world.github;

async function granted(name: string, asked = {}): Promise<number> {
  const pull = await scenario.ask('alice', name, asked);
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  return pull;
}

async function swept(): Promise<void> {
  scenario.world.running.hints.sweep();
  await scenario.world.settled();
}

const ledgerRefuses = () => github().api.fail(/git-receive-pack/, 403, Number.POSITIVE_INFINITY);

describe('an end that somebody asked for while the ledger cannot be written', () => {
  it('by removing the request: access ends at once, and is recorded later', async () => {
    await granted('look');
    expect(scenario.held()).toEqual([READONLY]);
    ledgerRefuses();
    await github()
      .as('root')
      .push('main', { [scenario.path('look')]: null });
    await scenario.world.settled();
    await scenario.after(60);
    expect(scenario.held()).toEqual([]);
    github().api.clear();
    await scenario.after(60);
    expect(await scenario.entry('look')).toMatchObject({
      holdings: [{ state: 'ended', reason: 'reverted' }],
    });
  });

  it('by a comment: the same, also when Hallpass dies in between', async () => {
    const pull = await granted('look', { duration: '2h' });
    ledgerRefuses();
    await github().as('bob').comment(pull, '/hallpass revoke');
    await scenario.world.settled();
    await scenario.after(60);
    expect(scenario.held()).toEqual([]);
    await scenario.world.restart();
    github().api.clear();
    await scenario.after(60);
    const asked = (await scenario.entry('look'))?.events.find(({ event }) => event === 'end_requested');
    expect(asked).toMatchObject({ reason: 'revoked', by: { login: 'bob' } });
  });

  it('by a comment that cannot even be looked into: it is not forgotten, however long that lasts', async () => {
    const pull = await granted('look', { duration: '2h' });
    github().api.fail('/repos/{owner}/{repo}/pulls/{pull_number}', 503, Number.POSITIVE_INFINITY);
    await github().as('bob').comment(pull, '/hallpass revoke');
    await scenario.world.settled();
    for (let minutes = 0; minutes < 30; minutes += 10) {
      scenario.clock.advance(600);
      await swept();
    }
    expect(scenario.held()).toEqual([READONLY]);
    github().api.clear();
    await swept();
    expect(scenario.held()).toEqual([]);
  });
});

describe('an end that somebody asked for while somebody has broken the ledger', () => {
  const git = async (...args: readonly string[]) => {
    const { stdout } = await promisify(execFile)('git', ['--git-dir', github().gitDir, ...args]);
    return stdout.trim();
  };

  it('by removing the request or by a comment: access ends at once, and is recorded when the ledger is put back', async () => {
    await granted('mine');
    const other = await scenario.ask('bob', 'other', { subject: 'bob' });
    await scenario.approve(other, 'dana', 'carol');
    await scenario.merge(other, 'bob');
    expect(scenario.held()).toHaveLength(2);
    const before = await git('rev-parse', 'access-ledger');
    const who = ['-c', 'user.name=mallory', '-c', 'user.email=m@example.com'];
    const forged = await git(...who, 'commit-tree', '-p', before, '-m', 'gone', `${before}^{tree}`);
    await git('update-ref', 'refs/heads/access-ledger', forged);
    await github()
      .as('root')
      .push('main', { [scenario.path('mine')]: null });
    github().setWebhookUrl(undefined);
    await github().as('bob').comment(other, '/hallpass revoke');
    await scenario.world.settled();
    await swept();
    await scenario.after(60);
    expect(scenario.held()).toEqual([]);
    await git('update-ref', 'refs/heads/access-ledger', before);
    await scenario.after(60);
    for (const name of ['mine', 'other'])
      expect(await scenario.entry(name)).toMatchObject({ holdings: [{ state: 'ended' }] });
  });
});

describe('a comment that asks for an end', () => {
  it('before its landing could be decided on: the grant ends as soon as it is there', async () => {
    const pull = await scenario.ask('alice', 'look', { duration: '2h' });
    await scenario.approve(pull, 'bob', 'carol');
    github().api.fail('/graphql LandingFacts', 503, Number.POSITIVE_INFINITY);
    await scenario.merge(pull);
    await github().as('bob').comment(pull, '/hallpass revoke');
    await scenario.world.settled();
    for (let minutes = 0; minutes < 30; minutes += 10) {
      scenario.clock.advance(600);
      await swept();
    }
    expect(await scenario.events('look')).toEqual([]);
    github().api.clear();
    await swept();
    await swept();
    expect(await scenario.events('look')).toContain('landed');
    expect(scenario.held()).toEqual([]);
  });

  it('from an approver is obeyed although nobody can tell who the revokers are', async () => {
    const pull = await granted('look', { duration: '2h' });
    github().api.fail('/graphql Directory', 503, Number.POSITIVE_INFINITY);
    await github().as('bob').comment(pull, '/hallpass revoke');
    await scenario.world.settled();
    expect(scenario.held()).toEqual([]);
  });

  it('is heard although the clock was fast at the last sweep, and no webhook came (T089)', async () => {
    const pull = await granted('look', { duration: '2h' });
    scenario.skew(1_800);
    await swept();
    scenario.skew(0);
    github().setWebhookUrl(undefined);
    scenario.clock.advance(60);
    await github().as('bob').comment(pull, '/hallpass revoke');
    scenario.clock.advance(240);
    await swept();
    await scenario.pass();
    expect(scenario.held()).toEqual([]);
  });

  it("on a pull request that brought nothing is nobody's business", async () => {
    const pull = await scenario.ask('alice', 'look');
    await github().as('root').merge(pull, { bypass: true });
    await scenario.world.settled();
    await github().as('bob').comment(pull, '/hallpass revoke');
    await scenario.world.settled();
    await swept();
    expect(scenario.log.filter((line) => line.includes('sweep skipped'))).toEqual([]);
  });
});
