import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldLogin } from '../../../src/core/identity.js';
import type { Decision, GroupProgress } from '../../../src/core/policy/decision.js';
import { matchPeople } from '../../../src/core/policy/matching.js';
import { openGroups, type RoutingFacts, routeReviews } from '../../../src/core/policy/routing.js';
import { account, approvedBy, decide, group } from './world.js';

/** An open group of which some can fill the places. */
function open(candidates: readonly string[], overrides: Partial<GroupProgress> = {}): GroupProgress {
  return {
    rule: 'two-groups',
    group: 0,
    from: group('dba'),
    stage: 1,
    count: 1,
    reached: true,
    filledBy: [],
    candidates: candidates.map((login) => account(login)),
    ...overrides,
  };
}

function facts(overrides: Partial<RoutingFacts> = {}): RoutingFacts {
  return { asked: new Set(), load: new Map(), turn: '7', again: false, ...overrides };
}

/** Who is asked, sorted. Each argument is what is open of one decision. */
function asked(of: RoutingFacts, ...decisions: readonly (readonly GroupProgress[])[]): readonly string[] {
  return routeReviews(decisions, of)
    .map(({ login }) => login)
    .toSorted();
}

const ALL = ['bob', 'carol', 'dana', 'erin'];

describe('routeReviews', () => {
  it('asks as many as are missing', () => {
    expect(asked(facts())).toEqual([]);
    expect(asked(facts(), [open(ALL)])).toHaveLength(1);
    expect(asked(facts(), [open(ALL, { count: 3 })])).toHaveLength(3);
    expect(asked(facts(), [open(ALL, { count: 3, filledBy: [account('frank')] })])).toHaveLength(2);
    expect(asked(facts(), [open(['bob'], { count: 3 })])).toEqual(['bob']);
    expect(asked(facts(), [open([])])).toEqual([]);
  });

  it('says for which group', () => {
    expect(routeReviews([[open([], { group: 0 }), open(['bob'], { group: 1, rule: 'r' })]], facts())).toEqual(
      [{ login: 'bob', rule: 'r', group: 1 }],
    );
  });

  it('asks the least loaded first', () => {
    const load = new Map([
      ['bob', 2],
      ['carol', 1],
      ['dana', 3],
    ]);
    expect(asked(facts({ load }), [open(ALL)])).toEqual(['erin']);
    expect(asked(facts({ load }), [open(ALL, { count: 2 })])).toEqual(['carol', 'erin']);
    expect(asked(facts({ load }), [open(['Dana', 'Bob'])])).toEqual(['Bob']);
  });

  it('takes turns among those who are loaded alike, the same way every time', () => {
    const turns = [...Array(60).keys()].map((turn) => asked(facts({ turn: String(turn) }), [open(ALL)])[0]);
    expect(new Set(turns)).toEqual(new Set(ALL));
    for (const one of ALL) expect(turns.filter((login) => login === one).length).toBeGreaterThan(5);
    expect(asked(facts(), [open(ALL)])).toEqual(asked(facts(), [open(ALL.toReversed())]));
  });

  it('lets those who were asked count, whatever the case', () => {
    const waiting = facts({ asked: new Set(['bob']) });
    expect(asked(waiting, [open(['Bob', 'carol'])])).toEqual([]);
    expect(asked(waiting, [open(['BOB', 'carol'], { count: 2 })])).toEqual(['carol']);
    expect(asked(facts({ asked: new Set(['frank']) }), [open(['bob'])])).toEqual(['bob']);
  });

  it('asks as many again after a silence, once', () => {
    const silent = (...logins: string[]) => facts({ asked: new Set(logins), again: true });
    expect(asked(silent('bob'), [open(ALL)])).toHaveLength(1);
    expect(asked(silent('bob', 'carol'), [open(ALL)])).toEqual([]);
    expect(asked(silent('bob', 'carol'), [open(ALL, { count: 2 })])).toEqual(['dana', 'erin']);
  });

  it('asks a second person where the rule wants two, although one is in both groups', () => {
    const groups = [open(['Erin'], { group: 0 }), open(['erin', 'carol'], { group: 1 })];
    expect(asked(facts(), groups)).toEqual(['carol', 'erin']);
    expect(asked(facts({ asked: new Set(['erin']) }), groups)).toEqual(['carol']);
    expect(asked(facts({ asked: new Set(['erin', 'carol']) }), groups)).toEqual([]);
  });

  it('gives somebody the group that leaves the other to others', () => {
    const groups = [open(['erin', 'bob'], { group: 0 }), open(['erin'], { group: 1 })];
    const load = new Map([['bob', 9]]);
    expect(routeReviews([groups], facts({ load }))).toEqual([
      { login: 'erin', rule: 'two-groups', group: 1 },
      { login: 'bob', rule: 'two-groups', group: 0 },
    ]);
  });

  it('asks one person once for several rules and several requests', () => {
    expect(asked(facts(), [open(['erin']), open(['erin'], { rule: 'other' })])).toEqual(['erin']);
    expect(asked(facts(), [open(['erin'])], [open(['erin'])])).toEqual(['erin']);
    const load = new Map([['erin', 9]]);
    expect(asked(facts({ load }), [open(['erin'])], [open(ALL)])).toEqual(['erin']);
  });
});

