import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookNotifier } from '../../../src/adapters/notifier/webhook.js';
import { systemClock } from '../../../src/adapters/system/clock.js';
import { NOTICE } from '../../../src/documents/schemas/notice.js';
import { validatorOf } from '../../../src/documents/validator.js';
import { noticeOf, notifierContract } from '../../contracts/notifier-contract.js';
import { answers, type Receiver, startReceiver } from '../../support/receiver.js';

const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const [OLD, NEW, STRANGE] = [secretOf(1), secretOf(2), secretOf(3)];
const options = { secrets: [OLD], repository: 'example/access', clock: systemClock };

notifierContract('webhook', {
  create: (url, timeoutMilliseconds) => webhookNotifier({ ...options, url, timeoutMilliseconds }),
  textOf: (body) => body,
});

describe('what a webhook carries', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());
  const headersOf = (index = 0) => receiver.received[index]?.headers as Record<string, string>;
  const bodyOf = (index = 0) => receiver.received[index]?.body ?? '';

  it('is signed as Standard Webhooks says, and any change to it is noticed', async () => {
    await webhookNotifier({ ...options, url: receiver.url }).deliver(noticeOf());
    const webhook = new Webhook(OLD);
    expect(webhook.verify(bodyOf(), headersOf())).toMatchObject({ type: 'hallpass.grant_started' });
    const forged = bodyOf().replace('alice', 'mallory');
    const other = { ...headersOf(), 'webhook-id': 'msg_other' };
    const later = {
      ...headersOf(),
      'webhook-timestamp': String(Number(headersOf()['webhook-timestamp']) + 1),
    };
    expect(() => webhook.verify(forged, headersOf())).toThrow(/signature/);
    expect(() => webhook.verify(bodyOf(), other)).toThrow(/signature/);
    expect(() => webhook.verify(bodyOf(), later)).toThrow(/signature/);
    expect(() => new Webhook(STRANGE).verify(bodyOf(), headersOf())).toThrow(/signature/);
  });

  it('is signed with every secret while one takes over from another', async () => {
    await webhookNotifier({ ...options, secrets: [NEW, OLD], url: receiver.url }).deliver(noticeOf());
    for (const secret of [OLD, NEW])
      expect(() => new Webhook(secret).verify(bodyOf(), headersOf())).not.toThrow();
  });

  it('keeps its id when it is tried again, so the receiver can tell', async () => {
    const notifier = webhookNotifier({ ...options, url: receiver.url });
    receiver.manners.push(answers(500));
    await notifier.deliver(noticeOf()).catch(() => {});
    await notifier.deliver(noticeOf());
    await notifier.deliver(noticeOf({ key: 'another' }));
    const ids = [0, 1, 2].map((index) => headersOf(index)['webhook-id']);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(ids[0]).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  it.each([
    ['a grant', noticeOf()],
    [
      'nothing in particular',
      noticeOf({ grant: null, subject: null, pullRequest: null, link: null, rules: [] }),
    ],
    ['more than fits', noticeOf({ markdown: '🔴'.repeat(20_000) })],
  ])('has the shape that is published, about %s', async (_, notice) => {
    await webhookNotifier({ ...options, url: receiver.url }).deliver(notice);
    const validate = validatorOf(NOTICE);
    expect(validate(JSON.parse(bodyOf())) || validate.errors).toBe(true);
  });
});
