import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusal, repo, startWorld, type World } from './world.js';

let world: World;
let number: number;
let head: string;
beforeEach(async () => {
  world = await startWorld();
  head = await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
  number = await world.github.as('alice').openPullRequest({ head: 'feature' });
});
afterEach(() => world.close());

const reviews = async () =>
  (await world.installation().pulls.listReviews({ ...repo, pull_number: number })).data;
const events = async () =>
  (await world.installation().issues.listEvents({ ...repo, issue_number: number })).data.map(
    ({ event }) => event,
  );

describe('a review', () => {
  test('is bound to the head it was given for, and stays there', async () => {
    await world.github.as('bob').approve(number);
    const next = await world.github.as('alice').push('feature', { 'a.txt': 'b\n' });
    await world.github.as('carol').approve(number);
    expect((await reviews()).map((each) => [each.user?.login, each.state, each.commit_id])).toEqual([
      ['bob', 'APPROVED', head],
      ['carol', 'APPROVED', next],
    ]);
  });

  test('can be given for any commit GitHub knows', async () => {
    await world.github.as('alice').push('feature', { 'a.txt': 'b\n' });
    await world
      .octokit('bob')
      .pulls.createReview({ ...repo, pull_number: number, event: 'APPROVE', commit_id: head });
    expect((await reviews())[0]?.commit_id).toBe(head);
    const unknown = { ...repo, pull_number: number, event: 'APPROVE', commit_id: 'f'.repeat(40) } as const;
    expect((await refusal(world.octokit('bob').pulls.createReview(unknown))).status).toBe(422);
  });

  test('may come from anybody who can read, and who pushed to the branch', async () => {
    await world.github.as('bob').push('feature', { 'b.txt': 'b\n' });
    await world.github.as('bob').approve(number);
    await world.github.as('dave').approve(number);
    expect(await reviews()).toHaveLength(2);
  });

  test('is dismissed by a writer, keeps its row, and is told in both event lists', async () => {
    const id = await world.github.as('bob').requestChanges(number);
    expect((await refusal(world.github.as('dave').dismiss(number, id))).status).toBe(403);
    await world.github.as('alice').dismiss(number, id, 'never mind');
    expect(await reviews()).toMatchObject([{ id, state: 'DISMISSED', user: { login: 'bob' } }]);
    expect((await refusal(world.github.as('alice').dismiss(number, id))).status).toBe(422);
    const { data } = await world.installation().issues.listEvents({ ...repo, issue_number: number });
    expect(data).toMatchObject([
      { event: 'review_dismissed', dismissed_review: { state: 'changes_requested', review_id: id } },
    ]);
  });

  test('that is pending is seen by its author alone, and is stamped when handed in', async () => {
    const bob = world.octokit('bob');
    const { data } = await bob.pulls.createReview({ ...repo, pull_number: number });
    expect(data.state).toBe('PENDING');
    expect(await reviews()).toEqual([]);
    expect((await bob.pulls.listReviews({ ...repo, pull_number: number })).data).toHaveLength(1);
    world.advance(60);
    await world.github.as('alice').push('feature', { 'a.txt': 'b\n' });
    await bob.pulls.submitReview({ ...repo, pull_number: number, review_id: data.id, event: 'APPROVE' });
    const stamped = `${world.now().toISOString().slice(0, 19)}Z`;
    expect(await reviews()).toMatchObject([{ state: 'APPROVED', commit_id: head, submitted_at: stamped }]);
  });

  test('can be moved to another commit by GitHub itself', async () => {
    const id = await world.github.as('bob').approve(number);
    const before = (await reviews())[0]?.submitted_at;
    world.advance(60);
    const next = await world.github.as('alice').push('feature', { 'a.txt': 'b\n' }, { force: true });
    world.github.rebind(id, next);
    expect(await reviews()).toMatchObject([{ id, commit_id: next, submitted_at: before }]);
    world.github.rebind(id, null);
    expect((await reviews())[0]?.commit_id).toBeNull();
  });

  test('outlives its author, without a user', async () => {
    await world.github.as('bob').approve(number);
    await world.github.as('bob').comment(number, 'hello');
    world.github.ghost('bob');
    expect(await reviews()).toMatchObject([{ user: null, state: 'APPROVED' }]);
    const comments = await world.installation().issues.listComments({ ...repo, issue_number: number });
    expect(comments.data[0]?.user?.login).toBe('ghost');
  });

  test('names the account by number when the login is taken by somebody else', async () => {
    await world.github.as('bob').approve(number);
    world.github.rename('bob', 'robert');
    world.github.addUser({ login: 'bob', id: 2002, permission: 'write' });
    await world.github.as('bob').approve(number);
    expect((await reviews()).map(({ user }) => [user?.login, user?.id])).toEqual([
      ['robert', 1002],
      ['bob', 2002],
    ]);
  });

  test('of a bot says so', async () => {
    const own = await startWorld({
      users: [
        { login: 'alice', id: 1, permission: 'write' },
        { login: 'robot[bot]', id: 2, permission: 'write', type: 'Bot' },
        { login: 'doll', id: 3, permission: 'write', type: 'Mannequin' },
      ],
      teams: {},
    });
    await own.github.as('alice').push('feature', { 'a.txt': 'a\n' });
    const pull_number = await own.github.as('alice').openPullRequest({ head: 'feature' });
    await own.github.as('robot[bot]').approve(pull_number);
    await own.github.as('doll').approve(pull_number);
    await own.installation().pulls.createReview({ ...repo, pull_number, event: 'APPROVE' });
    const { data } = await own.installation().pulls.listReviews({ ...repo, pull_number });
    expect(data.map(({ user }) => user?.type)).toEqual(['Bot', 'Mannequin', 'Bot']);
    await own.close();
  });
});

describe('a request for review', () => {
  test('is listed, told, and answered by a review', async () => {
    const app = world.installation();
    const { data } = await app.pulls.requestReviewers({
      ...repo,
      pull_number: number,
      reviewers: ['bob', 'carol'],
      team_reviewers: ['security'],
    });
    expect(data.requested_reviewers?.map(({ login }) => login)).toEqual(['bob', 'carol']);
    await world.github.as('bob').approve(number);
    await world.github.as('dave').approve(number);
    await app.pulls.removeRequestedReviewers({ ...repo, pull_number: number, reviewers: ['carol'] });
    const left = (await app.pulls.listRequestedReviewers({ ...repo, pull_number: number })).data;
    expect([left.users, left.teams]).toEqual([[], []]);
    expect(await events()).toEqual([
      'review_requested',
      'review_requested',
      'review_requested',
      'review_request_removed',
    ]);
  });

  test('is refused as a whole when one cannot be asked', async () => {
    const call = world.installation().pulls.requestReviewers({
      ...repo,
      pull_number: number,
      reviewers: ['bob', 'nobody-of-that-name'],
    });
    expect((await refusal(call)).status).toBe(422);
    const { data } = await world
      .installation()
      .pulls.listRequestedReviewers({ ...repo, pull_number: number });
    expect(data.users).toEqual([]);
  });
});
