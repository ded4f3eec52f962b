import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { ALL_EVENTS, NOTICE_EVENTS, type Notice, URGENT_EVENTS } from '../../src/core/notice.js';
import { NOTICE } from '../../src/documents/schemas/notice.js';
import { parseSettings } from '../../src/documents/settings.js';
import { validatorOf } from '../../src/documents/validator.js';
import {
  approvalWantedText,
  driftAlert,
  overdueAlert,
  quarantineAlert,
  reviewAlert,
} from '../../src/views/alerts.js';
import { titleOf } from '../../src/views/notice-titles.js';
import { bytes, example, problems } from '../documents/documents.js';
import { ID, instant } from './decisions.js';
import { outsideCode } from './markdown.js';

const ABOUT = { id: ID, subject: 'alice', entitlements: ['orders-db-readonly'] };
const DUE = instant('2026-11-22T14:00:00Z');
const page = readFileSync(new URL('../../docs/notices.md', import.meta.url), 'utf8');

describe('alerts', () => {
  it.each([
    ['end-overdue', overdueAlert(ABOUT, { since: DUE, seconds: 300 })],
    ['review-overdue', reviewAlert(ABOUT, DUE)],
    ['quarantined', quarantineAlert(ID)],
    ['drift', driftAlert('orders-db', '2 orphaned, 1 unmanaged')],
    ['approval-wanted', approvalWantedText(ABOUT, ['bob', 'carol'])],
  ])('%s', async (name, text) => {
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/notices/${name}.md`);
  });

  it('mention nobody, whatever they are about', () => {
    const evil = '@all <b> ``` \n# x';
    const about = { id: evil as never, subject: evil, entitlements: [evil] };
    const texts = [
      overdueAlert(about, { since: DUE, seconds: 300 }),
      reviewAlert(about, DUE),
      quarantineAlert(evil),
      driftAlert(evil, evil),
      approvalWantedText(about, [evil]),
    ];
    for (const text of texts)
      for (const line of text.split('\n')) expect(outsideCode(line)).not.toMatch(/[@<#]/);
  });
});

describe('titles', () => {
  it.each(ALL_EVENTS)('of %s are one short line without anything unseen', (event) => {
    const evil = 'a\nb\u202e\u0000'.repeat(500);
    const title = titleOf(event, {
      id: evil,
      subject: evil,
      entitlements: [evil, evil],
      code: evil,
      at: DUE,
    });
    expect(title).not.toMatch(/[\p{C}\n]/u);
    expect(title.length).toBeLessThan(300);
  });

  it('read well', async () => {
    const facts = { ...ABOUT, at: DUE, code: 'expired', seconds: 4_980 };
    const lines = ALL_EVENTS.map((event) => `${event}: ${titleOf(event, facts)}`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../golden/notices/titles.txt');
  });
});

describe('the page of notices', () => {
  it('says of every event how bad it is and who gets it', () => {
    const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (info|warning|critical) \| .*? \| (yes)? ?\|/gm)];
    expect(rows.map(([, event, severity, urgent]) => [event, severity, urgent !== undefined])).toEqual(
      ALL_EVENTS.map((event) => [event, NOTICE_EVENTS[event].severity, URGENT_EVENTS.includes(event)]),
    );
  });

  it('has settings that are read without a word', () => {
    const [, text = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(page) ?? [];
    expect(problems(parseSettings(bytes(`${example('settings')}${text}`), 'x', providerKinds))).toEqual([]);
  });

  it('has an example of the published shape, worded as it is', () => {
    const [, text = ''] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const message = JSON.parse(text);
    const validate = validatorOf(NOTICE);
    expect(validate(message) || validate.errors).toBe(true);
    const about = { ...ABOUT, id: message.data.grant as Notice['grant'] as never };
    expect(message.data.markdown).toBe(overdueAlert(about, { since: DUE, seconds: 300 }));
    expect(message.data.title).toBe(titleOf('end_overdue', { ...about, at: DUE, seconds: 300 }));
  });
});
