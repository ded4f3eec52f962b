import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LARGEST_BODY } from '../../src/bot/body.js';
import {
  APP_ID,
  type BotWorld,
  deliver,
  opened,
  payload,
  type Sent,
  send,
  signed,
  startBot,
} from './world.js';

let world: BotWorld;
beforeEach(async () => {
  world = await startBot();
});
afterEach(() => world.bot.close());

const bot = { type: 'Bot', login: 'hall-monitor[bot]', id: 5 };
const alice = { type: 'User', login: 'alice', id: 1001 };
const comment = (fields: object = {}) => ({
  action: 'created',
  comment: { id: 99, user: alice },
  issue: { number: 7, pull_request: {} },
  ...fields,
});
const push = (fields: object = {}) => ({
  ref: 'refs/heads/main',
  before: 'a',
  after: 'b',
  pusher: {},
  commits: [],
  ...fields,
});
const rerun = (fields: object = {}) => ({
  action: 'rerequested',
  check_run: { app: { id: APP_ID }, pull_requests: [{ number: 7 }, { number: 8 }], ...fields },
});

describe('a signed webhook becomes a hint', () => {
  it.each<[string, string, object, string[]]>([
    [
      'an opened pull request',
      'pull_request',
      { action: 'opened', number: 7, pull_request: {} },
      ['pull request 7'],
    ],
    [
      'a review',
      'pull_request_review',
      { action: 'submitted', review: {}, pull_request: { number: 7 } },
      ['pull request 7'],
    ],
    ['a re-run of our check', 'check_run', rerun(), ['pull request 7', 'pull request 8']],
    ['a comment', 'issue_comment', comment(), ['comment 99']],
    ['a push to the default branch', 'push', push(), ['pass']],
    [
      'a push that changes policy',
      'push',
      push({ commits: [{ added: [], modified: ['.github/access/policy.yaml'], removed: [] }] }),
      ['pass', 'sweep everything'],
    ],
    [
      'a push that changes requests alone',
      'push',
      push({ commits: [{ added: ['access-requests/2026/11/a.yaml'], modified: [], removed: [] }] }),
      ['pass'],
    ],
    [
      'a push that does not say what it changes',
      'push',
      push({ commits: [{}] }),
      ['pass', 'sweep everything'],
    ],
    ['a merge of our own', 'push', push({ sender: bot }), ['pass']],
    ["a stranger's push to the ledger", 'push', push({ ref: 'refs/heads/access-ledger' }), ['pass']],
    [
      'a change of a team',
      'membership',
      { action: 'added', team: {}, member: {}, scope: 'team' },
      ['people'],
    ],
    ['a new team', 'team', { action: 'created', team: {} }, ['people']],
    ['a leaver', 'organization', { action: 'member_removed', organization: {}, membership: {} }, ['people']],
  ])('%s', async (_, event, fields, hints) => {
    expect(await deliver(world.bot, payload(fields), { event })).toMatchObject({
      status: 202,
      text: 'accepted\n',
    });
    expect(world.hinted).toEqual(hints);
    expect(world.bot.counts.accepted).toBe(1);
  });

  it.each<[string, string, object]>([
    ['our own label', 'pull_request', { action: 'labeled', number: 7, pull_request: {}, sender: bot }],
    ['our own comment', 'issue_comment', comment({ sender: bot, comment: { id: 99, user: bot } })],
    ["another bot's comment", 'issue_comment', comment({ sender: { ...bot, login: 'x[bot]' } })],
    ["somebody's hand in another's comment", 'issue_comment', comment({ sender: { ...alice, id: 1002 } })],
    ['an edited comment', 'issue_comment', comment({ action: 'edited' })],
    ['a comment on an issue', 'issue_comment', comment({ issue: { number: 7 } })],
    ['our own check run', 'check_run', { ...rerun(), action: 'created' }],
    ["a re-run of another app's check", 'check_run', rerun({ app: { id: 15368 } })],
    ['our own push to the ledger', 'push', push({ ref: 'refs/heads/access-ledger', sender: bot })],
    ['a push to some branch', 'push', push({ ref: 'refs/heads/topic' })],
    ['a push to a branch that ends like ours', 'push', push({ ref: 'refs/heads/x/main' })],
  ])('but not %s', async (_, event, fields) => {
    expect((await deliver(world.bot, payload(fields), { event })).status).toBe(202);
    expect(world.hinted).toEqual([]);
  });

  it('takes a delivery that comes twice, with the same id, as two hints', async () => {
    const headers = { 'x-github-delivery': '11111111-2222-3333-4444-555555555555' };
    await deliver(world.bot, opened, { headers });
    await deliver(world.bot, opened, { headers });
    expect(world.hinted).toEqual(['pull request 7', 'pull request 7']);
  });
});

