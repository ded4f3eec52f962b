import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pushersAmong, readActivity } from '../../../src/adapters/github/activity.js';
import { createReviewHost } from '../../../src/adapters/github/review-host.js';
import { commitChain, oid, startWorld, type World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld({ allowForks: true });
});
afterEach(() => world.close());

const as = (login: string) => world.github.as(login);
const alice = { login: 'alice', id: 1001 };
const bob = { login: 'bob', id: 1002 };
const carol = { login: 'carol', id: 1003 };
const ids = (accounts: readonly { id: number }[] | null) => accounts?.map(({ id }) => id).sort();

describe('a pull request', () => {
  it('is read as it is now', async () => {
    const head = await as('alice').push('topic', { 'a.txt': 'a' });
    const openedAt = world.clock.now();
    world.advance(60);
    const number = await as('alice').openPullRequest({ head: 'topic', draft: true });
    await world.host.setLabels(number, ['waiting'], []);
    await world.host.requestReviews(number, ['bob']);
    expect(await world.host.pullRequest(number)).toEqual({
      number,
      author: alice,
      authorType: 'User',
      state: 'open',
      draft: true,
      sameRepository: true,
      head,
      headBranch: 'topic',
      baseBranch: 'main',
      openedAt: world.clock.now(),
      labels: ['waiting'],
      requestedReviewers: [bob],
      merged: null,
    });
    expect(openedAt).not.toBe(world.clock.now());
  });

  it('has landed where GitHub says, and not before: a test merge is no merge', async () => {
    const number = await world.open();
    expect((await world.pull(number)).merged).toBeNull();
    world.advance(60);
    const commit = await as('bob').merge(number);
    const { merged, state } = await world.pull(number);
    expect(state).toBe('closed');
    expect(merged).toEqual({ commit, at: world.clock.now(), by: bob });
    const landed = await world.host.pullRequestsOf(oid(commit));
    expect(landed).toEqual([number]);
    expect(await world.host.factsOf(oid(commit))).toEqual([await world.facts(number)]);
  });

  it('that is not there is undefined', async () => {
    expect(await world.host.pullRequest(404)).toBeUndefined();
  });

  it('of a bot or of somebody who is gone has no author (T030)', async () => {
    const byBot = await world.open('bot', 'robot[bot]');
    expect(await world.pull(byBot)).toMatchObject({ authorType: 'Bot' });
    const byDave = await world.open('dave', 'dave');
    world.github.ghost('dave');
    expect(await world.pull(byDave)).toMatchObject({ author: null, authorType: 'Ghost' });
  });

  it('of a fork says so, also when the fork is gone (T054)', async () => {
    await as('bob').fork();
    await as('bob').push('topic', { 'a.txt': 'a' }, { fork: true });
    const number = await as('bob').openPullRequest({ head: 'bob:topic' });
    expect((await world.pull(number)).sameRepository).toBe(false);
    expect((await world.facts(number)).pushers).toBeNull();
    // A branch of the same name here, even at the same commit, tells nothing of who pushed there.
    await as('alice').pushCommit('topic', (await world.pull(number)).head);
    expect((await world.facts(number)).pushers).toBeNull();
    world.github.deleteFork(number);
    expect((await world.pull(number)).sameRepository).toBe(false);
  });

  it('of a repository that only has our name is a stranger (T062)', async () => {
    const number = await world.open();
    const elsewhere = createReviewHost({ ...world.on, repositoryId: 9_999 }, world.clock);
    expect(await elsewhere.pullRequest(number)).toBeUndefined();
    expect(await elsewhere.openPullRequests()).toEqual([]);
    await expect(elsewhere.merge(number, oid('0'.repeat(40)))).rejects.toMatchObject({
      code: 'repository_mismatch',
    });
  });

  it('is listed with all that are open, over all pages, oldest first', async () => {
    const head = await as('alice').push('first', { 'a.txt': 'a' });
    for (let n = 0; n < 103; n += 1) {
      await as('alice').pushCommit(`b${n}`, head);
      await as('alice').openPullRequest({ head: `b${n}` });
    }
    await as('alice').close(1);
    const open = await world.host.openPullRequests();
    expect(open.map(({ number }) => number)).toEqual(Array.from({ length: 102 }, (_, n) => n + 2));
  });

  it('can be closed, twice', async () => {
    const number = await world.open();
    await world.host.close(number);
    await world.host.close(number);
    expect((await world.pull(number)).state).toBe('closed');
  });
});

