import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog, Target } from '../../../src/core/entitlement.js';
import type { Account, Group, Login } from '../../../src/core/identity.js';
import type { People } from '../../../src/core/people.js';
import {
  type Controls,
  type EligibilityFacts,
  eligibilityNeeds,
  eligibilityOf,
  rulesToGoOn,
} from '../../../src/core/policy/eligibility.js';
import type { Control, TeamFacts } from '../../../src/core/policy/evidence.js';
import type { Rule } from '../../../src/core/policy/policy.js';
import type { Duration } from '../../../src/core/time.js';
import { account, at, entry, LIFE } from '../../app/entries.js';

const ALICE = account('alice', 1001);
const OWNER = account('owen', 1005);
const group = (teams: readonly string[], users: readonly string[] = []): Group => ({
  teams,
  users: users as readonly Login[],
});

function rule(more: Partial<Rule> = {}): Rule {
  return {
    name: 'production-data',
    entitlements: ['*'],
    effect: { kind: 'auto_approve' },
    approvalTtl: '24h' as Duration,
    autoMerge: false,
    requesters: group(['engineering']),
    endWhenIneligible: true,
    ...more,
  };
}

function people(list: Readonly<Record<string, readonly [id: number, name?: string]>>): People {
  return new Map(
    Object.entries(list).map(([login, [id, name]]) => [
      login,
      {
        login: login as Login,
        id,
        identities: new Map(name === undefined ? [] : [['orders-db', name]]),
        attributes: new Map(),
      },
    ]),
  );
}

const LISTED = { alice: [1001, 'alice_ro'], owen: [1005] } as const;
const target = (identity: 'mapped' | 'login'): Target => ({
  id: 'orders-db',
  kind: 'postgres',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: true, identity },
});

function control(
  rules: readonly Rule[],
  who: People = people(LISTED),
  identity: 'mapped' | 'login' = 'mapped',
): Control {
  const catalog: Catalog = { targets: new Map([['orders-db', target(identity)]]), entitlements: new Map() };
  return { policy: { rules, conflicts: [] }, catalog, people: who };
}

const team = (slug: string, id: number | null, ...members: readonly Account[]): TeamFacts => ({
  team: slug,
  id,
  members,
});
const ALL: EligibilityFacts = { teams: [team('engineering', 7, ALICE, OWNER)], accounts: [] };

const LIVE = entry(LIFE.slice(0, 3), {});
const grant = entry(LIFE.slice(0, 3), {
  holdings: LIVE.holdings.map((held) => ({ ...held, holding: { ...held.holding, subject: 'alice_ro' } })),
});

function judged(controls: Controls, facts: EligibilityFacts = ALL, one = grant): string {
  const answer = eligibilityOf(one, rulesToGoOn(one, controls), { controls, facts });
  return answer.kind === 'ineligible' ? answer.code : answer.kind;
}
const today = (rules: readonly Rule[] = [rule()], who?: People, identity?: 'mapped' | 'login'): Controls => ({
  today: control(rules, who, identity),
  recorded: control([rule()]),
});

describe('which rules a living grant goes on under', () => {
  const before = [rule()];
  const without = [rule({ endWhenIneligible: false, requesters: group(['others']) })];
  it.each<[string, readonly Rule[] | undefined, readonly Rule[], readonly Rule[]]>([
    ['the key then and now', before, before, before],
    ['the key taken away: it still counts, with the groups of today', before, without, without],
    ['the key added: it counts', without, before, before],
    ['the rule gone: that of then', before, [], before],
    ['the key never', without, without, []],
    ['the rule of then unreadable: that of today', undefined, before, before],
    ['another rule has it', without, [...without, rule({ name: 'other' })], []],
  ])('%s', (_, recorded, now, expected) => {
    const controls = {
      today: control(now),
      ...(recorded === undefined ? {} : { recorded: control(recorded) }),
    };
    expect(rulesToGoOn(grant, controls)).toEqual(expected);
  });

  it('wants the teams and accounts of requesters and subjects, and no others', () => {
    const one = rule({
      requesters: group(['b'], ['Dana']),
      onBehalfOf: group(['a', 'b'], ['bob']),
      veto: group(['v']),
    });
    expect(eligibilityNeeds([one, one])).toEqual({ teams: ['a', 'b'], logins: ['Dana', 'bob'] });
    expect(eligibilityNeeds([rule({ requesters: undefined } as never)])).toEqual({ teams: [], logins: [] });
  });
});

