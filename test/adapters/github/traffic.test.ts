import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTokenClient } from '../../../src/adapters/github/clients.js';
import { readAll } from '../../../src/adapters/github/pages.js';
import { createReviewHost } from '../../../src/adapters/github/review-host.js';
import { createTraffic } from '../../../src/adapters/github/traffic.js';
import { startWorld, type World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const watched = () => {
  const traffic = createTraffic();
  const client = createTokenClient(world.github.token('alice'), {
    baseUrl: world.github.url,
    readRetries: 0,
  });
  traffic.watch(client);
  return { traffic, client, host: createReviewHost({ ...world.on, client }, world.clock) };
};

it('counts calls by template and class, never by what is in them, and knows the budget', async () => {
  const { traffic, host } = watched();
  expect(traffic.calls()).toEqual([]);
  expect(traffic.remaining()).toEqual(new Map());
  const number = await world.open();
  await host.pullRequest(number);
  await host.pullRequest(number);
  await host.pullRequest(404_404);
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
  expect(traffic.calls()).toEqual(
    expect.arrayContaining([
      { route, outcome: '2xx', count: 2 },
      { route, outcome: '4xx', count: 1 },
    ]),
  );
  expect(JSON.stringify(traffic.calls())).not.toMatch(/acme|404404/);
  expect(traffic.remaining().get('core')).toBeGreaterThan(0);
});

it('counts limits, errors and silence', async () => {
  const { traffic, host } = watched();
  world.github.api.primaryLimit({ match: 'GET', resetAt: new Date(Date.parse(world.clock.now()) + 90_000) });
  await host.openPullRequests().catch(() => {});
  expect(traffic.remaining().get('core')).toBe(0);
  world.github.api.clear();
  world.github.api.fail('GET /repos/{owner}/{repo}/pulls', 502, 1);
  await host.openPullRequests().catch(() => {});
  await world.github.close();
  await host.openPullRequests().catch(() => {});
  const outcomes = traffic.calls().map(({ outcome, count }) => [outcome, count]);
  expect(outcomes).toEqual([
    ['4xx', 1],
    ['5xx', 1],
    ['none', 1],
  ]);
});

it('counts the next pages of a list as one kind', async () => {
  const { traffic, client } = watched();
  const label = (index: number) => ({ name: `label-${index}`, color: 'ffffff' });
  const root = createTokenClient(world.github.token('root'), { baseUrl: world.github.url, readRetries: 0 });
  const at = { owner: world.on.owner, repo: world.on.repo };
  for (let index = 0; index < 101; index += 1)
    await root.request('POST /repos/{owner}/{repo}/labels', { ...at, ...label(index) });
  await readAll(client, 'GET /repos/{owner}/{repo}/labels', at);
  expect(traffic.calls()).toEqual([
    { route: 'GET /repos/{owner}/{repo}/labels', outcome: '2xx', count: 1 },
    { route: 'GET next page', outcome: '2xx', count: 1 },
  ]);
});

it('keeps its routes few', async () => {
  const { traffic, client } = watched();
  for (let index = 0; index < 203; index += 1) await client.request(`GET /nothing/${index}`).catch(() => {});
  expect(new Set(traffic.calls().map(({ route }) => route)).size).toBe(201);
  expect(traffic.calls().at(-1)).toEqual({ route: 'other', outcome: '4xx', count: 3 });
});

it("does not take the app's own budget for that of the installation", () => {
  const traffic = createTraffic();
  let answered = (_: object, __: object): void => {};
  const after = (_: string, listen: typeof answered): void => {
    answered = listen;
  };
  const hook = { after, error: () => {} };
  traffic.watch({ hook } as never);
  const answer = (left: string) => ({ status: 200, headers: { 'x-ratelimit-remaining': left } });
  answered(answer('17'), { method: 'GET', url: '/repos/{owner}/{repo}' });
  answered(answer('5000'), { method: 'POST', url: '/app/installations/{installation_id}/access_tokens' });
  answered(answer('nonsense'), { method: 'GET', url: '/repos/{owner}/{repo}' });
  expect(traffic.remaining().get('core')).toBe(17);
});