describe('reviews', () => {
  it('are all read, the last page as well (T038)', async () => {
    const number = await world.open();
    for (let n = 0; n < 120; n += 1) await as('carol').review(number, 'COMMENT');
    await as('bob').requestChanges(number);
    const reviews = (await world.facts(number)).reviews;
    expect(reviews).toHaveLength(121);
    expect(reviews.at(-1)).toMatchObject({ author: bob, state: 'changes_requested' });
  });

  it.each([409, 502])('are not half read: %s on the second page is no empty page', async (status) => {
    const number = await world.open();
    for (let n = 0; n < 101; n += 1) await as('carol').review(number, 'COMMENT');
    let page = 0;
    world.github.api.fail((call) => {
      if (call.route.endsWith('/reviews')) page += 1;
      return page === 2;
    }, status);
    await expect(world.host.reviews(number)).rejects.toMatchObject({ fault: 'retry' });
  });

  it('tell who, what, when and for which commit', async () => {
    const number = await world.open();
    const { head } = await world.pull(number);
    world.advance(60);
    const approval = await as('bob').approve(number);
    const objection = await as('carol').requestChanges(number, { body: ' ' });
    const remark = await as('dave').review(number, 'COMMENT', { body: 'Why?' });
    await as('alice').dismiss(number, objection);
    const common = { commit: head, submittedAt: world.clock.now(), authorType: 'User' };
    expect((await world.facts(number)).reviews).toEqual([
      { ...common, id: approval, author: bob, state: 'approved', commented: false },
      { ...common, id: objection, author: carol, state: 'dismissed', commented: false },
      { ...common, id: remark, author: { login: 'dave', id: 1004 }, state: 'commented', commented: true },
    ]);
  });

  it('of bots and of deleted people have nobody behind them (T031)', async () => {
    const number = await world.open();
    await as('robot[bot]').approve(number);
    await as('bob').approve(number);
    await as('carol').approve(number);
    world.github.ghost('bob');
    world.github.ghost('carol');
    expect((await world.facts(number)).reviews).toMatchObject([
      { authorType: 'Bot', state: 'approved' },
      { author: null, authorType: 'Ghost' },
      { author: null, authorType: 'Ghost' },
    ]);
  });

  it('keep what GitHub says of their commit, moved or collected (T033)', async () => {
    const number = await world.open();
    const review = await as('bob').approve(number);
    const head = await as('alice').push('topic', { 'b.txt': 'b' });
    world.github.rebind(review, head);
    expect((await world.facts(number)).reviews).toMatchObject([{ id: review, commit: head }]);
    world.github.rebind(review, null);
    expect((await world.facts(number)).reviews).toMatchObject([{ id: review, commit: null }]);
  });

  it('follow the account when its login changes hands (T043)', async () => {
    const number = await world.open();
    await as('bob').approve(number);
    world.github.rename('bob', 'robert');
    world.github.addUser({ login: 'bob', id: 2002, permission: 'write' });
    expect((await world.facts(number)).reviews).toMatchObject([{ author: { login: 'robert', id: 1002 } }]);
  });
});

