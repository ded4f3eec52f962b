import { describe, expect, it } from 'vitest';
import type { Entry, GrantEvent } from '../../../src/core/grant.js';
import { dueEndOf, lateSeconds } from '../../../src/core/lifecycle/lateness.js';
import { approvalTimes, grantsOverTime, lateness } from '../../../src/core/report/charts.js';
import { type ReportedGrant, reportedGrant } from '../../../src/core/report/grant.js';
import type { EvidenceReport } from '../../../src/core/report/report.js';
import { totalsOf } from '../../../src/core/report/totals.js';
import type { Instant } from '../../../src/core/time.js';
import { account, at, entry, LIFE, NOON, oid } from '../../app/entries.js';

const PERIOD = { from: null, to: at(600) };
const ABOUT = { entitlement: 'orders-db-readonly' };

function grant(events: readonly GrantEvent[] = LIFE, changes: Partial<Entry> = {}): ReportedGrant {
  const reported = reportedGrant(entry(events, changes), undefined, PERIOD);
  if (reported === undefined) throw new Error('it lies in the period');
  return reported;
}

function report(grants: readonly ReportedGrant[]): EvidenceReport {
  const accessReviews = { items: [], adopted: [] };
  const none = { refused: [], violations: [], orphans: [], accessReviews, changes: [], unread: [] };
  const verification = { kind: 'not_verified', why: '' } as const;
  return { period: PERIOD, ledger: oid('a'), main: oid('b'), verification, grants, ...none };
}

/** A grant that ended so many minutes after noon; it was due at 120. */
const endedAt = (minutes: number, changes: Partial<Entry> = {}) =>
  grant([...LIFE.slice(0, 3), { event: 'ended', at: at(minutes), ...ABOUT, reason: 'expired' }], changes);

describe('when access was due to end', () => {
  const asked = (minutes: number): GrantEvent => ({
    event: 'end_requested',
    at: at(minutes),
    reason: 'revoked',
  });
  it.each<readonly [string, readonly GrantEvent[], Instant]>([
    ['its window', [], at(120)],
    ['when somebody asked before', [asked(30)], at(30)],
    ['when the first of two asked', [asked(30), asked(20)], at(20)],
    ['its window, when somebody asked after', [asked(150)], at(120)],
  ])('%s', (_name, events, due) => {
    expect(dueEndOf(entry([]), events)).toBe(due);
  });

  it('is never for what was refused', () => {
    const { window: _, ...refused } = entry([]);
    expect(dueEndOf(refused, [])).toBeUndefined();
  });

  it('is not early late', () => {
    expect([lateSeconds(at(2), at(1)), lateSeconds(at(1), at(1)), lateSeconds(at(1), at(2))]).toEqual([
      0, 0, 60,
    ]);
  });
});

describe('what is reported of a grant', () => {
  it.each<readonly [string, readonly GrantEvent[], object]>([
    [
      'in time',
      [...LIFE.slice(0, 3), { event: 'ended', at: at(120), ...ABOUT, reason: 'expired' }],
      { state: 'ended', lateSeconds: 0 },
    ],
    ['late', LIFE, { state: 'ended', endedAt: at(121), reason: 'expired', lateSeconds: 60 }],
    ['never ended', LIFE.slice(0, 3), { state: 'active', endedAt: null, lateSeconds: 28_800 }],
    [
      'taken over before its end',
      [...LIFE.slice(0, 3), { event: 'ended', at: at(60), ...ABOUT, reason: 'superseded' }],
      { lateSeconds: null, reason: 'superseded' },
    ],
    [
      'missed',
      [...LIFE.slice(0, 1), { event: 'voided', at: at(130), ...ABOUT, reason: 'missed' }],
      { state: 'void', lateSeconds: null },
    ],
    [
      'hindered',
      [
        ...LIFE.slice(0, 3),
        { event: 'faulted', at: at(121), ...ABOUT, code: 'away' },
        { event: 'faulted', at: at(122), ...ABOUT, code: 'away' },
      ],
      { faults: ['away'] },
    ],
  ])('%s', (_name, events, expected) => {
    expect(grant(events).holdings).toMatchObject([expected]);
  });

  it('is nothing before it landed and after it was over', () => {
    expect(reportedGrant(entry(LIFE), undefined, { from: null, to: NOON })).toBeUndefined();
    expect(reportedGrant(entry(LIFE), undefined, { from: at(121), to: at(122) })).toBeDefined();
    expect(reportedGrant(entry(LIFE), undefined, { from: at(122), to: at(123) })).toBeUndefined();
  });

  it('is the ledger as it is while the period is not over, whatever our clock says', () => {
    const open = { from: null, to: at(-60), open: true as const };
    expect(reportedGrant(entry(LIFE), undefined, open)?.holdings).toMatchObject([
      { endedAt: at(121), lateSeconds: 60 },
    ]);
    expect(reportedGrant(entry(LIFE.slice(0, 3)), undefined, open)?.holdings).toMatchObject([
      { lateSeconds: null },
    ]);
  });

  it('goes on as long as a review is owed', () => {
    const later = { from: at(400), to: at(600) };
    const owed: GrantEvent = { event: 'review_due', at: NOON, due: at(500) };
    const given: GrantEvent = { event: 'reviewed', at: at(300), by: account('carol', 3), code: 'approved' };
    expect(reportedGrant(entry([...LIFE, owed], { breakGlass: true }), undefined, later)).toBeDefined();
    expect(
      reportedGrant(entry([...LIFE, owed, given], { breakGlass: true }), undefined, later),
    ).toBeUndefined();
  });
});

