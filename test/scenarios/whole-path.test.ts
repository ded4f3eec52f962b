import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instantOf } from '../../src/core/time.js';
import { checkOf } from '../../src/sandbox/demo/look.js';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const READONLY = 'alice app_readonly';

describe('the whole path', () => {
  it('walks from the pull request to the end of the access', async () => {
    const pull = await scenario.ask('alice', 'look');
    expect(await scenario.checkTitle(pull)).toMatch(/waiting/i);
    const asked = await scenario.asked(pull);
    expect(asked).toHaveLength(2);
    expect(asked).toContain('carol');
    expect((await scenario.comments(pull))[0]).toContain('`carol`');
    await scenario.approve(pull, 'bob');
    expect(await scenario.checkTitle(pull)).toMatch(/waiting/i);
    await scenario.approve(pull, 'carol');
    expect(await scenario.checkTitle(pull)).toMatch(/approved/i);
    expect(scenario.held()).toEqual([]);
    await scenario.merge(pull);
    expect(scenario.held()).toEqual([READONLY]);
    await scenario.after(3_590);
    expect(scenario.held()).toEqual([READONLY]);
    await scenario.after(10);
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toEqual(['landed', 'intended', 'granted', 'ended']);
    expect(await scenario.entry('look')).toMatchObject({ holdings: [{ state: 'ended', reason: 'expired' }] });
  });

  it('tells approvers when somebody had the same last, and that they have it', async () => {
    const [first] = await scenario.comments(await scenario.ask('alice', 'never-had'));
    expect(first).toMatch(/- \*\*Who:\*\* `alice`\n/);
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    const [again] = await scenario.comments(await scenario.ask('alice', 'again'));
    expect(again).toMatch(/- \*\*Who:\*\* `alice`; has it now, until 20\S+ \S+ UTC\n/);
    await scenario.after(3_600);
    const [later] = await scenario.comments(await scenario.ask('alice', 'later'));
    expect(later).toMatch(/- \*\*Who:\*\* `alice`; had it last until 20\S+ \S+ UTC\n/);
    expect(later).toMatch(
      /^<!-- hallpass -->\n### ⏳ Waiting for approval: `alice` wants `orders-db-readonly` for /,
    );
  });

  it('annotates what policy forbids at the line, and nothing that people can still give', async () => {
    const long = await scenario.ask('alice', 'long', { duration: '3h' });
    const { annotations } = await checkOf(scenario.world, long);
    const line = scenario.document({ duration: '3h' }).split('\n').indexOf('duration: 3h') + 1;
    expect(line).toBeGreaterThan(0);
    expect(annotations).toMatchObject([
      {
        path: scenario.path('long'),
        line,
        title: 'request_impossible',
        message: expect.stringContaining('3h'),
      },
    ]);
    const fine = await scenario.ask('alice', 'fine');
    expect((await checkOf(scenario.world, fine)).annotations).toEqual([]);
  });

  it('grants nothing for one approval of two', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob');
    await scenario.merge(pull, 'root');
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toEqual(['refused']);
    const [sticky, notice] = await scenario.comments(pull);
    expect(sticky).toMatch(
      /### 🔴 Not granted: `alice` does not get `orders-db-readonly`\n(?:.|\n)*It has landed, and nothing was granted/u,
    );
    expect(notice).toMatch(/Nothing was granted/);
  });

  it('says on a merged pull request when access that is asked for later begins', async () => {
    const start = instantOf(scenario.clock.date().getTime() / 1_000 + 7_200);
    const pull = await scenario.ask('alice', 'later', { more: [`start: ${start}`] });
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    expect(await scenario.comments(pull)).toEqual([
      expect.stringContaining(`The access begins at ${start.replace('T', ' ').replace('Z', ' UTC')} and`),
    ]);
  });

  it('says on a merged pull request that access is over, once all of it is', async () => {
    const me = scenario.world.github.as('alice');
    await me.push('two', {
      [scenario.path('short')]: scenario.document({ subject: 'alice', duration: '30m' }),
      [scenario.path('long')]: scenario.document({ subject: 'alice' }),
    });
    const pull = await me.openPullRequest({ head: 'two' });
    await scenario.world.settled();
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    const sticky = async () => (await scenario.comments(pull))[0] ?? '';
    expect(await sticky()).toContain('### 🟢 Granted');
    await scenario.after(1_800);
    expect(await sticky()).toContain('### 🟢 Granted');
    await scenario.after(1_800);
    expect(await sticky()).toMatch(/### ⚪ Ended: `alice` no longer has `orders-db-readonly`\n/u);
    expect(await sticky()).toContain(scenario.id('short'));
    expect(await sticky()).toMatch(/\*\*Next:\*\* The access ended at .* \(expired\)\./u);
    expect(await sticky()).not.toContain('/hallpass revoke');
  });

  it('ends access when the request is removed, whoever removes it', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    const revert = scenario.world.github.as('dana');
    await revert.push('revert', { [scenario.path('look')]: null });
    const removal = await revert.openPullRequest({ head: 'revert' });
    await scenario.world.settled();
    await scenario.merge(removal, 'dana');
    expect(scenario.held()).toEqual([]);
    expect(await scenario.entry('look')).toMatchObject({
      holdings: [{ state: 'ended', reason: 'reverted' }],
    });
    expect((await scenario.comments(pull))[0]).toContain('### ⚪ Ended');
  });

  it('ends access early for those concerned, and takes nothing else for a command (T053, T112)', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    const comment = async (login: string, body: string) => {
      const id = await scenario.world.github.as(login).comment(pull, body);
      await scenario.world.settled();
      return id;
    };
    const bodies = [
      '> /hallpass revoke',
      'please /hallpass revoke',
      '```\n/hallpass revoke\n```',
      '/hallpass revoke now',
      '/HALLPASS revoke',
    ];
    for (const body of bodies) await comment('alice', body);
    const edited = await comment('alice', 'hello');
    scenario.clock.advance(60);
    await scenario.world.github.as('root').editComment(edited, '/hallpass revoke');
    await comment('dana', '/hallpass revoke');
    expect(scenario.held()).toEqual([READONLY]);
    await comment('bob', '/hallpass revoke\nthanks');
    expect(scenario.held()).toEqual([]);
    expect(await scenario.entry('look')).toMatchObject({ holdings: [{ state: 'ended', reason: 'revoked' }] });
  });

  it('starts later when asked to, and not for somebody who left in between (T091)', async () => {
    const start = new Date(scenario.clock.date().getTime() + 7_200_000).toISOString().replace(/\.\d+/, '');
    const first = await scenario.ask('alice', 'later', { more: [`start: ${start}`] });
    await scenario.approve(first, 'bob', 'carol');
    await scenario.merge(first);
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('later')).toEqual(['landed', 'scheduled']);
    await scenario.after(7_200);
    expect(scenario.held()).toEqual([READONLY]);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);

    const again = new Date(scenario.clock.date().getTime() + 7_200_000).toISOString().replace(/\.\d+/, '');
    const second = await scenario.ask('alice', 'much-later', { more: [`start: ${again}`] });
    await scenario.approve(second, 'bob', 'carol');
    await scenario.merge(second);
    await scenario.world.github.removeFromTeam('engineering', 'alice');
    await scenario.after(7_200);
    expect(scenario.held()).toEqual([]);
    expect(await scenario.entry('much-later')).toMatchObject({
      holdings: [{ state: 'void', reason: 'ineligible' }],
    });
  });

  it('prolongs a grant without a gap', async () => {
    const first = await scenario.ask('alice', 'first');
    await scenario.approve(first, 'bob', 'carol');
    await scenario.merge(first);
    await scenario.after(1_800);
    const second = await scenario.ask('alice', 'second', { more: [`extends: ${scenario.id('first')}`] });
    await scenario.approve(second, 'bob', 'carol');
    await scenario.merge(second);
    const until = (await scenario.entry('first'))?.window?.expiresAt;
    expect((await scenario.entry('second'))?.window?.startsAt).toBe(until);
    scenario.clock.advance(3_600 - 1_800);
    // The target goes on by itself, before anything of ours has run.
    expect(scenario.held()).toEqual([READONLY]);
    await scenario.pass();
    expect(scenario.held()).toEqual([READONLY]);
    expect(await scenario.entry('first')).toMatchObject({ holdings: [{ state: 'ended' }] });
    expect(scenario.target.calls.filter(({ verb }) => verb === 'revoke')).toEqual([]);
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
  });

  it('grants break-glass at once and records who reviewed it afterwards', async () => {
    const pull = await scenario.ask('alice', 'fire', { more: ['break_glass: true'] });
    expect(await scenario.asked(pull)).toEqual(['carol']);
    expect((await scenario.comments(pull)).join('\n')).toMatch(/Break-glass/);
    expect(scenario.held()).toEqual([READONLY]);
    expect(await scenario.events('fire')).toContain('review_due');
    await scenario.after(3_600);
    expect(scenario.held()).toEqual([]);
    await scenario.approve(pull, 'carol');
    expect(await scenario.events('fire')).toContain('reviewed');
  });

  it('leaves standing access alone', async () => {
    scenario.target.standing.set('["alice","app_readonly"]', { subject: 'alice', name: 'app_readonly' });
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    expect(await scenario.entry('look')).toMatchObject({
      holdings: [{ state: 'active', preexisting: true }],
    });
    await scenario.after(3_600);
    expect(scenario.target.standing.size).toBe(1);
    expect(scenario.target.calls.some(({ verb }) => verb === 'revoke' || verb === 'grant')).toBe(false);
  });

  it('ends its own part when somebody gave standing access in the meantime', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    scenario.target.standing.set('["alice","app_readonly"]', { subject: 'alice', name: 'app_readonly' });
    await scenario.after(3_600);
    expect(scenario.target.granted.size).toBe(0);
    expect(scenario.target.standing.size).toBe(1);
    expect(await scenario.entry('look')).toMatchObject({ holdings: [{ state: 'ended', reason: 'expired' }] });
    expect((await scenario.entry('look'))?.events.at(-1)?.code).toBe('standing_access_remains');
  });
});