describe('what is not for us', () => {
  it.each<[string, object]>([
    ['another installation (T061)', { installation: { id: 9999 } }],
    ['no installation', { installation: undefined }],
    ['an installation that is a text', { installation: { id: '77' } }],
    ['another repository (T062)', { repository: { id: 8002 } }],
    ['a repository without an id', { repository: {} }],
  ])('%s is accepted and dropped', async (_, fields) => {
    const answer = await deliver(world.bot, { ...opened, ...fields });
    expect(answer).toMatchObject({ status: 202, text: 'accepted\n' });
    expect(world.hinted).toEqual([]);
    expect(world.bot.counts).toMatchObject({ foreign: 1, accepted: 0 });
  });

  it.each(['workflow_run', 'installation', 'constructor', '__proto__'])(
    'event %s is ignored',
    async (event) => {
      expect((await deliver(world.bot, payload({ action: 'created' }), { event })).status).toBe(202);
      expect(world.bot.counts.ignored).toBe(1);
    },
  );

  it.each([
    'check_run',
    'issue_comment',
    'pull_request_review',
    'push',
    'membership',
    'team',
    'organization',
  ])('a pull request that says it is a %s is refused', async (event) => {
    expect((await deliver(world.bot, opened, { event })).status).toBe(400);
    expect(world.hinted).toEqual([]);
    expect(world.bot.counts.malformed).toBe(1);
  });
});

