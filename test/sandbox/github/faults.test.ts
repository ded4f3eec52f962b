import { afterEach, beforeEach, expect, test } from 'vitest';
import { refusal, repo, startWorld, type World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
  await world.github.as('alice').openPullRequest({ head: 'feature' });
});
afterEach(() => world.close());

const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const comment = () => world.octokit('bob').issues.createComment({ ...repo, issue_number: 1, body: 'hello' });
const comments = async () =>
  (await world.installation().issues.listComments({ ...repo, issue_number: 1 })).data.length;

test('a call fails as often as planned, and nothing happens', async () => {
  world.github.api.fail(COMMENT, 502, 2);
  expect([(await refusal(comment())).status, (await refusal(comment())).status]).toEqual([502, 502]);
  expect((await comment()).status).toBe(201);
  expect(await comments()).toBe(1);
});

test.each([
  ['a part of the line', 'PUT /repos/{owner}/{repo}/pulls'],
  ['a pattern', /merge$/],
  ['a test', ({ method }: { method: string }) => method === 'PUT'],
])('calls are chosen by %s', async (_name, match) => {
  world.github.api.fail(match, 503);
  await comment();
  expect((await refusal(world.octokit('bob').pulls.merge({ ...repo, pull_number: 1 }))).status).toBe(503);
});

test('a secondary limit says when to come back', async () => {
  world.github.api.secondaryLimit({ match: COMMENT, retryAfter: 30 });
  const error = await comment().catch((each) => each);
  expect([error.status, error.response.headers['retry-after']]).toEqual([403, '30']);
  expect(error.message).toContain('secondary rate limit');
});

test('a used-up hour says when it ends', async () => {
  world.github.api.primaryLimit({ match: COMMENT, resetAt: new Date('2030-01-01T00:00:00Z') });
  const { response } = await comment().catch((each) => each);
  expect(response.headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1893456000' });
});

test('an answer is lost after the work was done', async () => {
  world.github.api.loseAnswer(COMMENT);
  await expect(comment()).rejects.toThrow();
  expect(await comments()).toBe(1);
});

test('a call is held until let go', async () => {
  const release = world.github.api.hold(COMMENT);
  const pending = comment();
  expect(await comments()).toBe(0);
  release();
  await pending;
  expect(await comments()).toBe(1);
});

test('faults of git are planned alike', async () => {
  world.github.api.fail('git-upload-pack', 500);
  const headers = { authorization: `Bearer ${world.github.token('bob')}` };
  const ask = () => fetch(`${world.github.cloneUrl}/git-upload-pack`, { method: 'POST', headers });
  expect((await ask()).status).toBe(500);
  expect((await ask()).status).not.toBe(500);
});

test('faults can be forgotten', async () => {
  world.github.api.fail(undefined, 500, 100);
  world.github.api.clear();
  expect((await comment()).status).toBe(201);
});
