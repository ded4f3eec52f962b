import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failNext } from '../../src/adapters/providers/memory/target.js';
import { POLICY, type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const READONLY = 'alice app_readonly';
const github = () => scenario.world.github;
const grants = () => scenario.target.calls.filter(({ verb }) => verb === 'grant');

async function granted(name: string, asked = {}): Promise<number> {
  const pull = await scenario.ask('alice', name, asked);
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  return pull;
}

const inSeconds = (seconds: number): string =>
  new Date(scenario.clock.date().getTime() + seconds * 1_000).toISOString().replace(/\.\d+/, '');

async function remove(name: string): Promise<void> {
  const dana = github().as('dana');
  await dana.push(`remove-${name}`, { [scenario.path(name)]: null });
  const pull = await dana.openPullRequest({ head: `remove-${name}` });
  await scenario.world.settled();
  await scenario.merge(pull, 'dana');
}

describe('ends that come', () => {
  it('on the second, and natively no later than the last grant that is left (I-25, T098)', async () => {
    await granted('short');
    const long = await granted('long', { duration: '2h' });
    const short = (await scenario.entry('short'))?.window?.expiresAt;
    await github().as('alice').comment(long, '/hallpass revoke');
    await scenario.world.settled();
    expect(scenario.held()).toEqual([READONLY]);
    expect([...scenario.target.granted.values()].map(({ until }) => until)).toEqual([short]);
    scenario.target.neverExpires = true;
    const left = (Date.parse(short ?? '') - Date.parse(scenario.clock.now())) / 1_000;
    await scenario.after(left - 1);
    expect(scenario.held()).toEqual([READONLY]);
    await scenario.after(1);
    expect(scenario.held()).toEqual([]);
  });

  it('for one of two entitlements with the same coordinates, the other holds on (T098)', async () => {
    await scenario.close();
    const { MEMORY_CATALOG } = await import('./scenario.js');
    scenario = await startScenario({
      catalog: `${MEMORY_CATALOG}  orders-db-reports:\n    title: The same by another name\n    target: orders-db\n    tier: production\n    grant: { name: app_readonly }\n`,
    });
    await granted('one');
    await granted('two', { entitlements: ['orders-db-reports'], duration: '2h' });
    scenario.target.neverExpires = true;
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([READONLY]);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
  });

  it('although the target was away when it was granted, and until the end (T094, T095)', async () => {
    scenario.target.neverExpires = true;
    failNext(scenario.target, 'grant', { when: 'after', times: 1 });
    await granted('lost');
    expect(await scenario.entry('lost')).toMatchObject({ holdings: [{ preexisting: false }] });
    scenario.target.partial = true;
    await scenario.world.restart();
    await scenario.after(3_600);
    scenario.target.partial = false;
    await scenario.after(60);
    expect(scenario.held()).toEqual([]);
    expect(await scenario.entry('lost')).toMatchObject({ holdings: [{ state: 'ended' }] });
  });

  it('before anything began: a scheduled grant that is removed never starts (T101)', async () => {
    await granted('later', { more: [`start: ${inSeconds(7_200)}`] });
    await remove('later');
    await scenario.after(7_200);
    expect(grants()).toEqual([]);
    expect(await scenario.entry('later')).toMatchObject({
      holdings: [{ state: 'void', reason: 'reverted' }],
    });
  });

  it('for a removal behind a landing that cannot be decided (T105, I-51)', async () => {
    await granted('mine');
    await granted('later', { more: [`start: ${inSeconds(60)}`] });
    const stuck = await scenario.ask('alice', 'stuck');
    github().api.fail('/graphql LandingFacts', 422, Number.POSITIVE_INFINITY);
    await github().as('root').merge(stuck, { bypass: true });
    await scenario.world.settled();
    const root = github().as('root');
    await root.push('main', { [scenario.path('mine')]: null, [scenario.path('later')]: null });
    await scenario.world.settled();
    await scenario.after(60);
    expect(scenario.held()).toEqual([]);
    expect(grants()).toHaveLength(1);
  });
});

describe('what the start of a grant asks again', () => {
  it('not for a stranger who took over the login (T043, T100)', async () => {
    await scenario.close();
    scenario = await startScenario({
      policy: POLICY.replace('    requesters: { teams: [engineering] }\n', ''),
      people: 'version: 1\npeople:\n  bob: { id: 1002 }\n',
    });
    await granted('later', { more: [`start: ${inSeconds(7_200)}`] });
    expect(await scenario.events('later')).toEqual(['landed', 'scheduled']);
    github().rename('alice', 'alice-once');
    github().addUser({ login: 'alice', id: 6_666, permission: 'write' });
    await scenario.after(7_200);
    expect(grants()).toEqual([]);
  });

  it('not for whoever got the name on the target that the subject had (T043, T100)', async () => {
    await scenario.close();
    const { MEMORY_CATALOG } = await import('./scenario.js');
    const people = (alice: string, mallory: string) =>
      `version: 1\npeople:\n  alice: { id: 1001, identities: { orders-db: ${alice} } }\n  mallory: { id: 6666, identities: { orders-db: ${mallory} } }\n`;
    scenario = await startScenario({
      kind: 'exec',
      catalog: MEMORY_CATALOG.replaceAll('kind: memory', 'kind: exec'),
      people: people('login-1', 'login-2'),
    });
    await granted('later', { more: [`start: ${inSeconds(7_200)}`] });
    expect(await scenario.events('later')).toEqual(['landed', 'scheduled']);
    await github()
      .as('root')
      .push('main', { '.github/access/people.yaml': people('login-2', 'login-1') });
    await scenario.after(7_200);
    expect(grants()).toEqual([]);
  });

  it('not while a freeze holds that began after the merge (T091)', async () => {
    await scenario.close();
    const freeze = (from: string) =>
      `${POLICY}  - name: freeze\n    entitlements: ["*"]\n    when: 'now >= timestamp("${from}")'\n    deny: Nothing now.\n`;
    const from = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');
    scenario = await startScenario({ policy: freeze(from) });
    await granted('later', { more: [`start: ${inSeconds(7_200)}`] });
    expect(await scenario.events('later')).toEqual(['landed', 'scheduled']);
    await scenario.after(7_200);
    expect(grants()).toEqual([]);
  });
});

describe('when the outside is not as it was', () => {
  it('a slow clock here: GitHub says what time it is (T089)', async () => {
    scenario.target.neverExpires = true;
    await granted('look');
    scenario.skew(-300);
    scenario.clock.advance(3_600);
    scenario.world.running.hints.sweep();
    await scenario.world.settled();
    expect(scenario.held()).toEqual([]);
  });

  it('a default branch that was rewritten: nothing is given, and ends go on (T060, T113)', async () => {
    const before = await scenario.world.wired.ports.repository.head();
    await granted('mine');
    await granted('later', { more: [`start: ${inSeconds(600)}`] });
    await github().as('root').pushCommit('main', before, { force: true });
    await scenario.world.settled();
    await scenario.after(600);
    expect(grants()).toHaveLength(1);
    await scenario.after(3_000);
    expect(scenario.held()).toEqual([]);
    scenario.auditFinds('cursor_not_on_branch', 'landing_not_on_branch', 'control_mismatch');
  });

  it('commands given while Hallpass was away are obeyed when it is back (T053, T112)', async () => {
    const pull = await granted('look', { duration: '2h' });
    github().setWebhookUrl(undefined);
    await github().as('bob').comment(pull, '/hallpass revoke');
    await scenario.world.settled();
    scenario.clock.advance(1_800);
    await scenario.world.restart();
    await scenario.world.settled();
    expect(scenario.held()).toEqual([]);
  });
});
