import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/core/policy/evaluate.js';
import { type Impact, type ImpactCase, impactOf } from '../../../src/core/policy/impact.js';
import type { Duration } from '../../../src/core/time.js';
import { type GeneratedWorld, ruleLists, worlds } from './generated.js';
import {
  approvalGroup,
  approvalsOf,
  approvedBy,
  controlOf,
  entitlement,
  evidence,
  group,
  request,
  review,
  rule,
  team,
  tier,
  type World,
} from './world.js';

/** A request of the ordinary world, where bob and carol can let alice read. */
function caseOf(world: World, standing: ImpactCase['standing'] = 'open'): ImpactCase {
  return { name: 'it', standing, request: request(world.request), evidence: evidence(world.evidence) };
}

const BOTH = { evidence: approvedBy('bob', 'carol') } satisfies World;
const BOB = { evidence: approvedBy('bob') } satisfies World;
const NOBODY = {} satisfies World;
const OBJECTED = {
  request: { breakGlass: true },
  evidence: { reviews: [review('carol', 'changes_requested')] },
} satisfies World;
const FREE = [entitlement('orders-db-readonly', { tier: tier({ minApprovals: 0 }) })];

const self = rule({ effect: { kind: 'auto_approve' } });
const deny = rule({ name: 'freeze', effect: { kind: 'deny', message: 'Not now.' } });
const dbaAlone = rule(approvalsOf(approvalGroup(group('dba'))));
const breakGlass = rule({
  effect: {
    kind: 'break_glass',
    maxDuration: '4h' as Duration,
    reviewWithin: '24h' as Duration,
    reviewers: group('security'),
  },
});

/** What one request makes of a change, as `kind before after`. */
function impact(one: World, before: World, after: World, standing?: ImpactCase['standing']): string {
  const found = impactOf([caseOf(one, standing)], controlOf(before), controlOf(after));
  return found.map(({ kind, before: was, after: is }) => `${kind} ${was} ${is}`).join();
}

