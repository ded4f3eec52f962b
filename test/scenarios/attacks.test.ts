import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const READONLY = 'alice app_readonly';
const github = () => scenario.world.github;

/** Asks, lets bob and carol approve, and hands back the pull request. */
async function approved(name = 'look'): Promise<number> {
  const pull = await scenario.ask('alice', name);
  await scenario.approve(pull, 'bob', 'carol');
  expect(await scenario.checkTitle(pull)).toMatch(/approved/i);
  return pull;
}

async function headOf(pull: number): Promise<string> {
  const facts = await scenario.world.wired.ports.host.pullRequest(pull);
  return facts?.head ?? '';
}

describe('what lands without its approvals grants nothing', () => {
  it('a direct push, announced once (T050)', async () => {
    await github()
      .as('root')
      .push('main', { [scenario.path('mine')]: scenario.document() });
    await scenario.world.settled();
    await scenario.pass();
    expect(scenario.held()).toEqual([]);
    expect(await scenario.violations()).toEqual([`unapproved_landing ${scenario.path('mine')}`]);
    const issues = await fetch(`${github().url}/repos/acme/access/issues?labels=hallpass`, {
      headers: { authorization: `Bearer ${github().token('bob')}` },
    });
    expect(await issues.json()).toHaveLength(1);
  });

  it('a push of an approved head, which GitHub calls merged (indirect merge)', async () => {
    const pull = await approved();
    await github()
      .as('root')
      .pushCommit('main', await headOf(pull));
    await scenario.world.settled();
    expect((await scenario.world.wired.ports.host.pullRequest(pull))?.merged).not.toBeNull();
    expect(scenario.held()).toEqual([]);
    expect(await scenario.violations()).toEqual([`unapproved_landing ${scenario.path('look')}`]);
  });

  it('a push after the approvals, merged past the check (T032)', async () => {
    const pull = await approved();
    scenario.clock.advance(5);
    await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document({ duration: '2h' }) });
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toEqual(['refused']);
  });

  it('an approval that GitHub moved to a rebased head (T033)', async () => {
    const pull = await scenario.ask('alice', 'look');
    scenario.clock.advance(5);
    const reviews = [await github().as('bob').approve(pull), await github().as('carol').approve(pull)];
    await scenario.world.settled();
    scenario.clock.advance(5);
    const head = await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document({ duration: '2h' }) }, { force: true });
    for (const review of reviews) github().rebind(review, head);
    await scenario.world.settled();
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toEqual(['refused']);
  });

  it('A, then B approved, then A again (T034)', async () => {
    const pull = await scenario.ask('alice', 'look', { duration: '2h' });
    const evil = await headOf(pull);
    scenario.clock.advance(5);
    await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document() }, { force: true });
    await scenario.world.settled();
    scenario.clock.advance(5);
    const reviews = [await github().as('bob').approve(pull), await github().as('carol').approve(pull)];
    scenario.clock.advance(5);
    await github().as('alice').pushCommit('look', evil, { force: true });
    for (const review of reviews) github().rebind(review, evil);
    await scenario.world.settled();
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
  });

  it('an approval given before the app had looked at the head (T035)', async () => {
    github().hooks.drop('pull_request');
    await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document() });
    const pull = await github().as('alice').openPullRequest({ head: 'look' });
    scenario.clock.advance(5);
    await github().as('bob').approve(pull);
    await github().as('carol').approve(pull);
    await scenario.world.settled();
    github().hooks.clear();
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
  });

  it('the approval of somebody who pushed to the branch (T026)', async () => {
    const pull = await scenario.ask('alice', 'look');
    await github()
      .as('bob')
      .push('look', { [scenario.path('look')]: scenario.document({ duration: '2h' }) });
    await scenario.world.settled();
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
  });

  it('the approval of somebody who left the team before the merge (T039)', async () => {
    const pull = await approved();
    await github().removeFromTeam('security', 'carol');
    await scenario.merge(pull);
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toEqual(['refused']);
  });

  it('the approval of a deleted account (T031)', async () => {
    const pull = await approved();
    github().ghost('carol');
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
  });

  it('an approval that is a day old (T051)', async () => {
    const pull = await approved();
    scenario.clock.advance(86_400);
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
  });

  it('an approval given after the merge', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob');
    github().hooks.pause();
    scenario.clock.advance(5);
    await github().as('root').merge(pull);
    scenario.clock.advance(5);
    await github().as('carol').approve(pull);
    github().hooks.resume();
    await scenario.world.settled();
    expect(scenario.held()).toEqual([]);
  });

  it('the revert of a revert, or any second use of an id (T081)', async () => {
    const pull = await approved();
    await scenario.merge(pull);
    const dana = github().as('dana');
    await dana.push('revert', { [scenario.path('look')]: null });
    await scenario.merge(await dana.openPullRequest({ head: 'revert' }), 'dana');
    expect(scenario.held()).toEqual([]);
    await github()
      .as('alice')
      .push('again', { [scenario.path('look')]: scenario.document() });
    const again = await github().as('alice').openPullRequest({ head: 'again' });
    await scenario.world.settled();
    await scenario.approve(again, 'bob', 'carol');
    await scenario.merge(again, 'root');
    expect(scenario.held()).toEqual([]);
    expect(await scenario.violations()).toEqual([`reused_id ${scenario.path('look')}`]);
  });

  it('a merge commit that brings other bytes than were approved (T073, T114)', async () => {
    const pull = await approved();
    const head = await headOf(pull);
    const main = await scenario.world.wired.ports.repository.head();
    scenario.clock.advance(5);
    await github()
      .as('root')
      .push(
        'main',
        { [scenario.path('look')]: scenario.document({ duration: '2h' }) },
        { parents: [main, head] },
      );
    await scenario.world.settled();
    expect(scenario.held()).toEqual([]);
    expect(await scenario.violations()).toEqual([`unapproved_landing ${scenario.path('look')}`]);
  });

  it('an edit of a request that runs: its end stays where it was (T101)', async () => {
    await scenario.merge(await approved());
    await github()
      .as('root')
      .push('main', { [scenario.path('look')]: scenario.document({ duration: '2h' }) });
    await scenario.world.settled();
    expect(await scenario.violations()).toEqual([`modified_request ${scenario.path('look')}`]);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
  });
});

