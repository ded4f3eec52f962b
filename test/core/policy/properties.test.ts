import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Review } from '../../../src/core/approval.js';
import { type Account, foldLogin, type Login } from '../../../src/core/identity.js';
import type { Decision } from '../../../src/core/policy/decision.js';
import { isWorse } from '../../../src/core/policy/fold.js';
import type { Rule } from '../../../src/core/policy/policy.js';
import { type Duration, durationSeconds } from '../../../src/core/time.js';
import { type GeneratedWorld, reviews, rules, worlds } from './generated.js';
import { account, ago, decide, HEAD, OLD, review, tier, type World } from './world.js';

const RUNS = { numRuns: 200 };

/** Without the reviews it tells about: those may be listed as set aside and still change nothing. */
function deciding({ dismissals: _, ...decision }: Decision) {
  return decision;
}

/** Distinct people whose approval counts anywhere. */
function approvers({ approvals }: Decision): ReadonlySet<number> {
  return new Set(approvals.map(({ account: { id } }) => id));
}

function isRuled(world: World): boolean {
  return decide(world).findings.every(({ code, status }) => code !== 'rule' || status === 'satisfied');
}

/** @returns how often the worlds were approved, so that no property holds for want of approvals. */
function forWorlds(property: (world: GeneratedWorld) => void): void {
  let approved = 0;
  fc.assert(
    fc.property(worlds, (world) => {
      if (decide(world).outcome === 'approved') approved += 1;
      property(world);
    }),
    RUNS,
  );
  expect(approved).toBeGreaterThan(RUNS.numRuns / 30);
}