describe('impactOf', () => {
  it.each<[string, World, World, World, string]>([
    ['nothing, when nothing changes', BOTH, {}, {}, ''],
    ['nothing, when it stays refused', NOBODY, { rules: [] }, { rules: [deny] }, ''],
    [
      'a loss, when fewer approvals count than the tier wants',
      BOTH,
      {},
      { rules: [dbaAlone] },
      'loses approved pending',
    ],
    [
      'a gain, when one approval is enough',
      BOB,
      {},
      { rules: [dbaAlone], entitlements: FREE },
      'gains pending approved',
    ],
    ['a gain, when nobody could ask', BOTH, { rules: [] }, {}, 'gains denied approved'],
    [
      'approving itself, from waiting',
      NOBODY,
      {},
      { rules: [self], entitlements: FREE },
      'self_approving pending approved',
    ],
    [
      'approving itself, from approved',
      BOTH,
      {},
      { rules: [self], entitlements: FREE },
      'self_approving approved approved',
    ],
    [
      'a gain, when what was forbidden approves itself',
      NOBODY,
      { rules: [deny] },
      { rules: [self], entitlements: FREE },
      'gains denied approved',
    ],
    [
      'nothing, when it approved itself before',
      NOBODY,
      { rules: [self], entitlements: FREE },
      { rules: [self, { ...self, name: 'too' }], entitlements: FREE },
      '',
    ],
    [
      'a gain, when break-glass becomes possible',
      { request: { breakGlass: true } },
      {},
      { rules: [breakGlass] },
      'gains denied approved',
    ],
    [
      'a gain, when nobody may object to break-glass any more',
      OBJECTED,
      { rules: [{ ...breakGlass, veto: group('security') }] },
      { rules: [breakGlass] },
      'gains pending approved',
    ],
    ['a loss, when it is forbidden', BOTH, {}, { rules: [rule(), deny] }, 'loses approved denied'],
    [
      'a loss, when more is wanted',
      BOB,
      { rules: [dbaAlone], entitlements: FREE },
      {},
      'loses approved pending',
    ],
    ['a loss, when what it asks for is gone', BOTH, {}, { entitlements: [] }, 'loses approved invalid'],
    ['out of reach, when it is forbidden', BOB, {}, { rules: [rule(), deny] }, 'unreachable pending denied'],
    [
      'out of reach, when what it asks for is gone',
      BOB,
      {},
      { entitlements: [] },
      'unreachable pending invalid',
    ],
    ['nothing, when it was out of reach before', NOBODY, { rules: [rule(), deny] }, { entitlements: [] }, ''],
  ])('tells of %s', (_name, one, before, after, expected) => {
    expect(impact(one, before, after)).toBe(expected);
  });

  describe('who could approve', () => {
    const nobody = team('phantoms');
    const teams = [...evidence().teams, nobody];
    const wants = (...names: string[]): World => ({
      rules: [rule(approvalsOf(approvalGroup(group(...names), { count: 2 })))],
    });

    it.each<[string, string[], Partial<ReturnType<typeof evidence>>, string]>([
      ['a team with people enough', ['dba'], {}, ''],
      ['a team that is empty', ['phantoms'], {}, 'unreachable pending pending'],
      [
        'a team that does not exist',
        ['phantoms'],
        { teams: [...evidence().teams, { ...nobody, id: null }] },
        'unreachable pending pending',
      ],
      ['a team with too few people', ['engineering'], {}, 'unreachable pending pending'],
      ['somebody nobody looked up beside it', ['phantoms', '@frank'], {}, ''],
      [
        'somebody who is not enough',
        ['phantoms', '@Frank'],
        { accounts: [{ login: 'frank' as never, id: 1006 }] },
        'unreachable pending pending',
      ],
    ])('looks at %s', (_name, names, facts, expected) => {
      expect(impact({ evidence: { teams, ...facts } }, {}, wants(...names))).toBe(expected);
    });
  });

  describe('approvals that no longer count', () => {
    const other = { rules: [rule(approvalsOf(approvalGroup(group('security'), { count: 2 })))] };

    it.each<[ImpactCase['standing'], string]>([
      ['open', 'voided pending pending'],
      ['live', ''],
      ['ended', ''],
    ])('matter while a request is open: %s', (standing, expected) => {
      expect(impact(BOB, {}, other, standing)).toBe(expected);
    });

    it('are counted by people: one who counts for two rules is one', () => {
      const twice = { rules: [rule(), { ...rule(), name: 'again' }] };
      expect(impact(BOB, twice, {})).toBe('');
    });
  });

  describe('facts that were not recorded', () => {
    const veto = { rules: [rule({ veto: group('ops') })] };
    const ops = { rules: [rule(approvalsOf(approvalGroup(group('ops'))))] };
    const held = { rules: [rule({ limits: { heldPerWeek: '9h' as Duration } })] };
    const open = { rules: [rule({ limits: { openRequests: 1 } })] };

    it.each<[string, World, World, string]>([
      ['a team', BOTH, veto, 'unknown approved denied Not recorded: who is in ops.'],
      [
        'a team, although it comes out the same',
        NOBODY,
        ops,
        'unknown pending pending Not recorded: who is in ops.',
      ],
      [
        'how long something was held',
        BOTH,
        held,
        'unknown approved denied Not recorded: how long orders-db-readonly was held.',
      ],
      ['open requests', BOTH, open, 'unknown approved denied Not recorded: how many requests were open.'],
    ])('are no answer: %s', (_name, one, after, expected) => {
      const [found, ...more] = impactOf([caseOf(one)], controlOf({}), controlOf(after));
      expect(more).toEqual([]);
      expect(`${found?.kind} ${found?.before} ${found?.after} ${found?.because}`).toBe(expected);
    });

    it.each<[string, World, Partial<ReturnType<typeof evidence>>]>([
      ['a team', veto, { teams: [...evidence().teams, team('ops')] }],
      ['how long something was held', held, { held: [{ entitlement: 'orders-db-readonly', seconds: 0 }] }],
      ['open requests', open, { openRequests: 1 }],
    ])('are an answer once they are: %s', (_name, after, facts) => {
      expect(impact({ evidence: { ...BOTH.evidence, ...facts } }, {}, after)).toBe('');
    });

    it('say nothing where both policies lack them and agree', () => {
      expect(impact(NOBODY, ops, ops)).toBe('');
      expect(impact(NOBODY, ops, { rules: [...ops.rules, deny] })).toBe('unknown pending denied');
    });

    it('matter not when the request asks for what is gone', () => {
      expect(impact(BOTH, {}, { ...veto, entitlements: [] })).toBe('loses approved invalid');
    });

    it('matter not for rules about something else', () => {
      const elsewhere = rule({ name: 'else', entitlements: ['wiki'], veto: group('ops') });
      expect(impact(BOTH, {}, { rules: [rule(), elsewhere] })).toBe('');
    });
  });

  it('gives the first reason, and none where it is approved', () => {
    const [lost] = impactOf([caseOf(BOTH)], controlOf({}), controlOf({ rules: [deny] }));
    expect(lost?.because).toContain('Not now.');
    const [gained] = impactOf([caseOf(BOTH)], controlOf({ rules: [] }), controlOf({}));
    expect(gained).toEqual({
      kind: 'gains',
      name: 'it',
      standing: 'open',
      before: 'denied',
      after: 'approved',
    });
  });

  it('goes case by case, in the order given, and leaves out what stays', () => {
    const cases = ['a', 'b', 'c'].map((name) => ({ ...caseOf(name === 'b' ? NOBODY : BOTH), name }));
    const found = impactOf(
      cases,
      controlOf({}),
      controlOf({ rules: [rule(approvalsOf(approvalGroup(group('erin-only'))))] }),
    );
    expect(found.map(({ name, kind }) => [name, kind])).toEqual(cases.map(({ name }) => [name, 'unknown']));
    const fewer = impactOf(
      cases,
      controlOf({}),
      controlOf({ rules: [rule({ maxDuration: '2h' as Duration }), dbaAlone] }),
    );
    expect(fewer).toEqual([]);
  });
});