describe('when something is away', () => {
  it('every webhook lost: a sweep leads to the same end', async () => {
    github().setWebhookUrl(undefined);
    const sweep = async () => {
      scenario.world.running.hints.sweep();
      await scenario.world.settled();
    };
    await github()
      .as('alice')
      .push('look', { [scenario.path('look')]: scenario.document() });
    const pull = await github().as('alice').openPullRequest({ head: 'look' });
    await sweep();
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    await sweep();
    expect(scenario.held()).toEqual([READONLY]);
    await github().as('alice').comment(pull, '/hallpass revoke');
    await sweep();
    expect(scenario.held()).toEqual([]);
  });

  it('webhooks doubled and reversed: nothing happens twice (T075, T079)', async () => {
    github().hooks.duplicate();
    const pull = await approved();
    github().hooks.pause();
    await scenario.merge(pull);
    github().hooks.resume((held) => held.toReversed());
    await scenario.world.settled();
    expect(scenario.held()).toEqual([READONLY]);
    expect(scenario.target.calls.filter(({ verb }) => verb === 'grant')).toHaveLength(1);
    const notices = (await scenario.comments(pull)).filter(
      (body) => body.startsWith('<!-- hallpass notice') && body.includes('🟢'),
    );
    expect(notices).toHaveLength(1);
  });

  it('the ledger cannot be written: nothing new is granted, and ends go on (T104)', async () => {
    await scenario.merge(await approved());
    github().api.fail(/git-receive-pack/, 403, Number.POSITIVE_INFINITY);
    const second = await scenario.ask('alice', 'second');
    await scenario.approve(second, 'bob', 'carol');
    await scenario.merge(second);
    expect(scenario.target.calls.filter(({ verb }) => verb === 'grant')).toHaveLength(1);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).not.toContain('ended');
    github().api.clear();
    await scenario.pass();
    expect(await scenario.events('look')).toContain('ended');
  });

  it('a broken policy: nothing is granted, the check says why, and ends go on (T064)', async () => {
    await scenario.merge(await approved());
    const second = await scenario.ask('alice', 'second');
    await scenario.approve(second, 'bob', 'carol');
    await github().as('root').push('main', { '.github/access/policy.yaml': 'version: 1\nrules: [' });
    await scenario.world.settled();
    await github().as('alice').comment(second, '/hallpass recheck');
    await scenario.world.settled();
    expect(await scenario.checkTitle(second)).toMatch(/broken/i);
    expect((await scenario.comments(second))[0]).toContain('.github/access/policy.yaml');
    await scenario.merge(second, 'root');
    expect(scenario.target.calls.filter(({ verb }) => verb === 'grant')).toHaveLength(1);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
  });

  it('a target that fails to revoke: it goes on trying, and says once so and who must do what', async () => {
    const pull = await approved();
    await scenario.merge(pull);
    scenario.target.refusing = true;
    scenario.target.neverExpires = true;
    await scenario.after(3_600);
    await scenario.after(60);
    expect(scenario.held()).toEqual([READONLY]);
    expect(await scenario.entry('look')).toMatchObject({
      holdings: [{ state: 'ending', reason: 'expired' }],
    });
    const overdue = (await scenario.comments(pull)).filter((body) => body.includes('Overdue'));
    expect(overdue).toEqual([expect.stringContaining('Give the target other credentials.')]);
    scenario.target.refusing = false;
    await scenario.after(60);
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toEqual(['landed', 'intended', 'granted', 'ending', 'ended']);
  });

  it('Hallpass away for longer than the grant: it is missed, never granted late (T084)', async () => {
    const pull = await approved();
    github().setWebhookUrl(undefined);
    await scenario.merge(pull);
    await scenario.after(3_600);
    expect(scenario.target.calls.filter(({ verb }) => verb === 'grant')).toEqual([]);
    expect(await scenario.entry('look')).toMatchObject({ holdings: [{ state: 'void', reason: 'missed' }] });
  });

  it('the clock wrong by more than a minute: nothing new is granted, and ends go on (T089)', async () => {
    await scenario.merge(await approved());
    const second = await scenario.ask('alice', 'second', { duration: '2h' });
    await scenario.approve(second, 'bob', 'carol');
    github().hooks.pause();
    await scenario.merge(second);
    scenario.skew(61);
    github().hooks.resume();
    await scenario.world.settled();
    // The target's own clock tells the same.
    expect(await scenario.events('second')).toEqual(['landed', 'intended', 'faulted']);
    await scenario.after(3_700);
    expect(await scenario.events('look')).toContain('ended');
    scenario.skew(0);
    scenario.world.running.hints.sweep();
    await scenario.world.settled();
    const events = ['landed', 'intended', 'faulted', 'intended', 'granted'];
    expect(await scenario.events('second')).toEqual(events);
  });

  it('a restart between the grant and its end changes nothing', async () => {
    await scenario.merge(await approved());
    await scenario.world.restart();
    await scenario.world.settled();
    expect(scenario.held()).toEqual([READONLY]);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
  });

  it('the end of one of two overlapping grants leaves the other (T098)', async () => {
    await scenario.merge(await approved('short'));
    const long = await scenario.ask('alice', 'long', { duration: '2h' });
    await scenario.approve(long, 'bob', 'carol');
    await scenario.merge(long);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([READONLY]);
    expect(await scenario.entry('short')).toMatchObject({ holdings: [{ state: 'ended' }] });
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
  });
});