describe('adding a rule never loosens', () => {
  /** What was found about each rule and each limit; the floor counts people over all rules, so it is looked at by itself. */
  const required = (decision: Decision): readonly string[] =>
    decision.findings
      .filter(({ code, status }) => code !== 'floor' && code !== 'rule' && status !== 'satisfied')
      .map((one) => JSON.stringify(one));
  const withRule = (world: GeneratedWorld, added: Rule, at: number): World => {
    // Without any rule, a first one is what makes an approval possible at all; that it then has to be satisfied is shown elsewhere.
    fc.pre(isRuled(world) && !world.rules.some(({ name }) => name === added.name));
    return { ...world, rules: world.rules.toSpliced(at, 0, added) };
  };

  it('what was required stays required', () => {
    fc.assert(
      fc.property(worlds, rules, fc.nat(3), (world, added, at) => {
        const before = decide(world);
        const after = decide(withRule(world, added, at));
        expect(required(after)).toEqual(expect.arrayContaining([...required(before)]));
      }),
      RUNS,
    );
  });

  it('the outcome gets better only where nothing but people for the floor was missing, and the new rule brought them', () => {
    fc.assert(
      fc.property(worlds, rules, fc.nat(3), (world, added, at) => {
        const before = decide(world);
        const after = decide(withRule(world, added, at));
        if (!isWorse(before.outcome, after.outcome)) return;
        expect(required(before)).toEqual([]);
        expect(approvers(after).size).toBeGreaterThan(approvers(before).size);
        expect(after.unsatisfied).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });
});

/** Ways to ask for more than before. */
/**
 * Whoever is in an approval group may veto, so taking people out of one takes a veto away too. It is a tightening only while those
 * people may still object.
 */
function keepingVetoes(before: Rule, narrowed: Rule): Rule {
  const groups = before.effect.kind === 'approvals' ? before.effect.groups.map(({ from }) => from) : [];
  const objectors = before.veto === undefined ? groups : [before.veto, ...groups];
  if (objectors.length === 0) return narrowed;
  const teams = [...new Set(objectors.flatMap((group) => group.teams))];
  return { ...narrowed, veto: { teams, users: objectors.flatMap((group) => group.users) } };
}

const TIGHTENINGS: readonly (readonly [string, (one: Rule) => Rule])[] = [
  ['more approvals', (one) => withGroups(one, (group) => ({ ...group, count: group.count + 1 }))],
  [
    'fewer teams',
    (one) =>
      keepingVetoes(
        one,
        withGroups(one, (group) => ({ ...group, from: { ...group.from, teams: group.from.teams.slice(1) } })),
      ),
  ],
  [
    'no users',
    (one) =>
      keepingVetoes(
        one,
        withGroups(one, (group) => ({ ...group, from: { ...group.from, users: [] } })),
      ),
  ],
  ['comments', (one) => withGroups(one, (group) => ({ ...group, comment: 'required' as const }))],
  ['a shorter memory', (one) => ({ ...one, approvalTtl: shorter(one.approvalTtl) })],
  ['a shorter duration', (one) => ({ ...one, maxDuration: shorter(one.maxDuration ?? ('2h' as Duration)) })],
  [
    'a ticket that does not match',
    (one) => ({ ...one, ticket: { pattern: { source: 'X', matches: () => false } } }),
  ],
  ['a veto', (one) => ({ ...one, veto: { teams: ['dba', 'security', 'engineering'], users: [] } })],
  [
    'a group more',
    (one) =>
      one.effect.kind === 'approvals'
        ? {
            ...one,
            effect: { ...one.effect, groups: [...one.effect.groups, ...one.effect.groups.slice(0, 1)] },
          }
        : one,
  ],
  ['a denial', (one) => ({ ...one, effect: { kind: 'deny', message: 'No.' } })],
];

function withGroups(
  one: Rule,
  change: (group: Extract<Rule['effect'], { kind: 'approvals' }>['groups'][number]) => typeof group,
): Rule {
  return one.effect.kind === 'approvals'
    ? { ...one, effect: { ...one.effect, groups: one.effect.groups.map(change) } }
    : one;
}

function shorter(duration: Duration): Duration {
  return `${Math.max(1, durationSeconds(duration) / 120)}m` as Duration;
}

describe('tightening never approves', () => {
  it.each(TIGHTENINGS)('%s', (_, tighten) => {
    fc.assert(
      fc.property(worlds, fc.nat(2), (world, at) => {
        const tightened = world.rules.map((one, index) => (index === at ? tighten(one) : one));
        const before = decide(world).outcome;
        const after = decide({ ...world, rules: tightened }).outcome;
        if (before !== 'approved') expect(after).not.toBe('approved');
      }),
      RUNS,
    );
  });

  it('raising a floor', () => {
    forWorlds((world) => {
      const raised = world.entitlements.map((one) => ({
        ...one,
        tier: tier({ minApprovals: (one.tier?.minApprovals ?? 0) + 1 }),
      }));
      expect(isWorse(decide(world).outcome, decide({ ...world, entitlements: raised }).outcome)).toBe(false);
    });
  });
});

describe('what changes nothing', () => {
  const extend = (world: World, more: readonly Review[]): World => ({
    ...world,
    evidence: { ...world.evidence, reviews: [...(world.evidence?.reviews ?? []), ...more] },
  });

  it('comments, of anybody at any time', () => {
    forWorlds((world) => {
      const comments = ['bob', 'carol', 'frank'].map((login, index) =>
        review(login, 'commented', { submittedAt: ago(index * 1_000), commented: true }),
      );
      expect(decide(extend(world, comments))).toEqual(decide(world));
    });
  });

  it.each<[string, Partial<Review>]>([
    ['people without a say', { author: account('mallory') }],
    ['deleted accounts', { author: null }],
    ['bots', { author: account('a-bot', 5), authorType: 'Bot' }],
  ])('reviews of %s', (_, overrides) => {
    forWorlds((world) => {
      for (const state of ['approved', 'changes_requested', 'dismissed'] as const) {
        expect(deciding(decide(extend(world, [review('x', state, overrides)])))).toEqual(
          deciding(decide(world)),
        );
      }
    });
  });

  it('approvals of the requester, the subject, contributors and pushers, and stale ones of people who said nothing yet', () => {
    forWorlds((world) => {
      const silent = ['bob', 'carol', 'dana', 'erin', 'frank'].filter(
        (login) => !world.evidence.reviews.some(({ author }) => author?.login === login),
      );
      const involved = [
        world.evidence.requester,
        ...(world.evidence.contributors ?? []),
        ...(world.evidence.pushers ?? []),
      ].map((one) => one?.login ?? 'alice');
      const useless = [
        ...silent.map((login) => review(login, 'approved', { commit: OLD })),
        ...involved.filter((login) => silent.includes(login)).map((login) => review(login)),
      ];
      expect(deciding(decide(extend(world, useless)))).toEqual(deciding(decide(world)));
    });
  });

  it('the order of reviews, pages, teams, members and lists of people', () => {
    fc.assert(
      fc.property(worlds, fc.infiniteStream(fc.nat()), (world, stream) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, key: stream.next().value as number }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const { evidence } = world;
        const moved: NonNullable<World['evidence']> = {
          ...evidence,
          reviews: shuffled(evidence.reviews),
          teams: shuffled(evidence.teams).map((one) => ({ ...one, members: shuffled(one.members) })),
          contributors: evidence.contributors && shuffled(evidence.contributors),
        };
        expect(decide({ ...world, evidence: moved })).toEqual(decide(world));
      }),
      RUNS,
    );
  });

  it('the order of rules, but for the order things are told in', () => {
    const byRule = (decision: Decision) => ({
      outcome: decision.outcome,
      rules: decision.rules.toSorted(),
      unsatisfied: decision.unsatisfied.toSorted(),
      findings: decision.findings
        .filter(({ code }) => code !== 'rule')
        .map((one) => JSON.stringify(one))
        .toSorted(),
      approvals: decision.approvals.map((one) => JSON.stringify(one)).toSorted(),
      vetoes: decision.vetoes,
      autoMerge: decision.autoMerge,
    });
    forWorlds((world) => {
      expect(byRule(decide({ ...world, rules: world.rules.toReversed() }))).toEqual(byRule(decide(world)));
    });
  });

  it('the case of logins', () => {
    const shouting = (one: Account): Account => ({ ...one, login: one.login.toUpperCase() as Login });
    const folded = (decision: Decision): unknown => JSON.parse(foldLogin(JSON.stringify(decision)));
    forWorlds((world) => {
      const { evidence } = world;
      const loud: NonNullable<World['evidence']> = {
        ...evidence,
        requester: evidence.requester ? shouting(evidence.requester) : null,
        subject: shouting(account('alice')),
        reviews: evidence.reviews.map((one) => ({ ...one, author: one.author && shouting(one.author) })),
        teams: evidence.teams.map((one) => ({ ...one, members: one.members.map(shouting) })),
      };
      // The condition among the generated rules compares logins by itself; documents give it folded ones.
      fc.pre(!world.rules.some(({ when }) => when !== undefined));
      expect(folded(decide({ ...world, evidence: loud }))).toEqual(folded(decide(world)));
    });
  });
});

describe('a new push never adds approvals', () => {
  it('whatever was reviewed before, and even when reviews are bound to the new head', () => {
    const next = 'c'.repeat(40) as typeof HEAD;
    fc.assert(
      fc.property(
        worlds,
        fc.constantFrom('bob', 'carol', 'dana'),
        fc.integer({ min: 0, max: 100 }),
        fc.boolean(),
        (world, by, minutes, rebinds) => {
          const { evidence } = world;
          const at = ago(minutes * 60);
          const pushed: NonNullable<World['evidence']> = {
            ...evidence,
            head: next,
            epoch:
              evidence.epoch === undefined || evidence.epoch === null || evidence.epoch > at
                ? (evidence.epoch ?? null)
                : at,
            pushers: evidence.pushers && [...evidence.pushers, account(by)],
            contributors: evidence.contributors && [...evidence.contributors, account(by)],
            reviews: rebinds
              ? evidence.reviews.map((one) => ({ ...one, commit: one.commit === HEAD ? next : one.commit }))
              : evidence.reviews,
          };
          const before = decide(world);
          const after = decide({ ...world, evidence: pushed });
          for (const id of approvers(after)) expect(approvers(before)).toContain(id);
          expect(isWorse(before.outcome, after.outcome)).toBe(false);
        },
      ),
      RUNS,
    );
  });
});

describe('asking for changes never helps', () => {
  it('by anybody', () => {
    fc.assert(
      fc.property(worlds, fc.constantFrom('bob', 'carol', 'erin', 'frank'), (world, by) => {
        const objected = {
          ...world.evidence,
          reviews: [...world.evidence.reviews, review(by, 'changes_requested', { submittedAt: ago(1) })],
        };
        expect(isWorse(decide(world).outcome, decide({ ...world, evidence: objected }).outcome)).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('time', () => {
  it('shifted for everything changes nothing but the times', () => {
    fc.assert(
      fc.property(reviews, (list) => {
        const shift = (text: string): string => text.replaceAll('2026-', '2031-');
        const world: World = { evidence: { reviews: list } };
        const moved = JSON.parse(shift(JSON.stringify({ ...decide(world) })));
        const shifted = (one: Review): Review => ({
          ...one,
          submittedAt: shift(one.submittedAt) as Review['submittedAt'],
        });
        const later = decide({
          evidence: {
            now: shift('2026-11-22T12:00:00Z') as Review['submittedAt'],
            epoch: shift(ago(7_000)) as Review['submittedAt'],
            pullRequest: { number: 7, openedAt: shift(ago(7_200)) as Review['submittedAt'] },
            reviews: list.map(shifted),
          },
        });
        expect(later).toEqual(moved);
      }),
      { numRuns: 200 },
    );
  });
});
