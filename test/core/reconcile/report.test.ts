import { describe, expect, it } from 'vitest';
import type { Catalog, Entitlement, Target } from '../../../src/core/entitlement.js';
import type { Group } from '../../../src/core/identity.js';
import type { People } from '../../../src/core/people.js';
import type { Drift } from '../../../src/core/reconcile/drift.js';
import { driftKey, groupKey, hasDrift, type Look, reportOf } from '../../../src/core/reconcile/report.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, instantOf } from '../../../src/core/time.js';

const now = instantOf(1_790_000_000);
const group = (...teams: string[]): Group => ({ teams, users: [] });
const abilities = { enumerates: true, nativeExpiry: 'none', endsSessions: true, identity: 'mapped' } as const;
const db: Target = { id: 'db', kind: 'postgres', abilities, owners: group('dba') };

function entitlement(id: string, role: string, owners?: Group): Entitlement {
  return {
    id,
    title: id,
    target: db,
    grant: { role },
    exclusive: true,
    ...(owners === undefined ? {} : { owners }),
  };
}

const entitlements = [
  entitlement('read', 'readonly'),
  entitlement('reports', 'readonly', group('bi')),
  entitlement('write', 'writer', group('bi')),
];
const catalog: Catalog = {
  targets: new Map([['db', db]]),
  entitlements: new Map(entitlements.map((one) => [one.id, one])),
};
const people = new Map(
  [
    ['alice', 'alice_ro'],
    ['bob', 'shared'],
    ['carol', 'shared'],
  ].map(([login = '', name = ''], index) => [
    login,
    { login, id: index, identities: new Map([['db', name]]), attributes: new Map() },
  ]),
) as unknown as People;

const drift = (
  kind: Drift['kind'],
  subject = 'alice_ro',
  role = 'readonly',
  more: Partial<Drift> = {},
): Drift => ({
  kind,
  holding: { target: 'db', subject, grant: { role } },
  ...more,
});
const look = (found: readonly Drift[], more: Partial<Look> = {}): Look => ({
  target: 'db',
  looked: 'whole',
  drift: found,
  managed: found.length,
  ...more,
});
const findings = (found: readonly Drift[], context: Partial<Parameters<typeof reportOf>[1]> = {}) =>
  reportOf([look(found)], { catalog, people, now, firstSeen: new Map(), ...context }).targets[0]?.findings ??
  [];

describe('a drift report', () => {
  it('names every entitlement that coordinates are, and everybody who owns one of them', () => {
    expect(findings([drift('unmanaged')])).toMatchObject([
      { entitlements: ['read', 'reports'], owners: [group('dba'), group('bi')], login: 'alice' },
    ]);
  });

  it('names the one of the grant where there is a grant', () => {
    const id = '2026/11/a' as RequestId;
    expect(
      findings([drift('missing', 'alice_ro', 'readonly', { id, entitlement: 'reports' })]),
    ).toMatchObject([{ entitlements: ['reports'], owners: [group('bi')], id }]);
  });

  it('falls back on the owners of the target for what the catalog has no entitlement for', () => {
    expect(findings([drift('orphaned', 'x', 'gone')])).toMatchObject([
      { entitlements: [], owners: [group('dba')] },
    ]);
    expect(findings([drift('orphaned')], { catalog: { ...catalog, targets: new Map() } })).toHaveLength(1);
  });

  it('names nobody where nobody is named, and guesses no person that two could be', () => {
    const [found] =
      reportOf([look([drift('orphaned', 'shared')])], { now, people, firstSeen: new Map() }).targets[0]
        ?.findings ?? [];
    expect(found).toMatchObject({ owners: [], login: null, entitlements: [] });
  });

  it('says since when, by the claim before what was seen', () => {
    const one = drift('overdue', 'alice_ro', 'readonly', { since: now });
    const two = drift('unmanaged');
    const firstSeen = new Map([one, two].map((each) => [driftKey(each), addSeconds(now, 60)]));
    expect(findings([one, two], { firstSeen }).map(({ since }) => since)).toEqual([now, addSeconds(now, 60)]);
    expect(findings([two]).map(({ since }) => since)).toEqual([null]);
  });

  it.each<[string, Drift[], string[]]>([
    ['few orphans', [drift('orphaned')], ['removed']],
    [
      'too many orphans',
      Array.from({ length: 6 }, (_, index) => drift('orphaned', `s${index}`)),
      Array(6).fill('removed_by_hand'),
    ],
    ['missing', [drift('missing')], ['restored']],
    [
      'missing that was there before',
      [drift('missing', 'a', 'r', { preexisting: true })],
      ['given_back_by_hand'],
    ],
    ['overdue', [drift('overdue')], ['tried_again']],
    ['standing', [drift('unmanaged')], ['adopt_or_remove']],
  ])('says what is next: %s', (_, found, expected) => {
    expect(findings(found).map(({ next }) => next)).toEqual(expected);
  });

  it('puts what is worst first, and does not depend on the order of what was seen', () => {
    const found = [
      drift('missing'),
      drift('unmanaged', 'z'),
      drift('unmanaged', 'a'),
      drift('orphaned'),
      drift('overdue'),
    ];
    const kinds = findings(found).map(({ kind, subject }) => `${kind} ${subject}`);
    expect(kinds).toEqual([
      'overdue alice_ro',
      'orphaned alice_ro',
      'unmanaged a',
      'unmanaged z',
      'missing alice_ro',
    ]);
    expect(findings(found.toReversed())).toEqual(findings(found));
  });

  it('tells a target that is clean from one that could not be looked at', () => {
    const report = reportOf([look([]), look([], { target: 'away', looked: 'not', code: 'unreachable' })], {
      now,
      firstSeen: new Map(),
    });
    expect(report.targets.map(({ target, looked, code }) => [target, looked, code])).toEqual([
      ['away', 'not', 'unreachable'],
      ['db', 'whole', null],
    ]);
    expect(hasDrift(report)).toBe(false);
    expect(hasDrift(reportOf([look([drift('missing')])], { now, firstSeen: new Map() }))).toBe(true);
  });

  it('takes the same owners for the same, in whatever order and case they are written', () => {
    const users = ['Dana', 'bob'] as unknown as Group['users'];
    const reversed = ['BOB', 'dana'] as unknown as Group['users'];
    expect(groupKey({ teams: ['b', 'a'], users })).toBe(groupKey({ teams: ['a', 'b'], users: reversed }));
    expect(groupKey({ teams: ['a'], users: [] })).not.toBe(
      groupKey({ teams: [], users: ['a'] as unknown as Group['users'] }),
    );
  });
});
