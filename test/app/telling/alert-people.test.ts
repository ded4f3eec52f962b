import { describe, expect, it } from 'vitest';
import { alertOfReviews, alertOfSetup, alertPeople } from '../../../src/app/telling/alert-people.js';
import type { Entry, GrantEvent } from '../../../src/core/grant.js';
import type { UnlinkedNotice } from '../../../src/core/notice.js';
import type { Drift } from '../../../src/core/reconcile/drift.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import { account, at, entry } from '../entries.js';

const END = at(120);

function start() {
  const told: UnlinkedNotice[] = [];
  let now = END;
  const rules = {
    branch: 'main',
    allowForks: false,
    revokers: { teams: [], users: [] },
    alertAfterSeconds: 300,
  };
  const deps = {
    clock: { now: () => now },
    notices: { tell: (notice: UnlinkedNotice) => void told.push(notice) },
    rules,
  };
  return {
    deps,
    told,
    /** So many seconds after the end of the grant. */
    later(seconds: number): Instant {
      now = addSeconds(END, seconds);
      return now;
    },
  };
}

const active = (): Entry => {
  const one = entry([]);
  return { ...one, holdings: one.holdings.map((held) => ({ ...held, state: 'active' })) };
};
const NOTHING = { live: [], quarantined: [], drift: [] };

describe('an end that does not come', () => {
  it('is said from the limit on, and by the hour', () => {
    const { deps, told, later } = start();
    const keys = (): Set<string> => new Set(told.map(({ key }) => key));
    for (const [seconds, count] of [
      [299, 0],
      [300, 1],
      [3_899, 1],
      [3_900, 2],
      [7_500, 3],
    ] as const) {
      later(seconds);
      alertPeople(deps, { ...NOTHING, live: [active()] });
      expect(keys().size, `${seconds} seconds`).toBe(count);
    }
    expect(new Set(told.map(({ thread }) => thread)).size).toBe(1);
    expect(told[0]).toMatchObject({
      event: 'end_overdue',
      grant: '2026/11/alice-orders-db',
      entitlements: ['orders-db-readonly'],
      targets: ['orders-db'],
      rules: ['production-data'],
      pullRequest: 7,
    });
  });
});

describe('what stands', () => {
  it('is said once a day: entries that cannot be read', () => {
    const { deps, told, later } = start();
    for (const seconds of [0, 60, 86_400]) {
      later(seconds);
      alertPeople(deps, { ...NOTHING, quarantined: ['2026/11/poison'] });
    }
    expect([...new Set(told.map(({ key }) => key))]).toEqual([
      '2026/11/poison quarantined 2026-11-22',
      '2026/11/poison quarantined 2026-11-23',
    ]);
    expect(told[0]).toMatchObject({ event: 'entry_quarantined', grant: '2026/11/poison', pullRequest: null });
  });

  it('is said of what is set up otherwise than before, but not of what is only to be known', () => {
    const { deps, told } = start();
    const finding = {
      code: 'branch_force_push',
      about: 'main',
      message: 'x',
      risk: 'y.',
      fix: 'z.',
    } as const;
    alertOfSetup(deps, [
      { ...finding, severity: 'critical' },
      { ...finding, about: 'other', severity: 'notice' },
    ]);
    expect(told).toMatchObject([{ event: 'setup_changed', thread: 'setup branch_force_push main' }]);
    expect(told[0]?.markdown).toContain('What to do: z.');
  });

  it('is said by target: drift, by how much there is, and without what is overdue', () => {
    const { deps, told } = start();
    const of = (kind: Drift['kind'], target: string, subject = 'x'): Drift => ({
      kind,
      holding: { target, subject, grant: {} },
    });
    const drift = [
      of('orphaned', 'orders-db'),
      of('unmanaged', 'orders-db'),
      of('orphaned', 'orders-db', 'y'),
      of('missing', 'teams'),
      of('overdue', 'aws'),
    ];
    alertPeople(deps, { ...NOTHING, drift });
    expect(told.map(({ title, targets }) => [title, targets])).toEqual([
      ['Drift on target orders-db: 2 orphaned, 1 unmanaged', ['orders-db']],
      ['Drift on target teams: 1 missing', ['teams']],
    ]);
  });

  it.each<[string, readonly GrantEvent[], number, boolean]>([
    ['not due yet', [{ event: 'review_due', at: at(0), due: END }], -1, false],
    ['due', [{ event: 'review_due', at: at(0), due: END }], 0, true],
    [
      'given',
      [
        { event: 'review_due', at: at(0), due: END },
        { event: 'reviewed', at: at(1), by: account('bob', 1002) },
      ],
      60,
      false,
    ],
    ['owed by nobody', [], 60, false],
  ])('a review that is %s', (_, events, seconds, isSaid) => {
    const { deps, told, later } = start();
    later(seconds);
    alertOfReviews(deps, [{ ...entry([]), breakGlass: true, events }]);
    expect(told.map(({ event }) => event)).toEqual(isSaid ? ['review_overdue'] : []);
  });
});
