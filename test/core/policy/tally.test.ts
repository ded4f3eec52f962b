import { describe, expect, it } from 'vitest';
import type { Entitlement } from '../../../src/core/entitlement.js';
import type { Group, Login } from '../../../src/core/identity.js';
import type { Duration, Instant } from '../../../src/core/time.js';
import {
  account,
  ago,
  approvalGroup,
  approvalsOf,
  approvedBy,
  decide,
  entitlement,
  finding,
  findings,
  group,
  live,
  people,
  review,
  rule,
  team,
  tier,
  type World,
} from './world.js';

const LOW = [entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0 }) })];

function groupsOf(...groups: [Group, number][]): World {
  const effect = approvalsOf(...groups.map(([from, count]) => approvalGroup(from, { count })));
  return { rules: [rule(effect)], entitlements: LOW };
}

describe('distinct people fill the groups', () => {
  it.each<[string, World, string[], string]>([
    ['two of one team', groupsOf([group('dba'), 2]), ['bob', 'erin'], 'approved'],
    ['two of one team, one twice', groupsOf([group('dba'), 2]), ['bob', 'bob'], 'pending'],
    ['one group twice needs two', groupsOf([group('dba'), 1], [group('dba'), 1]), ['bob'], 'pending'],
    ['one group twice has two', groupsOf([group('dba'), 1], [group('dba'), 1]), ['erin', 'bob'], 'approved'],
    [
      'the one who fits both gives way',
      groupsOf([group('dba', 'security'), 1], [group('dba'), 1]),
      ['bob', 'carol'],
      'approved',
    ],
    [
      'a chain of moves',
      groupsOf([group('dba'), 1], [group('dba', 'security'), 1], [group('security'), 1]),
      ['erin', 'bob', 'carol'],
      'approved',
    ],
    [
      'too few for a chain',
      groupsOf([group('dba'), 1], [group('dba', 'security'), 1], [group('security'), 1]),
      ['erin', 'bob'],
      'pending',
    ],
    ['a user beside teams', groupsOf([group('dba', '@dana'), 2]), ['dana', 'bob'], 'approved'],
    ['no groups at all', groupsOf(), ['bob', 'carol'], 'pending'],
    ['a count of nobody', groupsOf([group('dba'), 0]), ['bob'], 'pending'],
    ['a count that is no number', groupsOf([group('dba'), Number.NaN]), ['bob'], 'pending'],
    ['a negative count beside another', groupsOf([group('dba'), 2], [group('dba'), -1]), ['bob'], 'pending'],
  ])('%s', (_, world, approvers, outcome) => {
    expect(decide({ ...world, evidence: approvedBy(...approvers) }).outcome).toBe(outcome);
  });

  it('lets one approval count in several rules, but once in each', () => {
    const rules = [
      rule({ name: 'dbas', ...approvalsOf(approvalGroup(group('dba'))) }),
      rule({ name: 'guards', ...approvalsOf(approvalGroup(group('security'))) }),
    ];
    const decision = decide({ rules, entitlements: LOW, evidence: approvedBy('erin') });
    expect(decision.outcome).toBe('approved');
    expect(decision.approvals.map(({ rule: name, group: index }) => [name, index])).toEqual([
      ['dbas', 0],
      ['guards', 0],
    ]);
  });

  it('says when nobody is left who could fill a group', () => {
    const decision = decide({
      ...groupsOf([group('security'), 2]),
      evidence: { contributors: [account('erin')], ...approvedBy('carol') },
    });
    expect(decision.outcome).toBe('pending');
    expect(decision.groups[0]).toMatchObject({ filledBy: [{ login: 'carol' }], candidates: [] });
    expect(finding(decision, 'approvals')?.unblock).toMatch(/^Nobody can approve, which is not enough/);
  });

  it('says when some are left but not enough', () => {
    const decision = decide({ ...groupsOf([group('dba'), 1], [group('dba'), 1], [group('dba'), 1]) });
    expect(finding(decision, 'approvals')?.unblock).toMatch(
      /^Only bob and erin can approve, which is not enough/,
    );
  });

  it('says so also when those who approved could have filled other groups', () => {
    const decision = decide({
      ...groupsOf([group('dba'), 1], [group('security'), 2]),
      evidence: { teams: [team('dba', 'bob', 'frank'), team('security', 'carol')], ...approvedBy('bob') },
    });
    expect(finding(decision, 'approvals')).toMatchObject({
      message: '1 of 3 approvals for rule two-groups; missing: 2 from team security.',
      unblock: expect.stringMatching(/^Only carol can approve, which is not enough/),
    });
  });

  it('says how many of a group are missing', () => {
    const decision = decide({ ...groupsOf([group('dba'), 2]), evidence: approvedBy('bob') });
    expect(finding(decision, 'approvals')?.message).toContain('missing: 1 from team dba.');
  });

  it('leaves out of the candidates whoever cannot approve', () => {
    const decision = decide({
      ...groupsOf([group('everybody', '@dana', '@ghost', '@known'), 3]),
      people: people(['frank', 7], ['known', 1042]),
      evidence: {
        teams: [team('everybody', 'alice', 'bob', 'carol', 'erin', 'frank')],
        accounts: [account('dana')],
        contributors: [account('alice'), account('erin')],
        ...approvedBy('carol'),
      },
    });
    // alice asks, carol approved, erin contributed, frank is nobody, and ghost has no account.
    expect(decision.groups[0]?.candidates).toEqual([account('bob'), account('dana'), account('known', 1042)]);
  });
});

