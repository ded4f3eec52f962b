import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slackNotifier } from '../../../src/adapters/notifier/slack.js';
import { HOSTILE, noticeOf, notifierContract } from '../../contracts/notifier-contract.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

notifierContract('slack', {
  create: (url, timeoutMilliseconds) => slackNotifier({ url, timeoutMilliseconds }),
  textOf: (body) => JSON.parse(body).text,
});

describe('what Slack is sent', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());
  const sent = async (changes = {}): Promise<{ text: string }> => {
    await slackNotifier({ url: receiver.url }).deliver(noticeOf(changes));
    return JSON.parse(receiver.received.at(-1)?.body ?? '');
  };

  it('is a title, a link to the pull request, and what it is about', async () => {
    expect(await sent({ severity: 'critical' })).toEqual({
      text: [
        '🔴 *alice has orders-db-readonly until 2026-11-22 14:00:00 UTC*',
        '<https://github.com/example/access/pull/7|Pull request 7>',
        'Grant: 2026/11/alice-orders-db',
        'Entitlements: orders-db-readonly',
        'Targets: orders-db',
        'Rules: production-data',
      ].join('\n'),
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  it('leads whoever is to approve to where a review is given', async () => {
    const { text } = await sent({ event: 'approval_wanted' });
    expect(text.split('\n')[1]).toBe(
      '<https://github.com/example/access/pull/7/files|Review and approve pull request 7>',
    );
  });

  it('mentions nobody and links to nothing that somebody else wrote (T137)', async () => {
    const { text } = await sent(HOSTILE);
    expect(text.match(/<[^>]*>/g)).toEqual(['<https://github.com/example/access/pull/7|Pull request 7>']);
    expect(text).not.toMatch(/@[A-Za-z]/);
    expect(text.split('\n')[0]?.match(/\*(?!\u2060)/g)).toHaveLength(2);
  });

  it('is cut where it is too long, and keeps its title and its link', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}-${'x'.repeat(60)}`);
    const { text } = await sent({
      title: '&'.repeat(9_000),
      entitlements: names,
      targets: names,
      rules: names,
    });
    expect(text).toHaveLength(3_000);
    expect(text).toContain('*\n<https://github.com/example/access/pull/7|Pull request 7>\n');
  });

  it('has no link where there is no page', async () => {
    const { text } = await sent({ link: null, pullRequest: null, grant: null, rules: [] });
    expect(text).not.toMatch(/[<>]|Grant|Rules/);
  });
});
