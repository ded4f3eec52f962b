import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { APP_ID, refusal, repo, startWorld, type World } from './world.js';

let world: World;
let number: number;
let head: string;
beforeEach(async () => {
  world = await startWorld({ requiredCheck: { name: 'hallpass', appId: APP_ID }, bypass: ['root'] });
  await world.github.as('alice').push('feature', { 'a.txt': 'a\n' }, { message: 'Add a\n\nWhy not.' });
  head = await world.github.as('bob').push('feature', { 'b.txt': 'b\n' }, { message: 'Add b' });
  number = await world.github.as('alice').openPullRequest({ head: 'feature', title: 'Both', body: 'text' });
  // Somebody was faster: the base has moved since.
  await world.github.as('root').push('main', { 'm.txt': 'm\n' });
  await check('success');
});
afterEach(() => world.close());

const app = () => world.installation();
const check = (conclusion: 'success' | 'failure', sha = head) =>
  app().checks.create({ ...repo, name: 'hallpass', head_sha: sha, conclusion });
const commit = async (ref = 'main') => (await app().repos.getCommit({ ...repo, ref })).data;
const files = async () =>
  (await app().git.getTree({ ...repo, tree_sha: 'main' })).data.tree.map(({ path }) => path);
const merge = (options: object = {}) => app().pulls.merge({ ...repo, pull_number: number, ...options });

const ALL = ['README.md', 'a.txt', 'b.txt', 'm.txt', 'policy.yaml'];

describe('a merge', () => {
  test('by merge commit has both parents and GitHub as committer', async () => {
    const main = (await commit()).sha;
    const { data } = await merge({ sha: head });
    const landed = await commit();
    expect(landed.sha).toBe(data.sha);
    expect(landed.parents.map(({ sha }) => sha)).toEqual([main, head]);
    expect(landed).toMatchObject({
      author: { login: 'hall-monitor[bot]' },
      committer: { login: 'web-flow' },
      commit: {
        message: 'Merge pull request #1 from acme/feature\n\nBoth',
        committer: { name: 'GitHub', email: 'noreply@github.com' },
        verification: { verified: true },
      },
    });
    expect(await files()).toEqual(ALL);
  });

  test('by squash is one commit by the opener, with the other authors named', async () => {
    const main = (await commit()).sha;
    await merge({ merge_method: 'squash' });
    const landed = await commit();
    expect(landed.parents.map(({ sha }) => sha)).toEqual([main]);
    expect(landed.author?.login).toBe('alice');
    expect(landed.committer?.login).toBe('web-flow');
    expect(landed.commit.message).toMatch(/^Both \(#1\)\n\n\* Add a/);
    expect(landed.commit.message).toContain('Co-authored-by: bob <bob@example.com>');
    expect(await files()).toEqual(ALL);
  });

  test('by rebase makes every commit anew, unsigned, with who merged as committer', async () => {
    const main = (await commit()).sha;
    await world.github.as('carol').merge(number, { method: 'rebase' });
    const last = await commit();
    const first = await commit(last.parents[0]?.sha);
    expect(first.parents.map(({ sha }) => sha)).toEqual([main]);
    expect(
      [first, last].map((each) => [each.author?.login, each.committer?.login, each.commit.message]),
    ).toEqual([
      ['alice', 'carol', 'Add a\n\nWhy not.'],
      ['bob', 'carol', 'Add b'],
    ]);
    expect(last.commit.verification?.verified).toBe(false);
    expect([head]).not.toContain(last.sha);
    expect(await files()).toEqual(ALL);
  });

  test.each(['merge', 'squash', 'rebase'] as const)('by %s is told alike', async (method) => {
    await merge({ merge_method: method });
    const { data } = await app().pulls.get({ ...repo, pull_number: number });
    expect(data).toMatchObject({
      state: 'closed',
      merged: true,
      merged_by: { login: 'hall-monitor[bot]' },
      merge_commit_sha: (await commit()).sha,
      commits: 2,
      changed_files: 2,
    });
    const found = await app().repos.listPullRequestsAssociatedWithCommit({
      ...repo,
      commit_sha: (await commit()).sha,
    });
    expect(found.data.map((each) => each.number)).toEqual([number]);
  });
});

describe('no merge', () => {
  const refused = async (options: object = {}) => (await refusal(merge(options))).status;

  test('of another head', async () => {
    expect(await refused({ sha: 'e'.repeat(40) })).toBe(409);
    const next = await world.github.as('alice').push('feature', { 'c.txt': 'c\n' });
    await check('success', next);
    expect(await refused({ sha: head })).toBe(409);
    expect((await merge({ sha: next })).status).toBe(200);
  });

  test('of a draft', async () => {
    await world.github.as('alice').markDraft(number);
    expect(await refused()).toBe(405);
  });

  test('of what is closed or merged already', async () => {
    await world.github.as('alice').close(number);
    expect(await refused()).toBe(405);
    await world.github.as('alice').reopen(number);
    // By squash the head is no part of the base, and yet there is nothing to open again.
    await merge({ merge_method: 'squash' });
    expect(await refused()).toBe(405);
    expect((await refusal(world.github.as('alice').reopen(number))).status).toBe(422);
  });

  test.each(['merge', 'squash', 'rebase'])('by %s over a conflict', async (merge_method) => {
    await world.github.as('root').push('main', { 'b.txt': 'something else\n' });
    expect(await refused({ merge_method })).toBe(405);
    const { data } = await app().pulls.get({ ...repo, pull_number: number });
    expect(data).toMatchObject({ mergeable: false, mergeable_state: 'dirty', merge_commit_sha: null });
  });

  test('without the required check of that very App on that very commit', async () => {
    const next = await world.github.as('alice').push('feature', { 'c.txt': 'c\n' });
    expect(await refused()).toBe(405);
    world.github.foreignCheck({ sha: next, name: 'hallpass', appId: 1, conclusion: 'success' });
    expect(await refused()).toBe(405);
    await check('success', next);
    await check('failure', next);
    expect(await refused()).toBe(405);
  });

  test('holds who may bypass', async () => {
    await check('failure');
    await expect(world.github.as('bob').merge(number)).rejects.toMatchObject({ status: 405 });
    await world.github.as('root').merge(number);
  });

  test('and no push to the base without it either', async () => {
    await expect(world.github.as('bob').push('main', { x: 'x' })).rejects.toMatchObject({ status: 403 });
    await world.github.as('root').push('main', { x: 'x' });
  });
});

test('the merge that GitHub tries out has both parents', async () => {
  const { data } = await app().pulls.get({ ...repo, pull_number: number });
  const tried = await app().git.getCommit({ ...repo, commit_sha: data.merge_commit_sha ?? '' });
  expect(tried.data.parents.map(({ sha }) => sha)).toEqual([(await commit()).sha, head]);
  expect(data.mergeable).toBe(true);
});

test('updating the branch merges the base into the head', async () => {
  const main = (await commit()).sha;
  const update = (expected_head_sha: string) =>
    world.octokit('bob').pulls.updateBranch({ ...repo, pull_number: number, expected_head_sha });
  expect((await refusal(update(main))).status).toBe(422);
  expect((await update(head)).status).toBe(202);
  const { data } = await app().pulls.get({ ...repo, pull_number: number });
  expect((await commit(data.head.sha)).parents.map(({ sha }) => sha)).toEqual([head, main]);
  expect((await refusal(update(data.head.sha))).status).toBe(422);
});