describe('the floor of a tier', () => {
  const one = rule({ name: 'one', ...approvalsOf(approvalGroup(group('dba'))) });
  const other = rule({ name: 'other', ...approvalsOf(approvalGroup(group('security'))) });
  const tiers = (...counts: number[]): Entitlement[] =>
    ['orders-db-readonly', 'orders-db-admin']
      .slice(0, counts.length)
      .map((id, index) => entitlement(id, { tier: tier({ minApprovals: counts[index] ?? 0 }) }));

  it.each<[string, World, string[], string]>([
    ['one of one', { rules: [one], entitlements: tiers(1) }, ['bob'], 'approved'],
    ['one where two are wanted', { rules: [one], entitlements: tiers(2) }, ['bob'], 'pending'],
    ['more than the groups need', { rules: [one], entitlements: tiers(2) }, ['bob', 'erin'], 'approved'],
    [
      'people of different rules',
      { rules: [one, other], entitlements: tiers(2) },
      ['bob', 'carol'],
      'approved',
    ],
    ['one person in different rules', { rules: [one, other], entitlements: tiers(2) }, ['erin'], 'pending'],
    [
      'somebody without a say does not count',
      { rules: [one], entitlements: tiers(2) },
      ['bob', 'carol'],
      'pending',
    ],
    [
      'a floor that is no number',
      { rules: [one], entitlements: tiers(Number.NaN) },
      ['bob', 'erin'],
      'pending',
    ],
    [
      'the highest floor of several entitlements',
      {
        rules: [one],
        entitlements: tiers(1, 2),
        request: { entitlements: ['orders-db-readonly', 'orders-db-admin'] },
      },
      ['bob'],
      'pending',
    ],
  ])('%s', (_, world, approvers, outcome) => {
    expect(decide({ ...world, evidence: approvedBy(...approvers) }).outcome).toBe(outcome);
  });

  it('counts for an entitlement only who approved it', () => {
    const rules = [
      { ...one, entitlements: ['orders-db-readonly'] },
      { ...other, entitlements: ['orders-db-admin'] },
    ];
    const decision = decide({
      rules,
      entitlements: tiers(2, 1),
      request: { entitlements: ['orders-db-readonly', 'orders-db-admin'] },
      evidence: approvedBy('bob', 'carol'),
    });
    expect(findings(decision, 'floor').map(({ entitlement: id, status }) => [id, status])).toEqual([
      ['orders-db-readonly', 'unsatisfied'],
      ['orders-db-admin', 'satisfied'],
    ]);
  });

  it('counts an approval for everything its rule is about', () => {
    const both = { entitlements: ['orders-db-readonly', 'orders-db-admin'] };
    const decision = decide({
      rules: [one],
      entitlements: tiers(1, 1),
      request: both,
      evidence: approvedBy('bob'),
    });
    expect(decision.outcome).toBe('approved');
  });

  it('is one where there is no tier', () => {
    const { tier: _, ...plain } = entitlement('orders-db-readonly');
    const rules = [rule({ name: 'self', effect: { kind: 'auto_approve' } })];
    expect(decide({ rules: [one], entitlements: [plain], evidence: approvedBy('bob') }).outcome).toBe(
      'approved',
    );
    expect(decide({ rules, entitlements: [plain] }).outcome).toBe('denied');
  });

  it('says how many more it takes, and nothing where it takes nobody', () => {
    const lacking = decide({ rules: [one], entitlements: tiers(3), evidence: approvedBy('bob') });
    expect(finding(lacking, 'floor')?.unblock).toBe('2 more people from the approval groups can approve.');
    expect(finding(decide({ rules: [one], entitlements: tiers(0) }), 'floor')).toBeUndefined();
  });

  it('lists an approval beyond the groups as counting for none of them', () => {
    const decision = decide({ rules: [one], entitlements: tiers(2), evidence: approvedBy('bob', 'erin') });
    expect(decision.approvals).toMatchObject([
      { account: { login: 'bob' }, group: 0 },
      { account: { login: 'erin' }, group: null },
    ]);
  });
});