describe('impactOf, whatever changes', () => {
  const changes = fc.record({ world: worlds, rules: ruleLists(0) });
  const caseIn = (world: GeneratedWorld): ImpactCase => ({ ...caseOf(world), name: 'x' });

  it('finds nothing between a policy and itself', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(impactOf([caseIn(world)], controlOf(world), controlOf(world))).toEqual([]);
      }),
    );
  });

  it('never keeps silent about somebody who gets in or is kept out', () => {
    fc.assert(
      fc.property(changes, ({ world, rules }) => {
        const one = caseIn(world);
        const [before, after] = [controlOf(world), controlOf({ ...world, rules })];
        const was = evaluate(before, one.request, one.evidence).outcome;
        const is = evaluate(after, one.request, one.evidence).outcome;
        const kinds: readonly Impact['kind'][] = impactOf([one], before, after).map(({ kind }) => kind);
        if (was !== 'approved' && is === 'approved') expect(['gains', 'self_approving']).toContain(kinds[0]);
        if (was === 'approved' && is !== 'approved') expect(kinds).toEqual(['loses']);
        if (is !== 'approved') expect(kinds).not.toContain('gains');
      }),
      { numRuns: 300 },
    );
  });

  it('loosens in one direction what it tightens in the other', () => {
    fc.assert(
      fc.property(changes, ({ world, rules }) => {
        const [before, after] = [controlOf(world), controlOf({ ...world, rules })];
        const there = impactOf([caseIn(world)], before, after)[0]?.kind;
        const back = impactOf([caseIn(world)], after, before)[0]?.kind;
        if (there === 'gains') expect(back).toBe('loses');
        if (there === 'loses') expect(['gains', 'self_approving']).toContain(back);
      }),
      { numRuns: 300 },
    );
  });
});