describe('attributions', () => {
  it('name author and committer of all commits, behind every parent (T028)', async () => {
    const main = await as('root').push('main', { 'x.txt': 'x' });
    const first = await as('alice').push('topic', { 'a.txt': 'a' }, { from: main });
    const side = await as('bob').push('side', { 'b.txt': 'b' }, { from: main });
    const merge = await as('alice').push('topic', { 'b.txt': 'b' }, { parents: [first, side] });
    const number = await as('alice').openPullRequest({ head: 'topic' });
    const found = (await world.facts(number)).attributions;
    expect(new Map(found?.map(({ commit, author }) => [commit, author?.login]))).toEqual(
      new Map([
        [first, 'alice'],
        [side, 'bob'],
        [merge, 'alice'],
      ]),
    );
  });

  it('know nobody behind an unknown address, a bot, or GitHub itself as author (T029)', async () => {
    await as('alice').push('topic', { 'a.txt': '1' }, { authorEmail: 'nobody@example.com' });
    await as('alice').push('topic', { 'a.txt': '2' }, { authorEmail: '1007+robot@users.noreply.github.com' });
    await as('alice').push('topic', { 'a.txt': '3' }, { committerEmail: 'noreply@github.com' });
    await as('alice').push('topic', { 'a.txt': '4' }, { committerEmail: 'nobody@example.com' });
    const hidden = { authorEmail: 'nobody@example.com', committerEmail: 'bob@example.com' };
    await as('alice').push('topic', { 'a.txt': '5' }, hidden);
    const number = await as('alice').openPullRequest({ head: 'topic' });
    expect((await world.facts(number)).attributions).toMatchObject([
      { author: null, committer: null },
      { author: null, committer: null },
      { author: alice, committer: 'github' },
      { author: alice, committer: null },
      { author: null, committer: bob },
    ]);
  });

  it('are unknown at the 250 that GitHub lists (T038)', async () => {
    const [first = '', last = ''] = commitChain(world.github.gitDir, 249);
    await as('alice').pushCommit('topic', first);
    await as('alice').pushCommit('topic', last);
    const number = await as('alice').openPullRequest({ head: 'topic' });
    expect((await world.facts(number)).attributions).toHaveLength(249);
    await as('alice').push('topic', { 'a.txt': 'one more' });
    expect((await world.facts(number)).attributions).toBeNull();
    await as('alice').push('topic', { 'a.txt': 'and another' });
    expect((await world.facts(number)).attributions).toBeNull();
  });
});

describe('pushers', () => {
  it('are all who ever pushed to the branch, whatever the commits say (T026)', async () => {
    await as('carol').push('topic', { 'a.txt': 'a' }, { authorEmail: 'bob@example.com' });
    const number = await world.open();
    await as('dave').push('topic', { 'b.txt': 'b' }, { force: true });
    expect(ids((await world.facts(number)).pushers)).toEqual([1001, 1003, 1004]);
  });

  it('of other branches are others', async () => {
    const number = await world.open();
    await as('bob').push('topic2', { 'a.txt': 'a' });
    expect(ids((await world.facts(number)).pushers)).toEqual([1001]);
  });

  it('are found behind many pushes', async () => {
    const [first = '', last = ''] = commitChain(world.github.gitDir, 2);
    await as('bob').pushCommit('topic', first);
    const number = await as('bob').openPullRequest({ head: 'topic' });
    for (let n = 0; n < 101; n += 1)
      await as('alice').pushCommit('topic', n % 2 ? first : last, { force: true });
    expect(ids((await world.facts(number)).pushers)).toEqual([1001, 1002]);
  });

  it('are unknown when the push that made the head is not there', async () => {
    const number = await world.open();
    const pull = await world.pull(number);
    expect(
      pushersAmong(await readActivity(world.on, pull), { ...pull, head: oid('a'.repeat(40)) }),
    ).toBeNull();
    const never = { ...pull, headBranch: 'never-pushed' };
    expect(pushersAmong(await readActivity(world.on, never), never)).toBeNull();
  });

  it('are unknown when one is gone, or is a bot that hides who told it (T030)', async () => {
    const number = await world.open();
    await as('dave').push('topic', { 'b.txt': 'b' });
    await as('alice').push('topic', { 'c.txt': 'c' });
    world.github.ghost('dave');
    expect((await world.facts(number)).pushers).toBeNull();
    const other = await world.open('other');
    await as('robot[bot]').push('other', { 'b.txt': 'b' });
    expect((await world.facts(other)).pushers).toBeNull();
  });
});

