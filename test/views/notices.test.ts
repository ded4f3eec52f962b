import { describe, expect, it } from 'vitest';
import {
  endedNotice,
  extensionHint,
  grantedNotice,
  overdueNotice,
  refusedNotice,
  voidedNotice,
} from '../../src/views/notices.js';
import { DENIED, ID, instant } from './decisions.js';
import { outsideCode } from './markdown.js';

const ABOUT = { id: ID, subject: 'alice', entitlements: ['orders-db-readonly', 'orders-db-admin'] };
const DUE = instant('2026-11-22T14:00:00Z');

describe('notices', () => {
  it.each([
    ['granted', grantedNotice(ABOUT, DUE, false)],
    ['granted-without-expiry', grantedNotice(ABOUT, DUE, true)],
    ['ended', endedNotice(ABOUT, { reason: 'expired', at: DUE, due: DUE })],
    ['ended-late', endedNotice(ABOUT, { reason: 'expired', at: instant('2026-11-22T14:03:05Z'), due: DUE })],
    [
      'ended-early',
      endedNotice(ABOUT, { reason: 'revoked', at: instant('2026-11-22T13:00:00Z'), due: DUE, by: 'bob' }),
    ],
    ['refused', refusedNotice(ABOUT, DENIED.findings)],
    ['missed', voidedNotice(ABOUT, 'missed')],
    [
      'overdue',
      overdueNotice(ABOUT, DUE, { message: 'orders-db does not answer.', unblock: 'Bring it back.' }),
    ],
    ['extend', extensionHint(ABOUT, { until: DUE, now: instant('2026-11-22T13:45:00Z'), duration: '2h' })],
  ])('%s', async (name, text) => {
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/notices/${name}.md`);
  });

  it('mentions nobody, whatever it is about', () => {
    const evil = '@all <b> ``` \n# x';
    const about = { id: evil as never, subject: evil, entitlements: [evil] };
    const fault = { message: evil, unblock: evil };
    const texts = [
      grantedNotice(about, DUE, true),
      endedNotice(about, { reason: 'revoked', at: DUE, due: DUE, by: evil }),
      refusedNotice(about, [{ ...DENIED.findings[0]!, ...fault }]),
      voidedNotice(about, 'revoked'),
      overdueNotice(about, DUE, fault),
    ];
    for (const text of texts)
      for (const line of text.split('\n')) expect(outsideCode(line)).not.toMatch(/[@<#`]/);
  });

  it('keeps what is copied inside its fence', () => {
    const hint = extensionHint({ ...ABOUT, subject: '````\n@all' }, { until: DUE, now: DUE, duration: '2h' });
    expect(hint).toMatch(/\n`````yaml\n[\s\S]*subject: ```` ↵ @all\n[\s\S]*\n`````$/);
  });
});
