import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../adapters/github/world.js';
import { type BotWorld, startBot } from './world.js';

let world: World;
let listening: BotWorld;

beforeAll(async () => {
  world = await startWorld();
  listening = await startBot();
  world.github.setWebhookUrl(listening.bot.webhookUrl);
});
afterAll(async () => {
  await world.github.close();
  await listening.bot.close();
  await world.close();
});

/** @returns the hints that something gives, sorted, once each. */
async function hints(work: () => Promise<unknown>): Promise<string[]> {
  listening.hinted.length = 0;
  await work();
  await world.github.settled();
  return [...new Set(listening.hinted)].sort();
}

it('hears of everything that happens to a request, and nothing is refused', async () => {
  const { github } = world;
  const [alice, bob] = [github.as('alice'), github.as('bob')];
  let number = 0;
  await alice.push('topic', { 'access-requests/2026/11/a.yaml': 'version: 1\n' });
  const open = async () => {
    number = await alice.openPullRequest({ head: 'topic' });
  };
  expect(await hints(open)).toEqual(['pull request 1']);
  expect(await hints(() => alice.push('topic', { 'b.txt': 'x' }))).toEqual(['pull request 1']);
  expect(await hints(() => alice.push('other', { 'b.txt': 'x' }))).toEqual([]);
  let review = 0;
  const object = async () => {
    review = await bob.requestChanges(number);
  };
  expect(await hints(object)).toEqual(['pull request 1']);
  expect(await hints(() => alice.dismiss(number, review))).toEqual(['pull request 1']);
  expect(await hints(() => alice.comment(number, '/hallpass recheck'))).toEqual([
    expect.stringMatching(/^comment \d+$/),
  ]);
  expect(await hints(() => alice.markDraft(number))).toEqual(['pull request 1']);
  expect(await hints(() => alice.markReady(number))).toEqual(['pull request 1']);
  expect(await hints(() => alice.close(number))).toEqual(['pass']);
  expect(await hints(() => alice.reopen(number))).toEqual(['pull request 1']);
  expect(await hints(() => bob.approve(number))).toEqual(['pull request 1']);
  expect(await hints(() => bob.merge(number))).toEqual(['pass']);
  expect(
    await hints(() => github.as('root').push('main', { '.github/access/policy.yaml': 'version: 1\n' })),
  ).toEqual(['pass', 'sweep everything']);
  const statuses = new Set(github.hooks.deliveries.map((delivery) => delivery.status));
  expect(statuses).toEqual(new Set([202]));
  expect(listening.bot.counts).toMatchObject({ malformed: 0, unsigned: 0, foreign: 0, failed: 0 });
});

it('refuses a delivery that is sent again under the name of another event', async () => {
  const { hooks, settled } = world.github;
  const delivery = hooks.deliveries.find((each) => each.event === 'pull_request_review');
  if (delivery === undefined) throw new Error('there was no review');
  const refused = await hints(async () => {
    hooks.replay(delivery, { event: 'pull_request', guid: 'another' });
    await settled();
  });
  expect(refused).toEqual([]);
  expect(hooks.deliveries.at(-1)).toHaveProperty('status', 400);
});