describe('stages', () => {
  const staged = (...groups: [Group, number, number?][]): World => ({
    rules: [
      rule(approvalsOf(...groups.map(([from, stage, count = 1]) => approvalGroup(from, { stage, count })))),
    ],
    entitlements: LOW,
  });
  const inOrder = (...logins: string[]): NonNullable<World['evidence']> => ({
    reviews: logins.map((login, index) =>
      review(login, 'approved', { submittedAt: ago(3_000 - index * 60) }),
    ),
  });
  const TWO = staged([group('dba'), 1], [group('security'), 2]);

  it.each<[string, World, string[], string]>([
    ['in order', TWO, ['bob', 'carol'], 'approved'],
    ['out of order', TWO, ['carol', 'bob'], 'pending'],
    ['out of order, then again', TWO, ['carol', 'bob', 'carol'], 'approved'],
    ['the second stage alone', TWO, ['carol'], 'pending'],
    ['one person in both stages', TWO, ['erin'], 'pending'],
    ['one person in both stages, twice', TWO, ['erin', 'erin'], 'pending'],
    ['one who could do both, in the first', TWO, ['erin', 'carol'], 'approved'],
    ['one who could do both, in the second', TWO, ['bob', 'erin'], 'approved'],
    ['the first stage again, later', TWO, ['bob', 'carol', 'bob'], 'pending'],
    [
      'numbers need not begin at one',
      staged([group('dba'), 3], [group('security'), 7]),
      ['bob', 'carol'],
      'approved',
    ],
    [
      'the order of groups is not the order of stages',
      staged([group('security'), 2], [group('dba'), 1]),
      ['carol', 'bob'],
      'pending',
    ],
    [
      'two groups of one stage in any order',
      staged([group('dba'), 1], [group('security'), 1], [group('@dana'), 2]),
      ['carol', 'bob', 'dana'],
      'approved',
    ],
    [
      'a last stage before the middle one',
      staged([group('dba'), 1], [group('security'), 2], [group('@dana'), 3]),
      ['bob', 'dana', 'carol'],
      'pending',
    ],
    [
      'three stages in order',
      staged([group('dba'), 1], [group('security'), 2], [group('@dana'), 3]),
      ['bob', 'carol', 'dana'],
      'approved',
    ],
    [
      'a first stage of two',
      staged([group('dba'), 1, 2], [group('security'), 2]),
      ['bob', 'erin', 'carol'],
      'approved',
    ],
    [
      'a first stage of two, filled late',
      staged([group('dba'), 1, 2], [group('security'), 2]),
      ['bob', 'carol', 'erin'],
      'pending',
    ],
  ])('%s', (_, world, approvers, outcome) => {
    expect(decide({ ...world, evidence: inOrder(...approvers) }).outcome).toBe(outcome);
  });

  it('orders reviews of one second by their ids', () => {
    const at = { submittedAt: ago(60) };
    const first = review('bob', 'approved', at);
    const second = review('carol', 'approved', at);
    expect(decide({ ...TWO, evidence: { reviews: [second, first] } }).outcome).toBe('approved');
  });

  it('says what came too early, which groups are reached, and counts it for nothing', () => {
    const decision = decide({
      ...TWO,
      entitlements: [entitlement('orders-db-readonly')],
      evidence: inOrder('carol'),
    });
    expect(decision.dismissals).toMatchObject([{ rule: 'two-groups', reason: 'stage_not_reached' }]);
    expect(decision.groups.map(({ reached }) => reached)).toEqual([true, false]);
    expect(decision.approvals).toEqual([]);
    expect(finding(decision, 'floor')?.message).toContain('0 of at least 2 people');
    expect(finding(decision, 'approvals')?.unblock).toBe('bob or erin can approve.');
  });
});

