import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kind } from '../../../../src/adapters/providers/webhook/kind.js';
import { addSeconds } from '../../../../src/core/time.js';
import { Blocked, isFault, Retry } from '../../../../src/ports/fault.js';
import { holding, NOW, webhookProvider } from './harness.js';
import { isSigned, type Misbehave, newSecret, startReceiver, type TestReceiver } from './receiver.js';

let receiver: TestReceiver;
let elsewhere: TestReceiver;
beforeEach(async () => {
  receiver = await startReceiver();
  elsewhere = await startReceiver();
});
afterEach(() => Promise.all([receiver.close(), elsewhere.close()]));

const HOLDING = holding('alice', { seat: 'reader' });
const AT = addSeconds(NOW, 3_600);
const JSON_TYPE = { 'content-type': 'application/json' };

async function grantFault(connection: { timeout_seconds?: number } = {}): Promise<unknown> {
  const provider = await webhookProvider(receiver, { timeout_seconds: 20, ...connection });
  return provider.grant(HOLDING, AT, 'key').catch((error: unknown) => error);
}
const said = (error: unknown) => (isFault(error) ? `${error.fault} ${error.code}` : error);

const replying =
  (status: number, headers: Readonly<Record<string, string>> = {}, body?: string): Misbehave =>
  (response, answer) => {
    response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body ?? answer);
    return 'done';
  };

describe('a receiver that misbehaves', () => {
  const soon = { timeout_seconds: 0.3 };
  /** Long enough for the first answer to come, on a busy machine too. */
  const later = { timeout_seconds: 2 };
  it.each<[string, () => Misbehave, string, object?]>([
    ['is broken', () => replying(500), 'retry unavailable'],
    ['is away', () => replying(503, { 'retry-after': '7' }), 'retry unavailable'],
    ['limits us', () => replying(429), 'retry limited'],
    ['is busy with the same', () => replying(409), 'retry conflict'],
    ['does not know us', () => replying(401), 'blocked credentials'],
    ['forbids it', () => replying(403), 'blocked credentials'],
    ['is not there', () => replying(404), 'blocked not_found'],
    ['is gone', () => replying(410), 'blocked not_found'],
    ['does not understand', () => replying(422), 'blocked refused'],
    ['says nothing', () => replying(204), 'blocked bad_answer'],
    ['has created something', () => replying(201), 'blocked bad_answer'],
    ['redirects to another origin', () => replying(307, { location: elsewhere.url }), 'blocked redirected'],
    ['redirects to itself', () => replying(302, { location: '/hallpass' }), 'blocked redirected'],
    ['defers to another origin', () => replying(202, { location: elsewhere.url }), 'blocked bad_answer'],
    [
      'defers to another scheme',
      () => replying(202, { location: 'file:///etc/passwd' }),
      'blocked bad_answer',
    ],
    ['defers to another port', () => replying(202, { location: '//127.0.0.1:1/' }), 'blocked bad_answer'],
    ['defers to nowhere', () => replying(202), 'blocked bad_answer'],
    [
      'defers with a password',
      () => replying(202, { location: receiver.url.replace('//', '//a:b@') }),
      'blocked bad_answer',
    ],
    [
      'defers for ever',
      () => replying(202, { location: '/later', 'retry-after': '0' }),
      'retry pending',
      later,
    ],
    [
      'defers until tomorrow',
      () => replying(202, { location: '/later', 'retry-after': '86400' }),
      'retry pending',
      later,
    ],
    ['is a web page', () => replying(200, { 'content-type': 'text/html' }, '<html>'), 'blocked bad_answer'],
    ['has no type', () => replying(200, { 'content-type': '' }), 'blocked bad_answer'],
    ['is no JSON', () => replying(200, {}, 'hello'), 'blocked bad_answer'],
    ['answers two documents', () => replying(200, {}, '{}{}'), 'blocked bad_answer'],
    ['answers nothing', () => replying(200, {}, ''), 'blocked bad_answer'],
    ['answers without end', () => replying(200, {}, 'x'.repeat(1_100_000)), 'blocked answer_too_large'],
    [
      'answers another call',
      () => (response, answer) =>
        replying(200, {}, answer.replace('msg_', 'msg_x'))(response, answer, never()),
      'blocked bad_answer',
    ],
    ['hangs', () => () => 'done', 'retry timeout', soon],
    [
      'drips',
      () => (response) => {
        response.writeHead(200, JSON_TYPE);
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
        return 'done';
      },
      'retry timeout',
      soon,
    ],
    [
      'cuts the connection',
      () => (response) => {
        response.destroy();
        return 'done';
      },
      'retry unreachable',
    ],
    [
      'cuts the answer off',
      () => (response, answer) => {
        response.writeHead(200, { ...JSON_TYPE, 'content-length': String(answer.length) });
        response.write(answer.slice(0, 10), () => response.destroy());
        return 'done';
      },
      'retry unreachable',
    ],
  ])('%s', async (_, misbehave, expected, connection) => {
    receiver.misbehave = misbehave();
    expect(said(await grantFault(connection))).toBe(expected);
    expect(elsewhere.seen).toEqual([]);
  });

  it('is waited for as long as it asks', async () => {
    receiver.misbehave = replying(503, { 'retry-after': '7' });
    expect(await grantFault()).toMatchObject({ after: 7 });
    receiver.misbehave = replying(429, { 'retry-after': '999999999' });
    expect(((await grantFault()) as Retry).after).toBeLessThanOrEqual(3_600);
  });

  it('is not there at all', async () => {
    await receiver.close();
    expect(said(await grantFault())).toBe('retry unreachable');
    receiver = await startReceiver();
  });
});

