import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failNext } from '../../src/adapters/providers/memory/target.js';
import { Blocked } from '../../src/ports/fault.js';
import { POLICY, type Scenario, startScenario } from '../scenarios/scenario.js';

let scenario: Scenario;
const start = async (options: Parameters<typeof startScenario>[0] = {}) => {
  scenario = await startScenario(options);
};
afterEach(() => scenario.close());

const READONLY = 'alice app_readonly';
const github = () => scenario.world.github;
const grants = () => scenario.target.calls.filter(({ verb }) => verb === 'grant');

async function granted(name = 'look', asked = {}): Promise<number> {
  const pull = await scenario.ask('alice', name, asked);
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  return pull;
}

describe('what lands', () => {
  beforeEach(() => start());

  it('a policy too large to be read denies, and access goes on ending (T015, T064)', async () => {
    await granted();
    await github()
      .as('root')
      .push('main', { '.github/access/policy.yaml': `${POLICY}# ${'x'.repeat(70_000)}\n` });
    await scenario.world.settled();
    const pull = await scenario.ask('alice', 'second');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull, 'root');
    expect(grants()).toHaveLength(1);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
  });

  it('an empty policy denies (T015)', async () => {
    await github().as('root').push('main', { '.github/access/policy.yaml': '' });
    await scenario.world.settled();
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull, 'root');
    expect(grants()).toEqual([]);
  });

  it('a commit that is not on the branch, whoever names it (T068, T072)', async () => {
    const side = await github()
      .as('alice')
      .push('side', { [scenario.path('side')]: scenario.document() });
    await github().as('root').push('main', { 'a.txt': 'so that there is a webhook\n' });
    await scenario.world.settled();
    const told = github().hooks.deliveries.findLast(
      ({ event, body }) => event === 'push' && body.includes('refs/heads/main'),
    );
    const body = told === undefined ? '' : told.body;
    expect(body).toContain('refs/heads/main');
    const lie = JSON.stringify({ ...(JSON.parse(body) as object), after: side });
    if (told !== undefined) github().hooks.replay({ ...told, body: lie }, { guid: 'another' });
    await scenario.world.settled();
    await scenario.pass();
    expect(grants()).toEqual([]);
    expect(await scenario.violations()).toEqual([]);
  });

  it('each way a request can reach the branch without a decision is one violation, told once (T050)', async () => {
    const root = github().as('root');
    const issues = async () => {
      const answer = await fetch(`${github().url}/repos/acme/access/issues?labels=hallpass&state=all`, {
        headers: { authorization: `Bearer ${github().token('bob')}` },
      });
      return ((await answer.json()) as unknown[]).length;
    };
    // A push, a file in a merge commit of its own, and a branch merged by hand.
    await root.push('main', { [scenario.path('pushed')]: scenario.document() });
    const side = await root.push('side', { 'b.txt': 'b\n' });
    const main = await root.push('main', { 'c.txt': 'c\n' });
    await root.push('main', { [scenario.path('evil')]: scenario.document() }, { parents: [main, side] });
    const topic = await github()
      .as('alice')
      .push('topic', { [scenario.path('topic')]: scenario.document() }, { from: 'main' });
    await root.pushCommit('main', topic);
    await scenario.world.settled();
    for (let again = 0; again < 3; again += 1) await scenario.pass();
    scenario.world.running.hints.sweep();
    await scenario.world.settled();
    expect((await scenario.violations()).toSorted()).toEqual(
      ['evil', 'pushed', 'topic'].map((name) => `unapproved_landing ${scenario.path(name)}`),
    );
    expect(await issues()).toBe(3);
    expect(grants()).toEqual([]);
  });
});

describe('the app lands nothing it has not looked at', () => {
  beforeEach(() =>
    start({ policy: POLICY.replace('approval_ttl: 24h', 'approval_ttl: 24h\n    auto_merge: true') }),
  );

  it('a push while it merges: the new head needs its own approvals (T071, T074)', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob');
    const release = github().api.hold(({ method, route }) => method === 'PUT' && route.endsWith('/merge'));
    scenario.clock.advance(5);
    await github().as('carol').approve(pull);
    await new Promise<void>((resolve) => {
      const wait = () =>
        github().calls.some(({ route }) => route.includes('updateCheckRun')) ? resolve() : setImmediate(wait);
      wait();
    });
    scenario.clock.advance(5);
    await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document({ duration: '2h' }) });
    release();
    await scenario.world.settled();
    expect((await scenario.world.wired.ports.host.pullRequest(pull))?.merged ?? null).toBeNull();
    expect(grants()).toEqual([]);
  });
});

describe('what is given and taken', () => {
  beforeEach(() => start());

  it('of two targets one refuses: the other does not wait, it is tried again, and both end (T097)', async () => {
    const refusal = new Blocked('no_admin_option', 'the target refuses', 'Give Hallpass the admin option.');
    failNext(scenario.target, 'grant', { times: 1, fault: refusal });
    await granted('both', { entitlements: ['orders-db-readonly', 'orders-deployers'] });
    expect(scenario.log.filter((line) => line.includes('no_admin_option'))).toHaveLength(1);
    // The refused call never reached the target; the other was carried out before it was tried again.
    expect(grants().map(({ name }) => name)).toEqual(['orders-deployers', 'app_readonly']);
    expect(scenario.held()).toHaveLength(2);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
    expect((await scenario.entry('both'))?.holdings.map(({ state }) => state)).toEqual(['ended', 'ended']);
  });

  it('of two targets one fails to revoke: the other has ended, and the first is tried on (T094, T097)', async () => {
    await granted('both', { entitlements: ['orders-db-readonly', 'orders-deployers'] });
    expect(scenario.held()).toHaveLength(2);
    scenario.target.neverExpires = true;
    failNext(scenario.target, 'revoke', { times: 1 });
    await scenario.after(3_600);
    await scenario.after(60);
    expect(scenario.held()).toEqual([]);
    expect((await scenario.entry('both'))?.holdings.map(({ state }) => state)).toEqual(['ended', 'ended']);
  });

  it('what somebody gave by hand is told, and neither adopted nor removed (T121)', async () => {
    await granted();
    scenario.target.standing.set('by hand', { subject: 'mallory', name: 'app_readonly' });
    scenario.world.running.hints.sweep();
    await scenario.world.settled();
    expect(scenario.log.filter((line) => /^warn drift .*mallory/.test(line))).not.toEqual([]);
    expect(scenario.target.standing.size).toBe(1);
    await scenario.after(3_600);
    expect(scenario.target.standing.size).toBe(1);
    expect(scenario.held()).toEqual([]);
  });

  it('a start three days ahead is not given now, and an end far ahead is not taken now (T088)', async () => {
    const at = new Date(Date.parse(scenario.clock.now()) + 71 * 3_600_000).toISOString().slice(0, 19);
    await granted('later', { more: [`start: ${at}Z`] });
    await scenario.pass();
    expect(scenario.held()).toEqual([]);
    expect(grants()).toEqual([]);
    await granted('now', { duration: '2h' });
    await scenario.pass();
    expect(scenario.held()).toEqual([READONLY]);
  });
});
