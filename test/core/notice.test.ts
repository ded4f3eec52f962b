import { describe, expect, it } from 'vitest';
import {
  ALL_EVENTS,
  isNotice,
  type NoticeFilter,
  URGENT_EVENTS,
  wantsNotice,
} from '../../src/core/notice.js';
import { noticeOf } from '../contracts/notifier-contract.js';

const ALL = { events: ALL_EVENTS };

describe('who wants a notice', () => {
  it.each<[string, NoticeFilter, boolean]>([
    ['everything', ALL, true],
    ['another event', { events: ['violation'] }, false],
    ['no event', { events: [] }, false],
    ['its entitlement', { ...ALL, entitlements: ['orders-db-readonly'] }, true],
    ['its prefix', { ...ALL, entitlements: ['billing-*', 'orders-db-*'] }, true],
    ['any entitlement', { ...ALL, entitlements: ['*'] }, true],
    ['another entitlement', { ...ALL, entitlements: ['orders-db-readonlyx', 'billing-*'] }, false],
    ['its target', { ...ALL, targets: ['orders-db'] }, true],
    ['another target', { ...ALL, targets: ['orders'] }, false],
    ['its rule', { ...ALL, rules: ['production-data'] }, true],
    ['another rule', { ...ALL, rules: ['production-*'] }, false],
    ['its entitlement on another target', { ...ALL, entitlements: ['*'], targets: ['aws'] }, false],
  ])('who asks for %s', (_, filter, wanted) => {
    expect(wantsNotice(filter, noticeOf())).toBe(wanted);
  });

  it('whoever wants the event, when the notice names nothing to go by', () => {
    const violation = noticeOf({ event: 'violation', entitlements: [], targets: [], rules: [] });
    const narrow = { events: URGENT_EVENTS, entitlements: ['billing-*'], targets: ['aws'], rules: ['x'] };
    expect(wantsNotice(narrow, violation)).toBe(true);
  });
});

describe('what was stored', () => {
  it('is a notice when all of it is there', () => {
    expect(isNotice(JSON.parse(JSON.stringify(noticeOf())))).toBe(true);
    expect(isNotice(noticeOf({ grant: null, subject: null, link: null, pullRequest: null }))).toBe(true);
  });

  it.each([
    null,
    'text',
    [],
    {},
    { ...noticeOf(), event: 'constructor' },
    { ...noticeOf(), event: 'toString' },
    { ...noticeOf(), key: 7 },
    { ...noticeOf(), targets: 'orders-db' },
    { ...noticeOf(), targets: [1] },
    { ...noticeOf(), pullRequest: '7' },
    { ...noticeOf(), link: undefined },
  ])('is none otherwise: %j', (value) => expect(isNotice(value)).toBe(false));

  it.each(Object.keys(noticeOf()))('is none without %s', (field) => {
    expect(isNotice({ ...noticeOf(), [field]: undefined })).toBe(false);
  });
});
