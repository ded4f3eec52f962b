import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verify } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { INSTALLATION_ID, repo, SECRET, startWorld, type World } from './world.js';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: payloads are looked into freely
  readonly payload: any;
}

let world: World;
let receiver: Server;
let received: Received[];
let answer: number;
beforeEach(async () => {
  received = [];
  answer = 200;
  receiver = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ headers: request.headers, text, payload: JSON.parse(text) });
    response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  world = await startWorld();
  world.github.setWebhookUrl(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
});
afterEach(async () => {
  await world.close();
  await new Promise((resolve) => receiver.close(resolve));
});

const told = () =>
  received.map(({ headers, payload }) =>
    [headers['x-github-event'], payload.action].filter(Boolean).join('.'),
  );

async function opened(): Promise<number> {
  await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
  const number = await world.github.as('alice').openPullRequest({ head: 'feature' });
  await world.github.settled();
  return number;
}

describe('a webhook', () => {
  test('is signed, named, and says where it comes from', async () => {
    await opened();
    const last = received.find(({ headers }) => headers['x-github-event'] === 'pull_request');
    expect(last?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-github-delivery': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'x-hub-signature': `sha1=${createHmac('sha1', SECRET)
        .update(last?.text ?? '')
        .digest('hex')}`,
    });
    expect(await verify(SECRET, last?.text ?? '', String(last?.headers['x-hub-signature-256']))).toBe(true);
    expect(last?.payload).toMatchObject({
      action: 'opened',
      number: 1,
      installation: { id: INSTALLATION_ID },
      repository: { id: world.github.repositoryId, full_name: 'acme/access' },
      organization: { login: 'acme' },
      sender: { login: 'alice', id: 1001 },
      pull_request: { head: { ref: 'feature' }, base: { ref: 'main' }, mergeable: null },
    });
  });

  test('comes for everything that happens to a pull request', async () => {
    const number = await opened();
    const alice = world.github.as('alice');
    const bob = world.github.as('bob');
    await bob.push('stage', { 's.txt': 's\n' });
    await world.github.settled();
    received.length = 0;
    const acts: readonly [string, () => Promise<unknown>][] = [
      ['pull_request.synchronize', () => alice.push('feature', { 'a.txt': 'b\n' })],
      ['pull_request.edited', () => alice.retarget(number, 'stage')],
      ['pull_request.edited', () => alice.retarget(number, 'main')],
      ['pull_request.edited', () => alice.edit(number, { title: 'Other' })],
      ['pull_request.converted_to_draft', () => alice.markDraft(number)],
      ['pull_request.ready_for_review', () => alice.markReady(number)],
      ['pull_request.review_requested', () => alice.requestReviews(number, ['bob'])],
      [
        'pull_request.labeled',
        () => world.octokit('bob').issues.addLabels({ ...repo, issue_number: number, labels: ['x'] }),
      ],
      ['pull_request.closed', () => alice.close(number)],
      ['pull_request.reopened', () => alice.reopen(number)],
      ['pull_request_review.submitted', () => bob.approve(number)],
      ['issue_comment.created', () => bob.comment(number, 'hello')],
      ['pull_request.closed', () => bob.merge(number)],
    ];
    for (const [expected, act] of acts) {
      received.length = 0;
      await act();
      await world.github.settled();
      expect(told()).toContain(expected);
    }
    expect(received.find(({ payload }) => payload.action === 'closed')?.payload.pull_request).toMatchObject({
      merged: true,
      merged_by: { login: 'bob' },
    });
    expect(told()).toContain('push');
  });

  test('of a push tells both commits, by whom, and whether it was forced', async () => {
    await opened();
    const before = received.at(-1)?.payload.pull_request.head.sha;
    received.length = 0;
    const after = await world.github.as('carol').push('feature', { 'b.txt': 'b\n' }, { force: true });
    await world.github.settled();
    const [push, synchronize] = ['push', 'pull_request'].map((event) =>
      received.find(({ headers }) => headers['x-github-event'] === event),
    );
    expect(push?.payload).toMatchObject({
      ref: 'refs/heads/feature',
      before,
      after,
      forced: true,
      created: false,
      deleted: false,
      head_commit: { id: after },
      pusher: { name: 'carol' },
    });
    expect(synchronize?.payload).toMatchObject({
      action: 'synchronize',
      before,
      after,
      sender: { login: 'carol' },
    });
  });

  test('says a review in lower case, where REST says it in upper case', async () => {
    const number = await opened();
    const id = await world.github.as('bob').approve(number);
    await world.github.as('alice').dismiss(number, id);
    await world.github.settled();
    const reviews = received.filter(({ headers }) => headers['x-github-event'] === 'pull_request_review');
    expect(reviews.map(({ payload }) => [payload.action, payload.review.state, payload.review.id])).toEqual([
      ['submitted', 'approved', id],
      ['dismissed', 'dismissed', id],
    ]);
  });

  test('of a base change names the old base', async () => {
    const number = await opened();
    const main = received.at(-1)?.payload.pull_request.base.sha;
    await world.github.as('bob').push('stage', { 's.txt': 's\n' });
    await world.github.as('alice').retarget(number, 'stage');
    await world.github.settled();
    expect(received.at(-1)?.payload.changes).toEqual({
      base: { ref: { from: 'main' }, sha: { from: main } },
    });
  });

  test('of a comment says whose it is and who changed it', async () => {
    const number = await opened();
    const id = await world.github.as('alice').comment(number, 'one');
    await world.github.as('bob').editComment(id, 'two');
    await world.github.as('bob').deleteComment(id);
    await world.github.settled();
    const comments = received.filter(({ headers }) => headers['x-github-event'] === 'issue_comment');
    expect(
      comments.map(({ payload }) => [payload.action, payload.sender.login, payload.comment.user.login]),
    ).toEqual([
      ['created', 'alice', 'alice'],
      ['edited', 'bob', 'alice'],
      ['deleted', 'bob', 'alice'],
    ]);
    expect(comments[1]?.payload).toMatchObject({
      changes: { body: { from: 'one' } },
      issue: { pull_request: {} },
    });
  });

  test('comes for check runs, teams and memberships', async () => {
    await opened();
    received.length = 0;
    const head_sha = await world.github.as('alice').push('feature', { 'a.txt': 'c\n' });
    await world.installation().checks.create({ ...repo, name: 'hallpass', head_sha, conclusion: 'success' });
    await world.github.addToTeam('dba', 'alice');
    await world.github.removeFromTeam('dba', 'alice');
    await world.github.renameTeam('dba', 'databases');
    await world.github.settled();
    expect(told().filter((name) => !/^(push|pull_request)/.test(name))).toEqual([
      'check_run.created',
      'membership.added',
      'membership.removed',
      'team.edited',
    ]);
  });

  test('is not sent again when the receiver fails', async () => {
    answer = 500;
    await opened();
    expect(told()).toEqual(['push', 'pull_request.opened']);
    expect(world.github.hooks.deliveries.map(({ status }) => status)).toEqual([500, 500]);
  });

  test('to nobody at home is lost', async () => {
    world.github.setWebhookUrl('http://127.0.0.1:1/');
    await opened();
    expect(world.github.hooks.deliveries.map(({ status }) => status)).toEqual([0, 0]);
  });

  test('is not even made where there is no url', async () => {
    world.github.setWebhookUrl(undefined);
    await opened();
    expect(world.github.hooks.deliveries).toEqual([]);
  });
});

describe('knobs', () => {
  test('drop some, as often as asked', async () => {
    world.github.hooks.drop('pull_request.opened', 1);
    await opened();
    expect(told()).toEqual(['push']);
    expect(world.github.hooks.deliveries.map(({ dropped }) => dropped)).toEqual([undefined, true]);
    await world.github.as('bob').push('other', { x: 'x' });
    await world.github.as('bob').openPullRequest({ head: 'other' });
    await world.github.settled();
    expect(told()).toEqual(['push', 'push', 'pull_request.opened']);
  });

  test('send some twice, under the same id', async () => {
    world.github.hooks.duplicate('push');
    await opened();
    const pushes = received.filter(({ headers }) => headers['x-github-event'] === 'push');
    expect(pushes.map(({ headers }) => headers['x-github-delivery'])).toEqual([
      world.github.hooks.deliveries[0]?.guid,
      world.github.hooks.deliveries[0]?.guid,
    ]);
  });

  test('hold them back, and let them go in another order', async () => {
    world.github.hooks.pause();
    await opened();
    expect(received).toEqual([]);
    world.github.hooks.resume((held) => [...held].reverse());
    await world.github.settled();
    expect(new Set(told())).toEqual(new Set(['pull_request.opened', 'push']));
  });

  test('replay a signed body under another name and id', async () => {
    await opened();
    const [first] = world.github.hooks.deliveries;
    received.length = 0;
    if (first !== undefined) world.github.hooks.replay(first, { event: 'issue_comment', guid: 'another' });
    await world.github.settled();
    expect(received[0]?.headers).toMatchObject({
      'x-github-event': 'issue_comment',
      'x-github-delivery': 'another',
    });
    expect(
      await verify(SECRET, received[0]?.text ?? '', String(received[0]?.headers['x-hub-signature-256'])),
    ).toBe(true);
  });
});

test('a webhook leaves after the answer to its cause, and settling waits for what it causes', async () => {
  const order: string[] = [];
  receiver.removeAllListeners('request');
  receiver.on('request', async (request, response) => {
    request.resume();
    const event = String(request.headers['x-github-event']);
    order.push(event);
    if (event === 'pull_request') {
      await world.installation().issues.createComment({ ...repo, issue_number: 1, body: 'hello' });
    }
    response.end();
  });
  await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
  await world.octokit('alice').pulls.create({ ...repo, head: 'feature', base: 'main', title: 'x' });
  order.push('answered');
  await world.github.settled();
  expect(order.filter((each) => each !== 'push')).toEqual(['answered', 'pull_request', 'issue_comment']);
});