describe('the numbers', () => {
  it('are none of nothing', () => {
    expect(totalsOf(report([]))).toMatchObject({ grants: 0, medianLateSeconds: null, mostLateSeconds: null });
    expect([grantsOverTime, approvalTimes, lateness].map((chart) => chart(report([])))).toEqual([[], [], []]);
  });

  it('count lateness, and never make it look better', () => {
    const totals = totalsOf(report([endedAt(120), endedAt(121), endedAt(126), grant(LIFE.slice(0, 3))]));
    expect(totals).toMatchObject({
      grants: 4,
      subjects: 1,
      live: 1,
      overdue: 1,
      endedLate: 1,
      medianLateSeconds: 60,
      mostLateSeconds: 360,
      medianApprovalSeconds: 480,
    });
    expect(totalsOf(report([endedAt(120), endedAt(121)]))).toMatchObject({ medianLateSeconds: 60 });
  });

  it.each<readonly [string, readonly GrantEvent[], number]>([
    [
      'given in time',
      [
        { event: 'review_due', at: NOON, due: at(300) },
        { event: 'reviewed', at: at(300) },
      ],
      0,
    ],
    [
      'given late',
      [
        { event: 'review_due', at: NOON, due: at(300) },
        { event: 'reviewed', at: at(301) },
      ],
      1,
    ],
    ['not given, and due', [{ event: 'review_due', at: NOON, due: at(300) }], 1],
    ['not given, and not due yet', [{ event: 'review_due', at: NOON, due: at(700) }], 0],
    ['never asked for', [], 1],
  ])('know whether a review is late: %s', (_name, events, late) => {
    const glass = grant([...LIFE, ...events], { breakGlass: true });
    expect(totalsOf(report([glass]))).toMatchObject({ breakGlass: 1, reviewsLate: late });
  });

  it('put every value into one bar', () => {
    const bars = lateness(report([120, 121, 125, 126, 181].map((minutes) => endedAt(minutes))));
    expect(bars.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
    expect(bars.at(-1)?.label).toBe('over 1 h');
  });

  it('leave no day and no month out', () => {
    const landed = (...times: readonly string[]) =>
      report(times.map((one) => ({ ...grant(), landing: { commit: oid('1'), at: one as Instant } })));
    expect(grantsOverTime(landed('2026-02-27T23:59:59Z', '2026-03-01T00:00:00Z'))).toEqual([
      { label: '2026-02-27', count: 1 },
      { label: '2026-02-28', count: 0 },
      { label: '2026-03-01', count: 1 },
    ]);
    const months = grantsOverTime(
      landed('2026-01-31T12:00:00Z', '2026-04-01T00:00:00Z', '2026-04-30T00:00:00Z'),
    );
    expect(months.map(({ label, count }) => `${label} ${count}`)).toEqual([
      '2026-01 1',
      '2026-02 0',
      '2026-03 0',
      '2026-04 2',
    ]);
  });
});
