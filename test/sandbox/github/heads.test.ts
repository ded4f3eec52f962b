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

const pull = async (pull_number = number) =>
  (await world.installation().pulls.get({ ...repo, pull_number })).data;
const names = (list: readonly { event?: string }[]) => list.map(({ event }) => event);
const events = async (issue_number = number) =>
  names((await world.installation().issues.listEvents({ ...repo, issue_number })).data);
const timeline = async (issue_number = number) =>
  names(
    (await world.installation().issues.listEventsForTimeline({ ...repo, issue_number })).data as {
      event?: string;
    }[],
  );
const activity = async (query = {}) =>
  (await world.installation().repos.listActivities({ ...repo, ...query })).data.map((each) => [
    each.activity_type,
    each.ref.replace('refs/heads/', ''),
    each.actor?.login,
  ]);

describe('a head', () => {
  test('moves with a push', async () => {
    const next = await world.github.as('bob').push('feature', { 'a.txt': 'b\n' });
    expect(await pull()).toMatchObject({ head: { sha: next }, commits: 2, changed_files: 1, state: 'open' });
    expect(await events()).toEqual([]);
  });

  test('moves with a rewrite, which both event lists tell', async () => {
    const next = await world.github.as('bob').push('feature', { 'b.txt': 'b\n' }, { force: true });
    expect(await pull()).toMatchObject({ head: { sha: next }, commits: 1 });
    expect(await events()).toEqual(['head_ref_force_pushed']);
    expect(await timeline()).toContain('head_ref_force_pushed');
  });

  test('A, B, A leaves the same commit and two rewrites', async () => {
    await world.github.as('alice').push('feature', { 'b.txt': 'b\n' }, { force: true });
    await world.github.as('alice').pushCommit('feature', head, { force: true });
    expect((await pull()).head.sha).toBe(head);
    expect(await events()).toEqual(['head_ref_force_pushed', 'head_ref_force_pushed']);
  });

  test('does not move by a rewrite that is not forced', async () => {
    const other = await world.github.as('alice').push('other', { 'c.txt': 'c\n' });
    expect((await refusal(world.github.as('alice').pushCommit('feature', other))).status).toBe(422);
  });

  test('that comes to have nothing of its own closes the pull request', async () => {
    const main = (await world.installation().git.getRef({ ...repo, ref: 'heads/main' })).data.object.sha;
    await world.github.as('alice').pushCommit('feature', main, { force: true });
    expect(await pull()).toMatchObject({ state: 'closed', merged: false });
  });

  test('does not move any more once the pull request is closed', async () => {
    await world.github.as('alice').close(number);
    await world.github.as('alice').push('feature', { 'b.txt': 'b\n' });
    expect(await pull()).toMatchObject({ head: { sha: head }, state: 'closed' });
    await world.github.as('alice').reopen(number);
    expect(await pull()).toMatchObject({ commits: 2, state: 'open' });
    expect(await events()).toEqual(['closed', 'reopened']);
  });

  test.each([
    ['was rewritten', () => world.github.as('alice').push('feature', { 'b.txt': 'b\n' }, { force: true })],
    ['is gone', () => world.github.as('alice').deleteBranch('feature')],
  ])('that %s meanwhile cannot be reopened', async (_name, act) => {
    await world.github.as('alice').close(number);
    await act();
    expect((await refusal(world.github.as('alice').reopen(number))).status).toBe(422);
  });

  test('that is deleted closes the pull request, whose commits stay', async () => {
    await world.github.as('alice').deleteBranch('feature');
    expect(await pull()).toMatchObject({ state: 'closed', merged: false, head: { sha: head } });
    expect(await events()).toEqual(['head_ref_deleted', 'closed']);
    expect((await world.installation().git.getCommit({ ...repo, commit_sha: head })).status).toBe(200);
  });
});

describe('activity', () => {
  test('tells who moved which branch how, newest first', async () => {
    await world.github.as('bob').push('feature', { 'b.txt': 'b\n' });
    await world.github.as('carol').push('feature', { 'c.txt': 'c\n' }, { force: true });
    await world.github.as('root').merge(number);
    await world.github.as('alice').deleteBranch('feature');
    expect(await activity()).toEqual([
      ['branch_deletion', 'feature', 'alice'],
      ['pr_merge', 'main', 'root'],
      ['force_push', 'feature', 'carol'],
      ['push', 'feature', 'bob'],
      ['branch_creation', 'feature', 'alice'],
    ]);
    expect(await activity({ ref: 'main' })).toHaveLength(1);
    expect(await activity({ actor: 'bob', direction: 'asc' })).toEqual([['push', 'feature', 'bob']]);
  });

  test('pages by cursor, forth and back', async () => {
    for (const name of ['b', 'c', 'd', 'e']) await world.github.as('bob').push('feature', { [name]: name });
    const { data, headers } = await world.installation().repos.listActivities({ ...repo, per_page: 2 });
    const next = /<([^>]+)>; rel="next"/.exec(headers.link ?? '')?.[1] ?? '';
    expect(new URL(next).searchParams.get('page')).toBeNull();
    const second = await world.installation().request(next);
    const back = /<([^>]+)>; rel="prev"/.exec(second.headers.link ?? '')?.[1] ?? '';
    expect((await world.installation().request(back)).data).toEqual(data);
    const all = await world
      .installation()
      .paginate('GET /repos/{owner}/{repo}/activity', { ...repo, per_page: 2 });
    expect(all.map(({ id }) => id)).toEqual([...new Set(all.map(({ id }) => id))]);
    expect(all).toHaveLength(5);
  });
});