describe('openGroups', () => {
  const missing = (decision: Decision) => openGroups(decision).map((one) => one.group);

  it('are those with places left', () => {
    expect(missing(decide({}))).toEqual([0, 1]);
    expect(missing(decide({ evidence: approvedBy('bob') }))).toEqual([1]);
    expect(missing(decide({ evidence: approvedBy('bob', 'carol') }))).toEqual([]);
  });

  it('are none where people cannot help', () => {
    const pending = decide({});
    for (const outcome of ['denied', 'invalid', 'approved'] as const)
      expect(missing({ ...pending, outcome })).toEqual([]);
  });

  it('are only those that are reached', () => {
    const pending = decide({});
    const later = pending.groups.map((one) => ({ ...one, reached: one.group === 0 }));
    expect(missing({ ...pending, groups: later })).toEqual([0]);
  });
});

describe('routeReviews, whatever is open', () => {
  const logins = fc.uniqueArray(fc.constantFrom('ann', 'BOB', 'Carol', 'dan', 'eve'), { maxLength: 5 });
  const groups = fc
    .array(fc.record({ candidates: logins, count: fc.integer({ min: 1, max: 3 }) }), { maxLength: 3 })
    .map((list) => list.map(({ candidates, count }, index) => open(candidates, { count, group: index })));
  /** Decisions with up to two rules each. */
  const decisions = fc.array(
    fc
      .tuple(groups, groups)
      .map(([a, b]) => [
        ...a.map((one) => ({ ...one, rule: 'a' })),
        ...b.map((one) => ({ ...one, rule: 'b' })),
      ]),
    { maxLength: 2 },
  );
  const known = fc.record({
    asked: logins.map((list) => new Set(list.map(foldLogin))),
    load: fc
      .array(fc.tuple(logins, fc.integer({ min: 0, max: 3 })))
      .map((list) => new Map(list.flatMap(([some, load]) => some.map((one) => [foldLogin(one), load])))),
    turn: fc.string({ maxLength: 3 }),
    again: fc.boolean(),
  });

  /** The groups of each rule of each decision, between which people are shared out. */
  const byRule = (all: readonly (readonly GroupProgress[])[]) =>
    all.flatMap((one) => ['a', 'b'].map((rule) => one.filter((group) => group.rule === rule)));

  /** How many places of a rule people could fill, each one of them. */
  function reach(of: readonly GroupProgress[], people: ReadonlySet<string>, times: number): number {
    const wants = [...people].map((login) =>
      of.flatMap(({ candidates }, index) =>
        candidates.some((one) => foldLogin(one.login) === login) ? [index] : [],
      ),
    );
    const { placeOf } = matchPeople(
      wants,
      of.map(({ count }) => count * times),
    );
    return placeOf.filter((place) => place !== null).length;
  }

  it('asks nobody twice, nobody who was asked, and only for what they can fill', () => {
    fc.assert(
      fc.property(decisions, known, (all, of) => {
        const asks = routeReviews(all, of);
        const people = asks.map(({ login }) => foldLogin(login));
        expect(new Set(people).size).toBe(people.length);
        expect(people.filter((login) => of.asked.has(login))).toEqual([]);
        for (const { login, rule, group: index } of asks) {
          const fitting = all.flat().filter((one) => one.rule === rule && one.group === index);
          expect(fitting.flatMap(({ candidates }) => candidates.map((one) => one.login))).toContain(login);
        }
      }),
    );
  });

  it('asks enough that every place that can be filled will be, and nobody who is not needed for that', () => {
    fc.assert(
      fc.property(decisions, known, (all, of) => {
        const times = of.again ? 2 : 1;
        const asks = routeReviews(all, of);
        const waiting = new Set([...of.asked, ...asks.map(({ login }) => foldLogin(login))]);
        const everybody = new Set(all.flat().flatMap((one) => one.candidates.map((c) => foldLogin(c.login))));
        for (const rule of byRule(all))
          expect(reach(rule, waiting, times)).toBe(reach(rule, everybody, times));
        const missing = byRule(all).map(
          (rule) => reach(rule, everybody, times) - reach(rule, of.asked, times),
        );
        expect(asks.length).toBeLessThanOrEqual(missing.reduce((sum, count) => sum + count, 0));
      }),
    );
  });

  it('asks nobody more once those it named are asked', () => {
    fc.assert(
      fc.property(decisions, known, (all, of) => {
        const asks = routeReviews(all, of);
        const then = new Set([...of.asked, ...asks.map(({ login }) => foldLogin(login))]);
        expect(routeReviews(all, { ...of, asked: then })).toEqual([]);
      }),
    );
  });

  it('asks in one group nobody while somebody less loaded is free', () => {
    fc.assert(
      fc.property(logins, fc.integer({ min: 1, max: 4 }), known, (candidates, count, of) => {
        const load = (login: string) => of.load.get(foldLogin(login)) ?? 0;
        const people = asked(of, [open(candidates, { count })]);
        const left = candidates.filter((one) => !people.includes(one) && !of.asked.has(foldLogin(one)));
        for (const login of people)
          for (const other of left) expect(load(login)).toBeLessThanOrEqual(load(other));
      }),
    );
  });

  it('does not look at the case of logins, nor at their order', () => {
    fc.assert(
      fc.property(decisions, known, (all, of) => {
        const shuffled = all.map((groups) =>
          groups.map((one) => ({
            ...one,
            candidates: one.candidates
              .toReversed()
              .map((c) => ({ ...c, login: c.login.toUpperCase() as typeof c.login })),
          })),
        );
        expect(asked(of, ...shuffled)).toEqual(
          asked(of, ...all)
            .map((login) => login.toUpperCase())
            .toSorted(),
        );
      }),
    );
  });
});