describe('whether a living grant may go on', () => {
  const byOwner = entry(LIFE.slice(0, 3), { holdings: grant.holdings, requester: OWNER });
  const behalf = rule({ requesters: group([], ['owen']), onBehalfOf: group(['engineering']) });
  const some = (...teams: readonly TeamFacts[]): EligibilityFacts => ({ teams, accounts: [OWNER] });

  it.each<[string, string, Controls, EligibilityFacts?, typeof grant?]>([
    ['in the team', 'eligible', today()],
    ['no longer in the team', 'requester_not_in_group', today(), some(team('engineering', 7, OWNER))],
    [
      'a login in the team with another number',
      'requester_not_in_group',
      today(),
      some(team('engineering', 7, account('alice', 9))),
    ],
    [
      'in the team under another login',
      'eligible',
      today(),
      some(team('engineering', 7, account('alice-x', 1001))),
    ],
    ['the team is gone', 'unknown', today(), some(team('engineering', null))],
    ['the team was not asked for', 'unknown', today(), some()],
    [
      'the team is gone, another has them',
      'eligible',
      today([rule({ requesters: group(['gone', 'engineering']) })]),
      some(team('gone', null), ...ALL.teams),
    ],
    ['an empty team', 'requester_not_in_group', today(), some(team('engineering', 7))],
    ['for everybody', 'eligible', today([rule({ requesters: undefined } as never)]), some()],
    [
      'named by login',
      'eligible',
      today([rule({ requesters: group([], ['ALICE']) })]),
      { teams: [], accounts: [ALICE] },
    ],
    [
      'the login is somebody else’s now',
      'requester_not_in_group',
      today([rule({ requesters: group([], ['alice']) })]),
      { teams: [], accounts: [account('alice', 9)] },
    ],
    [
      'the login has no account',
      'requester_not_in_group',
      today([rule({ requesters: group([], ['alice']) })]),
      { teams: [], accounts: [] },
    ],
    ['on behalf of, both in their groups', 'eligible', today([behalf]), some(...ALL.teams), byOwner],
    [
      'on behalf of, the subject left',
      'subject_not_in_group',
      today([behalf]),
      some(team('engineering', 7, OWNER)),
      byOwner,
    ],
    [
      'on behalf of, the requester left',
      'requester_not_in_group',
      today([behalf]),
      { teams: ALL.teams, accounts: [] },
      byOwner,
    ],
    ['taken out of people', 'not_in_people', today([rule()], people({}))],
    ['another number in people', 'not_in_people', today([rule()], people({ alice: [9, 'alice_ro'] }))],
    [
      'another login in people, the same number',
      'eligible',
      today([rule()], people({ 'alice-x': [1001, 'alice_ro'] })),
    ],
    ['another name on the target', 'other_identity', today([rule()], people({ alice: [1001, 'alice_rw'] }))],
    ['no name on the target any more', 'other_identity', today([rule()], people({ alice: [1001] }))],
    ['a target that goes by login', 'eligible', today([rule()], people({ alice: [1001] }), 'login')],
    [
      'left, and a team is gone: the clear answer counts',
      'requester_not_in_group',
      today([rule({ requesters: group(['gone']) }), rule({ name: 'other' })]),
      some(team('gone', null), team('engineering', 7)),
      entry(LIFE.slice(0, 3), {
        holdings: grant.holdings,
        decision: { ...grant.decision, rules: ['production-data', 'other'] },
      }),
    ],
  ])('%s: %s', (_, expected, controls, facts, one) => {
    expect(judged(controls, facts, one)).toBe(expected);
  });

  it('never on a team’s or a document’s silence: nobody is ineligible by what is not known', () => {
    const teams = fc.array(
      fc.record({
        team: fc.constantFrom('engineering', 'x'),
        id: fc.constant(null),
        members: fc.constant([]),
      }),
    );
    fc.assert(
      fc.property(teams, (lost) => {
        expect(judged(today(), { teams: lost, accounts: [] })).toBe('unknown');
      }),
    );
  });

  it('is asked about what lives alone', () => {
    const ended = entry(
      [
        ...LIFE.slice(0, 3),
        { event: 'ended', at: at(5), entitlement: 'orders-db-readonly', reason: 'expired' },
      ],
      {
        holdings: grant.holdings.map((held) => ({ ...held, state: 'ended' as const })),
      },
    );
    expect(judged(today([rule()], people({ alice: [1001] })), ALL, ended)).toBe('eligible');
  });
});
