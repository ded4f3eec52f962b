import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { APP_ID, refusal, repo, startWorld, type World } from './world.js';

let world: World;
let head_sha: string;
beforeEach(async () => {
  world = await startWorld();
  head_sha = await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
});
afterEach(() => world.close());

const checks = () => world.installation().checks;
const create = (options: object = {}) => checks().create({ ...repo, name: 'hallpass', head_sha, ...options });
const note = (line: number) => ({
  path: 'a.txt',
  start_line: line,
  end_line: line,
  annotation_level: 'failure' as const,
  message: 'no',
});
const output = (count: number) => ({
  title: 'No',
  summary: 'Because.',
  annotations: Array.from({ length: count }, (_, index) => note(index + 1)),
});
const stamped = () => `${world.now().toISOString().slice(0, 19)}Z`;

describe('a check run', () => {
  test('is stamped by GitHub, unless the caller says when', async () => {
    expect((await create()).data).toMatchObject({
      status: 'queued',
      conclusion: null,
      started_at: stamped(),
      completed_at: null,
      app: { id: APP_ID, slug: 'hall-monitor' },
    });
    const { data } = await create({ started_at: '2001-01-01T00:00:00Z', conclusion: 'failure' });
    expect(data).toMatchObject({
      status: 'completed',
      started_at: '2001-01-01T00:00:00Z',
      completed_at: stamped(),
    });
  });

  test('is completed later, and keeps when it started', async () => {
    const { data } = await create({ status: 'in_progress' });
    world.advance(60);
    const done = await checks().update({
      ...repo,
      check_run_id: data.id,
      conclusion: 'success',
      output: output(1),
    });
    expect(done.data).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      started_at: data.started_at,
      completed_at: stamped(),
      output: { title: 'No', summary: 'Because.', annotations_count: 1 },
    });
  });

  test('takes fifty annotations at a time and adds them up', async () => {
    expect((await refusal(create({ output: output(51) }))).status).toBe(422);
    const { data } = await create({ conclusion: 'failure', output: output(50) });
    await checks().update({ ...repo, check_run_id: data.id, output: output(3) });
    const list = await checks().listAnnotations({ ...repo, check_run_id: data.id, per_page: 100 });
    expect(list.data).toHaveLength(53);
    expect(list.data[0]).toMatchObject({ path: 'a.txt', start_line: 1, annotation_level: 'failure' });
  });

  test.each([
    ['completed without a conclusion', { status: 'completed' }],
    ['an unknown conclusion', { conclusion: 'fine' }],
    ['an output without a summary', { output: { title: 'x' } }],
    [
      'an annotation without a line',
      { output: { title: 'x', summary: 'x', annotations: [{ path: 'a', message: 'x' }] } },
    ],
    ['a time that is none', { started_at: 'yesterday' }],
    ['too long a text', { output: { title: 'x', summary: 'x'.repeat(65_536) } }],
  ])('is refused for %s', async (_name, options) => {
    expect((await refusal(create(options))).status).toBe(422);
  });

  test('belongs to the commit, and so to every pull request with that head', async () => {
    await world.github.as('alice').pushCommit('twin', head_sha);
    const numbers = [
      await world.github.as('alice').openPullRequest({ head: 'feature' }),
      await world.github.as('bob').openPullRequest({ head: 'twin' }),
    ];
    expect((await create()).data.pull_requests.map(({ number }) => number)).toEqual(numbers);
  });
});

describe('the check runs of a commit', () => {
  const list = async (options: object = {}) =>
    (await checks().listForRef({ ...repo, ref: 'feature', ...options })).data;

  test('are the latest of each name and App, newest first', async () => {
    await create({ conclusion: 'failure' });
    await create({ name: 'other' });
    await create({ conclusion: 'success' });
    expect((await list()).check_runs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['hallpass', 'success'],
      ['other', null],
    ]);
    expect((await list({ filter: 'all' })).total_count).toBe(3);
    expect((await list({ check_name: 'hallpass' })).total_count).toBe(1);
  });

  test('tell the Apps apart, so that a forged one is seen', async () => {
    await create({ conclusion: 'failure' });
    world.github.foreignCheck({ sha: head_sha, name: 'hallpass', appId: 15368, conclusion: 'success' });
    expect((await list({ check_name: 'hallpass' })).check_runs.map(({ app }) => app?.id)).toEqual([
      15368,
      APP_ID,
    ]);
    expect((await list({ app_id: APP_ID })).check_runs.map(({ conclusion }) => conclusion)).toEqual([
      'failure',
    ]);
    const foreign = (await list({ app_id: 15368 })).check_runs[0]?.id ?? 0;
    expect(
      (await refusal(checks().update({ ...repo, check_run_id: foreign, conclusion: 'failure' }))).status,
    ).toBe(403);
  });

  test('have a suite', async () => {
    await create({ conclusion: 'success' });
    const { data } = await checks().listSuitesForRef({ ...repo, ref: head_sha });
    expect(data).toMatchObject({
      total_count: 1,
      check_suites: [{ conclusion: 'success', app: { id: APP_ID } }],
    });
  });

  test('of an unknown commit are refused', async () => {
    expect((await refusal(list({ ref: 'none' }))).status).toBe(422);
  });
});

test('branch rules tell which App the required check is bound to', async () => {
  const own = await startWorld({ requiredCheck: { name: 'hallpass', appId: APP_ID } });
  const rules = async (branch: string) =>
    (await own.installation().repos.getBranchRules({ ...repo, branch })).data;
  expect((await rules('main')).find(({ type }) => type === 'required_status_checks')).toMatchObject({
    parameters: { required_status_checks: [{ context: 'hallpass', integration_id: APP_ID }] },
  });
  expect((await rules('access-ledger')).map(({ type }) => type)).toContain('update');
  expect(await rules('feature')).toEqual([]);
  await own.close();
});