function never(): never {
  return undefined as never;
}

describe('the id of a message', () => {
  const ids = () =>
    receiver.seen.filter(({ method }) => method === 'POST').map(({ headers }) => headers['webhook-id']);

  it('stays the same until it is answered, so that a receiver need not do it twice', async () => {
    const provider = await webhookProvider(receiver);
    receiver.misbehave = (response) => {
      receiver.misbehave = undefined;
      response.destroy();
      return 'done';
    };
    await expect(provider.grant(HOLDING, AT, 'key')).rejects.toBeInstanceOf(Retry);
    // What was remembered for the lost answer says that this call changed it.
    expect(await provider.grant(HOLDING, AT, 'key')).toMatchObject({ changed: true });
    expect(await provider.grant(HOLDING, AT, 'key')).toMatchObject({ changed: false });
    const [first, second, third] = ids();
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('is another one once something came back, however bad', async () => {
    const provider = await webhookProvider(receiver);
    receiver.misbehave = replying(200, {}, 'hello');
    await expect(provider.revoke(HOLDING, null)).rejects.toBeInstanceOf(Blocked);
    receiver.misbehave = undefined;
    await provider.revoke(HOLDING, null);
    expect(new Set(ids()).size).toBe(2);
  });

  it('is another one for another end, or the call before it', async () => {
    const provider = await webhookProvider(receiver);
    const lose: Misbehave = (response) => {
      receiver.misbehave = undefined;
      response.destroy();
      return 'done';
    };
    await provider.grant(HOLDING, AT, 'key');
    receiver.misbehave = lose;
    await expect(provider.revoke(HOLDING, null)).rejects.toBeInstanceOf(Retry);
    await provider.grant(HOLDING, AT, 'another');
    // A receiver that remembers would otherwise answer with the old end, and do nothing.
    expect(await provider.revoke(HOLDING, null)).toEqual({ changed: true });
    expect(receiver.rows).toEqual([]);
    expect(new Set(ids()).size).toBe(ids().length);
  });

  it('is signed together with the time and the body', async () => {
    const provider = await webhookProvider(receiver);
    await provider.grant(HOLDING, AT, 'key');
    const [{ headers, body } = never()] = receiver.seen;
    expect(headers).toMatchObject({
      'webhook-timestamp': String(Date.parse(NOW) / 1_000),
      'content-type': 'application/json',
    });
    expect(headers['webhook-id']).toBe(JSON.parse(body).id);
    for (const changed of [
      { headers: { ...headers, 'webhook-id': 'msg_other' } },
      { headers: { ...headers, 'webhook-timestamp': '1' } },
    ])
      expect(isSigned(changed, body, receiver.secret)).toBe(false);
    expect(isSigned({ headers }, body.replace('alice', 'mallory'), receiver.secret)).toBe(false);
  });
});

describe('rotation', () => {
  it('goes on while the receiver knows either secret', async () => {
    const next = newSecret();
    const both = await webhookProvider(receiver, { secrets: `${next}\n${receiver.secret}\n` });
    await both.observe([HOLDING]);
    receiver.secrets.add(next);
    await both.observe([HOLDING]);
    receiver.secrets.delete(receiver.secret);
    await both.observe([HOLDING]);
    expect(receiver.seen.map(({ signed }) => signed)).toEqual([true, true, true]);
  });

  it('polls are signed as well', async () => {
    const deferred = await startReceiver({ deferred: true });
    const provider = await webhookProvider(deferred);
    await provider.observe([HOLDING]);
    await deferred.close();
    expect(deferred.seen.map(({ method, signed }) => [method, signed])).toEqual([
      ['POST', true],
      ['GET', true],
    ]);
  });
});

describe('a connection', () => {
  it.each([
    ['http in the open', { url: 'http://receiver.example.com/' }],
    ['another scheme', { url: 'ftp://127.0.0.1/' }],
    ['a password in the address', { url: 'https://a:b@receiver.example.com/' }],
    ['no address', { url: 'https://' }],
    ['no secret', { secrets: '' }],
    ['a short secret', { secrets: 'whsec_c2hvcnQ=' }],
    ['a secret without its mark', { secrets: Buffer.alloc(32).toString('base64') }],
    ['a good secret beside a bad one', { secrets: `${newSecret()}\nhunter2` }],
  ])('with %s is refused, and never says the secret', async (_, connection) => {
    const error = await webhookProvider(receiver, connection).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(Blocked);
    expect(String(error)).not.toMatch(/hunter2|c2hvcnQ/);
  });

  it('hides its secrets in the schema', () => {
    expect(kind.connectionSchema).toMatchObject({
      properties: { secrets: { writeOnly: true }, ca: { writeOnly: true } },
    });
  });
});