describe('comments', () => {
  it('of the repository are told oldest first, from an instant on', async () => {
    const number = await world.open();
    const first = await as('alice').comment(number, 'one');
    world.advance(60);
    const since = world.clock.now();
    const second = await as('bob').comment(number, '/hallpass recheck');
    world.advance(60);
    await as('alice').editComment(first, 'one, edited');
    expect(await world.host.comments(since)).toEqual([
      expect.objectContaining({ id: first, body: 'one, edited', updatedAt: world.clock.now() }),
      {
        id: second,
        pullRequest: number,
        author: bob,
        authorType: 'User',
        body: '/hallpass recheck',
        createdAt: since,
        updatedAt: since,
      },
    ]);
    expect(await world.host.comment(second)).toMatchObject({ id: second, author: bob });
  });

  it('over all pages', async () => {
    const number = await world.open();
    const since = world.clock.now();
    for (let n = 0; n < 130; n += 1) await as('bob').comment(number, `${n}`);
    expect((await world.host.comments(since)).map(({ body }) => Number(body))).toEqual(
      Array.from({ length: 130 }, (_, n) => n),
    );
  });

  it('that are gone are undefined', async () => {
    const number = await world.open();
    const id = await as('bob').comment(number, 'x');
    await as('bob').deleteComment(id);
    expect(await world.host.comment(id)).toBeUndefined();
  });
});

describe('the directory', () => {
  it('lists active members, and no invitations', async () => {
    const team = await world.directory.team('security');
    expect(team).toEqual({ team: 'security', id: expect.any(Number), members: [carol] });
    world.github.acceptInvitation('oscar');
    expect(ids((await world.directory.team('security')).members)).toEqual([1003, 1006]);
  });

  it('has nobody in a team that is empty or not there', async () => {
    expect(await world.directory.team('nobody')).toMatchObject({ id: expect.any(Number), members: [] });
    expect(await world.directory.team('never-was')).toEqual({ team: 'never-was', id: null, members: [] });
  });

  it('sees that a team was made anew (THREATS 1.3)', async () => {
    const before = await world.directory.team('dba');
    world.github.deleteTeam('dba');
    expect(await world.directory.team('dba')).toMatchObject({ id: null, members: [] });
    world.github.createTeam('dba', ['dave']);
    expect((await world.directory.team('dba')).id).not.toBe(before.id);
  });

  it('lists members over all pages', async () => {
    const logins = Array.from({ length: 130 }, (_, n) => `user${n}`);
    logins.forEach((login, n) => void world.github.addUser({ login, id: 5_000 + n, permission: 'read' }));
    world.github.createTeam('large', logins);
    expect((await world.directory.team('large')).members).toHaveLength(130);
  });

  it('does not take a fault for an empty team', async () => {
    world.github.api.fail('/graphql Directory', 404, 1);
    await expect(world.directory.team('dba')).rejects.toMatchObject({ fault: 'blocked' });
    world.github.api.fail('/graphql Directory', 502, 1);
    await expect(world.directory.team('dba')).rejects.toMatchObject({ fault: 'retry' });
  });

  it('knows accounts by any case, and says when there is none', async () => {
    expect(await world.directory.account('ALICE')).toEqual({ account: alice, type: 'User' });
    expect(await world.directory.account('mallory')).toBeUndefined();
    world.github.ghost('bob');
    expect(await world.directory.account('bob')).toBeUndefined();
    await expect(world.directory.account('../app')).resolves.toBeUndefined();
  });
});