describe('what is refused', () => {
  it.each<[string, Sent, number]>([
    ['no signature', { headers: { 'x-hub-signature-256': undefined } }, 401],
    ["another secret's signature", { secret: 'development' }, 401],
    ['the signature of another body', { headers: { 'x-hub-signature-256': signed('{}') } }, 401],
    [
      'a SHA-1 signature',
      { headers: { 'x-hub-signature-256': undefined, 'x-hub-signature': 'sha1=00' } },
      401,
    ],
    ['a short signature', { headers: { 'x-hub-signature-256': 'sha256=00' } }, 401],
    ['no event', { headers: { 'x-github-event': undefined } }, 400],
    ['an odd event', { headers: { 'x-github-event': 'Pull Request' } }, 400],
    ['no delivery id', { headers: { 'x-github-delivery': undefined } }, 400],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 400],
    ['another method', { method: 'PUT' }, 400],
    ['an empty body', { body: '' }, 400],
    ['no JSON', { body: 'payload={}' }, 400],
    ['a list', { body: '[]' }, 400],
    ['null', { body: 'null' }, 400],
    ['bytes that are no text', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 401],
  ])('%s', async (_, sent, status) => {
    expect((await deliver(world.bot, opened, sent)).status).toBe(status);
    expect(world.hinted).toEqual([]);
    expect(world.bot.counts.accepted).toBe(0);
  });

  it('a body that says it is too large, without reading it (T135)', async () => {
    const headers = {
      'content-type': 'application/json',
      'content-length': String(LARGEST_BODY + 1),
      'x-github-event': 'push',
      'x-github-delivery': 'x',
      'x-hub-signature-256': signed('x'),
    };
    const status = await new Promise((resolve, reject) => {
      const sending = request(world.bot.webhookUrl, { method: 'POST', headers, agent: false });
      sending.on('response', (response) => resolve(response.statusCode));
      sending.on('error', reject);
      sending.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it('a body that turns out too large (T135)', async () => {
    const body = Buffer.alloc(LARGEST_BODY + 2_000_000, ' ');
    const headers = {
      'content-length': undefined,
      'transfer-encoding': 'chunked',
      'x-hub-signature-256': signed('x'),
    };
    // The connection may break before the answer is read.
    const status = await deliver(world.bot, {}, { body, headers }).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(world.bot.counts.too_large).toBe(1);
  });

  it('a body as large as allowed is still checked', async () => {
    const body = Buffer.alloc(LARGEST_BODY, ' ');
    expect((await deliver(world.bot, {}, { body, secret: 'another' })).status).toBe(401);
  });

  it('someone who never finishes (T135)', async () => {
    const slow = await startBot({ requestMilliseconds: 50 });
    const { port } = new URL(slow.bot.url);
    const received = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', () => {});
      socket.write('POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\n');
    });
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    await slow.bot.close();
  });
});

describe('what leaks', () => {
  it('is nothing of an error (T145)', async () => {
    const failing = await startBot({
      hints: {
        pullRequest: () => {
          throw Object.assign(new Error('postgres://admin:hunter2@db'), { status: 404 });
        },
        comment: async () => {},
        pass: async () => {},
        everything: async () => {},
        people: async () => {},
      },
    });
    const answer = await deliver(failing.bot, opened);
    expect(answer).toMatchObject({ status: 500, text: 'failed\n' });
    expect(failing.bot.counts.failed).toBe(1);
    expect(failing.logged.join()).toContain('a webhook handler failed');
    await failing.bot.close();
  });

  it('is nothing of a payload, and little of what anybody may send (T124)', async () => {
    for (let n = 0; n < 20; n += 1) {
      await deliver(world.bot, {}, { body: 'CANARY'.repeat(20_000), secret: 'wrong' });
    }
    await deliver(world.bot, payload({ action: 'opened', number: 7, pull_request: { title: 'CANARY' } }));
    const log = world.logged.join('\n');
    expect(log).not.toContain('CANARY');
    // 1, 2, 4, 8 and 16 of the unsigned, and the one that is signed.
    expect(world.logged).toHaveLength(6);
    expect(log.length).toBeLessThan(1_000);
  });

  it.each([
    '/',
    '/ping',
    '/probot',
    '/probot/setup',
    '/probot/import',
    '/probot/static/x.css',
    '/api/github',
  ])('no page of Probot: %s (T144)', async (path) => {
    const answer = await send(world.bot.url + path);
    expect(answer).toMatchObject({ status: 404, text: 'not found\n' });
  });

  it.each(['/', '/healthz', '/api/github/webhooks'])('headers protect %s', async (path) => {
    const { headers } = await send(world.bot.url + path);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('health', () => {
  it.each([
    ['/healthz', true, true, 200],
    ['/healthz', false, true, 503],
    ['/healthz', true, false, 200],
    ['/readyz', true, true, 200],
    ['/readyz', true, false, 503],
  ])('%s when alive is %s and ready is %s', async (path, alive, ready, status) => {
    const one = await startBot({ health: { alive: () => alive, ready: async () => ready } });
    expect((await send(one.bot.url + path)).status).toBe(status);
    await one.bot.close();
  });
});

describe('the server', () => {
  it('asks the handlers in front first, and hides how they fail', async () => {
    const one = await startBot({
      handlers: [
        (request, response) => {
          if (request.url !== '/metrics') return false;
          response.end('hallpass_up 1\n');
          return true;
        },
        async (request) => {
          if (request.url === '/broken') throw new Error('hunter2');
          return false;
        },
      ],
    });
    expect(await send(`${one.bot.url}/metrics`)).toMatchObject({ status: 200, text: 'hallpass_up 1\n' });
    expect(await send(`${one.bot.url}/broken`)).toMatchObject({ status: 500, text: 'failed\n' });
    expect((await deliver(one.bot, opened)).status).toBe(202);
    await one.bot.close();
  });

  it('listens to this machine alone, unless told otherwise', () => {
    expect(new URL(world.bot.url).hostname).toBe('127.0.0.1');
  });

  it('lets a request end before it closes', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = (): void => {};
    const began = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const one = await startBot({
      handlers: [
        async (_, response) => {
          begun();
          await released;
          response.end('done');
          return true;
        },
      ],
    });
    const answer = send(one.bot.url);
    await began;
    const closed = one.bot.close();
    release();
    expect((await answer).text).toBe('done');
    await closed;
    await expect(send(one.bot.url)).rejects.toThrow();
  });

  it('does not wait for ever', async () => {
    let begun = (): void => {};
    const began = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const never = async (): Promise<boolean> => {
      begun();
      return new Promise(() => {});
    };
    const one = await startBot({ handlers: [never], graceMilliseconds: 1 });
    const answer = send(one.bot.url).catch((error: Error) => error);
    await began;
    await one.bot.close();
    expect(await answer).toBeInstanceOf(Error);
  });
});

describe('a bot without a good secret does not start (T080)', () => {
  it.each(['', 'development', 'x'.repeat(31)])('%j', async (webhookSecret) => {
    await expect(startBot({ webhookSecret })).rejects.toMatchObject({ code: 'webhook_secret_weak' });
  });
});
