import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../src/core/notice.js';
import type { Instant } from '../../src/core/time.js';
import type { Notifier } from '../../src/ports/notifier.js';
import {
  answers,
  breaksOff,
  hangs,
  type Manner,
  type Receiver,
  resets,
  SECRET_PATH,
  startReceiver,
  talksForEver,
} from '../support/receiver.js';

export function noticeOf(changes: Partial<Notice> = {}): Notice {
  return {
    event: 'grant_started',
    severity: 'info',
    key: '2026/11/alice-orders-db granted',
    thread: '2026/11/alice-orders-db granted',
    title: 'alice has orders-db-readonly until 2026-11-22 14:00:00 UTC',
    markdown: '🟢 `alice` has `orders-db-readonly`.',
    grant: '2026/11/alice-orders-db',
    subject: 'alice',
    entitlements: ['orders-db-readonly'],
    targets: ['orders-db'],
    rules: ['production-data'],
    pullRequest: 7,
    at: '2026-11-22T12:00:00Z' as Instant,
    link: 'https://github.com/example/access/pull/7',
    ...changes,
  };
}

/** Text that tries to be more than text, in every place somebody else may have a say. */
export const HOSTILE = noticeOf({
  title: '<!channel> <@U123> <https://evil.example|Approve> @here & `*bold*` \u202e\u0000',
  markdown: '<!everyone>'.repeat(20_000),
  grant: '<!here>',
  subject: '<@U123>',
  entitlements: Array.from({ length: 5_000 }, (_, index) => `<!channel>${index}`),
  targets: ['&lt;!channel&gt;'],
});

/** Bytes. No receiver has to take more in one piece. */
const LARGEST_BODY = 32_768;

export interface NotifierUnderTest {
  create(url: string, timeoutMilliseconds: number): Notifier;
  /** Everything a person may see of a body, as one text. */
  textOf(body: string): string;
}

/** What every notifier that posts over HTTP promises (`src/ports/notifier.ts`). */
export function notifierContract(name: string, { create, textOf }: NotifierUnderTest): void {
  describe(`${name} keeps the contract of a notifier`, () => {
    let receiver: Receiver;
    let notifier: Notifier;
    beforeEach(async () => {
      receiver = await startReceiver();
      notifier = create(receiver.url, 5_000);
    });
    afterEach(() => receiver.close());

    it('delivers a notice in one request of JSON', async () => {
      await notifier.deliver(noticeOf());
      const [only, ...others] = receiver.received;
      expect(others).toEqual([]);
      expect(only?.path).toBe(SECRET_PATH);
      expect(only?.headers['content-type']).toBe('application/json');
      for (const part of ['alice has orders-db-readonly', '2026/11/alice-orders-db', 'pull/7'])
        expect(textOf(only?.body ?? '')).toContain(part);
    });

    it.each<[string, Manner, string, object]>([
      ['500', answers(500), 'retry', { code: 'receiver_unavailable', after: 0 }],
      ['503 for a while', answers(503, { 'retry-after': '30' }), 'retry', { after: 30 }],
      ['429', answers(429, { 'retry-after': '7' }), 'retry', { after: 7 }],
      ['429 with nonsense', answers(429, { 'retry-after': '-1e9, soon' }), 'retry', { after: 0 }],
      [
        '429 until long ago',
        answers(429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }),
        'retry',
        { after: 0 },
      ],
      ['a reset', resets, 'retry', { code: 'receiver_unreachable' }],
      ['404', answers(404), 'blocked', { code: 'receiver_refused' }],
      ['403', answers(403), 'blocked', { code: 'receiver_refused' }],
      ['410', answers(410), 'blocked', { code: 'receiver_refused' }],
      ['a redirect', answers(302, { location: '/elsewhere' }), 'blocked', { code: 'receiver_redirects' }],
      [
        'a moved receiver',
        answers(308, { location: '/elsewhere' }),
        'blocked',
        { code: 'receiver_redirects' },
      ],
    ])('says what happens next after %s, and nothing of the address', async (_, manner, fault, more) => {
      receiver.manners.push(manner);
      const error: unknown = await notifier.deliver(noticeOf()).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ fault, ...more });
      expect(JSON.stringify([error, String(error), (error as Error).cause])).not.toContain('canary');
      expect(receiver.received.map(({ path }) => path)).toEqual([SECRET_PATH]);
    });

    it('gives up on a receiver that never answers', async () => {
      receiver.manners.push(hangs);
      await expect(create(receiver.url, 50).deliver(noticeOf())).rejects.toMatchObject({
        fault: 'retry',
        code: 'receiver_timeout',
      });
    });

    it('reads nothing of an answer without end', async () => {
      receiver.manners.push(talksForEver);
      await notifier.deliver(noticeOf());
      await receiver.letGo;
    });

    it('takes a status for an answer, whatever becomes of the rest', async () => {
      receiver.manners.push(breaksOff);
      await expect(notifier.deliver(noticeOf())).resolves.toBeUndefined();
    });

    it('says that nobody is there', async () => {
      await receiver.close();
      await expect(notifier.deliver(noticeOf())).rejects.toMatchObject({ code: 'receiver_unreachable' });
      receiver = await startReceiver();
    });

    it('stays small whatever it is told', async () => {
      await notifier.deliver(HOSTILE);
      const body = receiver.received[0]?.body ?? '';
      expect(Buffer.byteLength(body)).toBeLessThan(LARGEST_BODY);
      expect(() => JSON.parse(body)).not.toThrow();
    });
  });
}
