import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_EVENTS, URGENT_EVENTS } from '../../src/core/notice.js';
import { NOTICE } from '../../src/documents/schemas/notice.js';
import { validatorOf } from '../../src/documents/validator.js';
import { answers, type Receiver, startReceiver } from '../support/receiver.js';
import { type Scenario, startScenario } from './scenario.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let siem: Receiver;
let channel: Receiver;
let elsewhere: Receiver;
let scenario: Scenario;
beforeEach(async () => {
  [siem, channel, elsewhere] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
  const slack = { kind: 'slack', secrets: [] } as const;
  scenario = await startScenario({
    receivers: [
      { name: 'siem', kind: 'webhook', url: siem.url, secrets: [SECRET], filter: { events: ALL_EVENTS } },
      { name: 'channel', ...slack, url: channel.url, filter: { events: URGENT_EVENTS } },
      {
        name: 'elsewhere',
        ...slack,
        url: elsewhere.url,
        filter: { events: ALL_EVENTS, entitlements: ['orders-deployers'] },
      },
    ],
  });
});
afterEach(async () => {
  await scenario.close();
  await Promise.all([siem.close(), channel.close(), elsewhere.close()]);
});

/** What was told so far, in order, each message proved to be ours and of the published shape. */
function told(): string[] {
  const validate = validatorOf(NOTICE);
  const ids = siem.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(ids.length);
  return siem.received.map(({ headers, body }) => {
    // The scenario's clock is hours ahead, so the verifier's own tolerance of minutes cannot be asked.
    const sent = new Date(Number(headers['webhook-timestamp']) * 1_000);
    expect(new Webhook(SECRET).sign(String(headers['webhook-id']), sent, body)).toBe(
      headers['webhook-signature'],
    );
    const message = JSON.parse(body);
    expect(validate(message) || validate.errors).toBe(true);
    return message.type.replace('hallpass.', '');
  });
}

const titles = (receiver: Receiver): string[] =>
  receiver.received.map(({ body }) => JSON.parse(body).text.split('\n')[0]);

async function granted(name: string): Promise<number> {
  const pull = await scenario.ask('alice', name);
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
  return pull;
}

/** Everything that runs on its own, again, and a start after a crash. */
async function again(): Promise<void> {
  await scenario.pass();
  scenario.world.running.hints.sweep();
  await scenario.world.settled();
  await scenario.world.restart();
  await scenario.world.settled();
  await scenario.pass();
}

describe('what is told', () => {
  it('of a whole life, each thing once, whatever runs again', async () => {
    const pull = await granted('look');
    await scenario.after(2_700);
    await again();
    await scenario.after(900);
    await again();
    expect(told()).toEqual(['approval_wanted', 'grant_started', 'grant_ends_soon', 'grant_ended']);
    expect(titles(channel)).toEqual(['🔵 *alice asks for orders-db-readonly and needs approval*']);
    expect(channel.received[0]?.body).toContain(
      `${scenario.world.github.url}/acme/access/pull/${pull}/files|`,
    );
    expect(elsewhere.received).toEqual([]);
    expect(await scenario.comments(pull)).toHaveLength(4);
  });

  it('of an end that does not come: after minutes, then every hour, until it is over', async () => {
    const pull = await granted('look');
    scenario.target.neverExpires = true;
    scenario.target.refusing = true;
    await scenario.after(3_600);
    await scenario.after(299);
    const before = told();
    expect(before).toContain('end_failed');
    expect(before).not.toContain('end_overdue');
    // The lane of ends alone says it: a pass may hang at the review host.
    scenario.clock.advance(1);
    scenario.world.running.hints.ends();
    await scenario.world.settled();
    expect(told().filter((event) => event === 'end_overdue')).toHaveLength(1);
    await again();
    expect(told().filter((event) => event === 'end_overdue')).toHaveLength(1);
    await scenario.after(3_600);
    await scenario.pass();
    expect(told().filter((event) => event === 'end_overdue')).toHaveLength(2);
    scenario.target.refusing = false;
    await scenario.after(60);
    await again();
    expect(told().slice(-2)).toEqual(['end_overdue', 'grant_ended']);
    expect(titles(channel).slice(-2)).toEqual([
      '🔴 *Overdue for 5 min: alice may still have orders-db-readonly*',
      '🔴 *Overdue for 1 h 5 min: alice may still have orders-db-readonly*',
    ]);
    const comments = await scenario.comments(pull);
    expect(comments.filter((body) => body.includes('ago, and is not known to be gone'))).toHaveLength(1);
  });

  it('of what nobody approved, at once and to all who want alarms', async () => {
    const root = scenario.world.github.as('root');
    await root.push('main', { [scenario.path('mine')]: scenario.document() });
    await scenario.world.settled();
    await again();
    expect(told()).toEqual(['violation']);
    expect(titles(channel)).toEqual([expect.stringMatching(/^🔴 \*Commit [0-9a-f]{12} reached/)]);
    expect(elsewhere.received).toHaveLength(1);
  });

  it('of break-glass at once, and of its review when that is late', async () => {
    await scenario.ask('alice', 'fire', { more: ['break_glass: true'] });
    await scenario.after(3_600);
    expect(told()).toEqual(['break_glass', 'grant_started', 'grant_ended']);
    scenario.clock.advance(24 * 3_600);
    await again();
    expect(told().slice(3)).toEqual(['review_overdue']);
    expect(titles(channel)).toEqual([
      expect.stringMatching(/^🔴 \*Break-glass: alice gets orders-db-readonly without approval/),
      expect.stringMatching(/^🟡 \*The review of break-glass grant .*fire was due 1 h/),
    ]);
  });

  it('after a restart, when the receiver was away, under the id it had', async () => {
    siem.manners.push(answers(503));
    await scenario.ask('alice', 'look');
    expect(siem.received).toHaveLength(1);
    await scenario.world.restart();
    await scenario.world.settled();
    const [first, second, ...more] = siem.received.map(({ headers }) => headers['webhook-id']);
    expect(more).toEqual([]);
    expect(second).toBe(first);
  });
});