describe('granted membership does not approve (T041)', () => {
  const dbaTeam = (slug: unknown, kind = 'github-team', id?: number): Entitlement =>
    entitlement('dba-membership', {
      target: {
        id: 'github',
        kind,
        abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: false, identity: 'login' },
      },
      grant: { team: slug as string, ...(id === undefined ? {} : { id }) },
    });
  const held = live({ subject: 'Bob' as Login, entitlements: ['dba-membership'] });

  it.each<[string, Entitlement[], World['evidence'], string]>([
    ['an approver who holds the approving team', [dbaTeam('dba')], { live: [held] }, 'pending'],
    ['whatever the case of the slug', [dbaTeam('DBA')], { live: [held] }, 'pending'],
    [
      'from the moment it is scheduled',
      [dbaTeam('dba')],
      { live: [{ ...held, from: '2026-11-23T00:00:00Z' as Instant }] },
      'pending',
    ],
    ['when the catalog no longer says what it was', [], { live: [held] }, 'pending'],
    ['when the coordinates name no team', [dbaTeam(7)], { live: [held] }, 'pending'],
    ['by its number after a rename', [dbaTeam('old-dba', 'github-team', 103)], { live: [held] }, 'pending'],
    ['another number', [dbaTeam('old-dba', 'github-team', 104)], { live: [held] }, 'approved'],
    ['another team', [dbaTeam('web')], { live: [held] }, 'approved'],
    ['another kind of target', [dbaTeam('dba', 'postgres')], { live: [held] }, 'approved'],
    ['another holder', [dbaTeam('dba')], { live: [{ ...held, subject: 'carol' as Login }] }, 'approved'],
    ['no grant', [dbaTeam('dba')], {}, 'approved'],
  ])('%s: %s', (_, entitlements, evidence, outcome) => {
    const decision = decide({
      rules: [rule(approvalsOf(approvalGroup(group('dba'))))],
      entitlements: [...LOW, ...entitlements],
      evidence: { ...approvedBy('bob'), ...evidence },
    });
    expect(decision.outcome).toBe(outcome);
    expect(decision.dismissals.map(({ reason }) => reason)).toEqual(
      outcome === 'approved' ? [] : ['holds_granted_membership'],
    );
    if (outcome !== 'approved') expect(decision.groups[0]?.candidates).toEqual([account('erin')]);
  });

  it.each<[string, Group, Entitlement[], string]>([
    ['one of several teams of a group', group('dba', 'security'), [dbaTeam('dba')], 'pending'],
    ['a group without teams, whatever it was', group('@bob'), [], 'approved'],
    ['a group without teams and coordinates without a team', group('@bob'), [dbaTeam(7)], 'approved'],
  ])('%s', (_, from, entitlements, outcome) => {
    const rules = [rule(approvalsOf(approvalGroup(from)))];
    const evidence = { ...approvedBy('bob'), live: [held] };
    expect(decide({ rules, entitlements: [...LOW, ...entitlements], evidence }).outcome).toBe(outcome);
  });

  it('still counts him for a group of other teams', () => {
    const rules = [rule(approvalsOf(approvalGroup(group('dba')), approvalGroup(group('engineering'))))];
    const decision = decide({
      rules,
      entitlements: [...LOW, dbaTeam('dba')],
      evidence: { live: [held], ...approvedBy('bob', 'erin') },
    });
    expect(decision.outcome).toBe('approved');
  });
});

describe('what one rule sets aside and another counts', () => {
  it('is said with the rule', () => {
    const rules = [
      rule({ name: 'patient', ...approvalsOf(approvalGroup(group('dba'))) }),
      rule({ name: 'hasty', approvalTtl: '30m' as Duration, ...approvalsOf(approvalGroup(group('dba'))) }),
      rule({ name: 'curious', ...approvalsOf(approvalGroup(group('dba'), { comment: 'required' })) }),
    ];
    const decision = decide({ rules, entitlements: LOW, evidence: approvedBy('bob') });
    expect(decision.unsatisfied).toEqual(['hasty', 'curious']);
    expect(decision.dismissals.map(({ rule: name, reason }) => [name, reason])).toEqual([
      ['hasty', 'too_old'],
      ['curious', 'comment_missing'],
    ]);
  });
});
