import { describe, expect, it } from 'vitest';
import type { RequestId } from '../../src/core/request.js';
import { type GrantRow, grantsTable } from '../../src/views/grants-table.js';
import { planText } from '../../src/views/plan-text.js';
import { span, utc } from '../../src/views/time-text.js';
import { HEAD, ID, instant } from './decisions.js';

const NOW = instant('2026-11-22T12:00:00Z');

const ROW: GrantRow = {
  id: ID,
  subject: 'alice',
  requester: 'alice',
  entitlement: 'orders-db-readonly',
  target: 'orders-db',
  state: 'active',
  starts_at: instant('2026-11-22T11:00:00Z'),
  expires_at: instant('2026-11-22T13:23:45Z'),
  ended_at: null,
  reason: null,
  late_seconds: null,
  justification: 'INC-1',
  ticket: null,
  rules: ['production-data'],
  approved_by: ['bob', 'carol'],
  approvals: [],
  break_glass: false,
  preexisting: false,
  pull_request: 7,
};

describe('grants table', () => {
  it.each<readonly [string, Partial<GrantRow>, string]>([
    ['time left', {}, '1 h 23 min'],
    ['overdue', { expires_at: NOW, state: 'ending' }, 'overdue by 0 s'],
    ['late', { expires_at: instant('2026-11-22T11:57:00Z') }, 'overdue by 3 min'],
    ['not yet', { state: 'scheduled', starts_at: instant('2026-11-23T14:00:00Z') }, 'starts in 1 d 2 h'],
    [
      'active, by a clock that is behind its start',
      { starts_at: instant('2026-11-22T12:30:00Z') },
      '1 h 23 min',
    ],
    [
      'ended',
      { state: 'ended', ended_at: instant('2026-11-22T11:30:00Z'), reason: 'revoked' },
      'revoked 2026-11-22 11:30:00 UTC',
    ],
    ['void', { state: 'void', reason: 'missed' }, 'missed'],
    ['refused', { state: 'refused', expires_at: null, starts_at: null, target: null }, '-'],
  ])('says what is left: %s', (_name, changes, left) => {
    const [head = '', line = ''] = grantsTable([{ ...ROW, ...changes }], NOW).split('\n');
    expect(line.slice(head.indexOf('LEFT'), head.indexOf('GRANT')).trim()).toBe(left);
  });

  it.each<readonly [string, Partial<GrantRow>, string]>([
    ['people', {}, 'production-data by bob, carol'],
    ['a rule alone', { approved_by: [] }, 'production-data'],
    ['several rules', { rules: ['a', 'b'], approved_by: ['bob'] }, 'a, b by bob'],
    ['no rule at all', { rules: [], approved_by: [] }, '-'],
  ])('says by what it was granted: %s', (_name, changes, why) => {
    const [head = '', line = ''] = grantsTable([{ ...ROW, ...changes }], NOW).split('\n');
    expect(line.slice(head.indexOf('WHY'))).toBe(why);
  });

  it('is aligned, safe and paints what is overdue', () => {
    const rows = [ROW, { ...ROW, subject: '\u001b[31mroot\nx', break_glass: true, expires_at: NOW }];
    const lines = grantsTable(rows, NOW, (style, text) => `${style}(${text})`).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^bad\(\\u\{1b\}\[31mroot ↵ x {2}orders-db-readonly .*active \(break-glass\)/);
    expect(lines[1]?.indexOf('orders-db-readonly')).toBe(lines[0]?.indexOf('ENTITLEMENT'));
  });
});

describe('time', () => {
  it.each([
    [0, '0 s'],
    [0.9, '0 s'],
    [59, '59 s'],
    [61, '1 min 1 s'],
    [3_600, '1 h'],
    [90_061, '1 d 1 h'],
    [-185, '3 min 5 s'],
  ])('%d s is %s', (seconds, text) => {
    expect(span(seconds)).toBe(text);
  });

  it('names its zone', () => {
    expect(utc(NOW)).toBe('2026-11-22 12:00:00 UTC');
  });
});

describe('plan', () => {
  it('says every kind of step', () => {
    const about = { id: ID as RequestId, entitlement: 'orders-db-readonly' };
    const holding = { target: 'orders-db', subject: 'alice_\u001bro', grant: {} };
    const text = planText({
      steps: [
        { step: 'revoke', ...about, holding, reason: 'expired', overdueSince: NOW },
        { step: 'release', ...about, holding, reason: 'expired', because: 'covered' },
        { step: 'void', ...about, reason: 'missed' },
        { step: 'start', ...about, holding },
        { step: 'look', ...about, holding },
        { step: 'grant', ...about, holding, until: NOW, because: 'intended' },
      ],
    });
    expect(text.split('\n').map((line) => line.split(/ +/)[0])).toEqual([
      'revoke',
      'release',
      'void',
      'start',
      'look',
      'grant',
    ]);
    expect(text).toContain('orders-db-readonly of 2026/11/alice-orders-db from alice_\\u{1b}ro on orders-db');
    expect(planText({ steps: [] })).toBe('Nothing to do.');
    expect(planText({ steps: [], landings: [HEAD] })).toBe('decide   on what landed in aaaaaaaaaaaa');
  });
});