describe('a base', () => {
  test('is changed by people, told by the issue events alone, and changes what the pull request shows', async () => {
    const stage = await world.github.as('bob').push('stage', { 's.txt': 's\n' });
    await world.github.as('alice').retarget(number, 'stage');
    expect(await pull()).toMatchObject({ base: { ref: 'stage', sha: stage } });
    expect(await events()).toEqual(['base_ref_changed']);
    expect(await timeline()).not.toContain('base_ref_changed');
  });

  test('that moves is not followed, as the files shown are not', async () => {
    const before = (await pull()).base.sha;
    await world.github.as('bob').push('main', { 'other.txt': 'o\n' });
    expect((await pull()).base.sha).toBe(before);
    await world.github.as('alice').push('feature', { 'b.txt': 'b\n' });
    expect((await pull()).base.sha).not.toBe(before);
  });

  test('that is deleted after its merge hands its pull requests on', async () => {
    await world.github.as('bob').push('stacked', { 'b.txt': 'b\n' }, { from: 'feature' });
    const stacked = await world.github.as('bob').openPullRequest({ head: 'stacked', base: 'feature' });
    await world.github.as('root').merge(number, { method: 'squash' });
    await world.github.as('root').deleteBranch('feature');
    expect(await pull(stacked)).toMatchObject({ state: 'open', base: { ref: 'main' } });
    expect(await events(stacked)).toEqual(['automatic_base_change_succeeded']);
    expect(await timeline(stacked)).not.toContain('automatic_base_change_succeeded');
  });

  test('that is deleted unmerged closes its pull requests', async () => {
    await world.github.as('bob').push('stacked', { 'b.txt': 'b\n' }, { from: 'feature' });
    const stacked = await world.github.as('bob').openPullRequest({ head: 'stacked', base: 'feature' });
    await world.github.as('root').deleteBranch('feature');
    expect(await pull(stacked)).toMatchObject({ state: 'closed', merged: false });
  });
});

describe('an indirect merge', () => {
  test('happens when a push brings the head to the base', async () => {
    await world.github.as('bob').pushCommit('main', head);
    expect(await pull()).toMatchObject({ merged: true, merged_by: { login: 'bob' }, merge_commit_sha: head });
    expect(await events()).toEqual(['merged', 'closed']);
  });

  test('names the first commit of the base that has the head', async () => {
    const bob = world.github.as('bob');
    await bob.push('local', { 'before.txt': 'b\n' });
    const merge = await bob.push('local', { 'm.txt': 'm\n' }, { parents: [await headOf('local'), head] });
    await bob.pushCommit('main', await bob.push('local', { 'after.txt': 'a\n' }));
    expect((await pull()).merge_commit_sha).toBe(merge);
  });

  test('of a second pull request happens with the merge of one that contains it', async () => {
    await world.github.as('bob').push('big', { 'b.txt': 'b\n' }, { from: 'feature' });
    const big = await world.github.as('bob').openPullRequest({ head: 'big' });
    await world.github.as('root').merge(big, { method: 'merge' });
    expect((await pull()).merged).toBe(true);
  });

  test('does not happen by squashing, which makes other commits', async () => {
    await world.github.as('bob').push('big', { 'b.txt': 'b\n' }, { from: 'feature' });
    const big = await world.github.as('bob').openPullRequest({ head: 'big' });
    await world.github.as('root').merge(big, { method: 'squash' });
    expect((await pull()).merged).toBe(false);
  });
});

const headOf = async (branch: string) =>
  (await world.installation().git.getRef({ ...repo, ref: `heads/${branch}` })).data.object.sha;

test('a draft is made and unmade, and told', async () => {
  await world.github.as('alice').markDraft(number);
  expect(await pull()).toMatchObject({ draft: true, mergeable_state: 'draft' });
  await world.github.as('alice').markReady(number);
  expect(await events()).toEqual(['convert_to_draft', 'ready_for_review']);
  expect(await timeline()).toEqual(expect.arrayContaining(['convert_to_draft', 'ready_for_review']));
});

test('commits belong to whom their addresses name, or to nobody', async () => {
  const push = (authorEmail: string) =>
    world.github.as('alice').push('feature', { [authorEmail]: 'x' }, { authorEmail });
  await push('bob@example.com');
  await push('1003+old-login@users.noreply.github.com');
  await push('dave@users.noreply.github.com');
  await push('noreply@github.com');
  await push('nobody@example.com');
  const { data } = await world.installation().pulls.listCommits({ ...repo, pull_number: number });
  expect(data.map(({ author }) => author?.login ?? null)).toEqual([
    'alice',
    'bob',
    'carol',
    'dave',
    'web-flow',
    null,
  ]);
});

test('all commits are listed, also those behind a second parent', async () => {
  const side = await world.github.as('bob').push('side', { 's.txt': 's\n' });
  await world.github.as('alice').push('feature', {}, { parents: [head, side] });
  const { data } = await world.installation().pulls.listCommits({ ...repo, pull_number: number });
  expect(new Set(data.map(({ author }) => author?.login))).toEqual(new Set(['alice', 'bob']));
  expect(data).toHaveLength(3);
});
