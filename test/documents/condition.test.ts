import { afterEach, describe, expect, it } from 'vitest';
import type { ConditionFacts, ConditionPerson } from '../../src/core/policy/policy.js';
import { compileCondition } from '../../src/documents/condition.js';

function person(
  login: string,
  attributes: Record<string, string | number | boolean> = {},
  teams: string[] = [],
) {
  return { login, teams, attributes: new Map(Object.entries(attributes)) } as unknown as ConditionPerson;
}

const FACTS = {
  now: '2026-11-22T12:00:00Z',
  request: {
    duration: '2h',
    ticket: 'INC-1',
    justification: 'because',
    entitlements: ['orders-db-readonly', 'constructor'],
    break_glass: false,
  },
  entitlement: { id: 'orders-db-readonly', tier: 'production', target: 'orders-db' },
  requester: person('Alice', { level: 3, score: 1.5, on_call: true, manager: 'BOB' }, ['engineering']),
  subject: person('bob', { employment: 'staff' }, ['dba', 'engineering']),
} as unknown as ConditionFacts;

function holds(source: string, facts: ConditionFacts = FACTS): boolean {
  const result = compileCondition(source);
  if ('problem' in result) throw new Error(`does not compile: ${result.problem}`);
  return result.condition.holds(facts);
}

describe('conditions that hold and conditions that do not', () => {
  it.each([
    ['true', true],
    ['now >= timestamp("2026-11-22T12:00:00Z") && now < timestamp("2027-01-02T00:00:00Z")', true],
    ['now > timestamp("2026-11-22T12:00:00Z")', false],
    ['now - duration("30m") < timestamp("2026-11-22T11:30:01Z")', true],
    ['now - timestamp("2026-11-21T12:00:00Z") == duration("24h")', true],
    ['request.duration <= duration("2h")', true],
    ['request.duration < duration("1h59m59s")', false],
    ['request.duration + duration("1m") > duration("2h")', true],
    ['entitlement.tier == "production" && entitlement.target == "orders-db"', true],
    ['entitlement.id.startsWith("orders-")', true],
    ['entitlement.id in ["a", "orders-db-readonly"]', true],
    ['request.entitlements.exists(e, e.endsWith("-readonly"))', true],
    ['request.entitlements.all(e, e.endsWith("-readonly"))', false],
    ['size(request.entitlements) == 2 && request.entitlements.size() == 2', true],
    ['"constructor" in request.entitlements', true],
    ['request.ticket == "INC-1" && request.justification.contains("cause")', true],
    ['has(request.ticket) && !has(request.start)', true],
    ['!request.break_glass', true],
    ['requester.login == "alice" && "ALICE" == requester.login && requester.login != "bob"', true],
    ['requester.login in ["x", "aLiCe"]', true],
    ['requester.login != subject.login', true],
    ['subject.login == requester.attributes.manager', true],
    ['"dba" in subject.teams && !("dba" in requester.teams)', true],
    ['subject.attributes.employment == "staff"', true],
    ['subject.attributes["employment"] in ["staff", "founder"]', true],
    ['"employment" in subject.attributes && !("level" in subject.attributes)', true],
    ['has(subject.attributes.employment) ? subject.attributes.employment == "staff" : false', true],
    [
      'requester.attributes.level >= 3 && requester.attributes.level == 3 && requester.attributes.level < 3.5',
      true,
    ],
    ['requester.attributes.score > 1', true],
    ['requester.attributes.on_call == true', true],
    // Errors yield to what decides without them, as in every CEL.
    ['subject.attributes.nothing == "x" || true', true],
    ['true || subject.attributes.nothing == "x"', true],
    ['subject.attributes.nothing == "x" && false', false],
  ])('%s is %s', (source, expected) => {
    expect(holds(source)).toBe(expected);
  });

  it('may be as long as the limit', () => {
    expect(holds(`true${' '.repeat(996)}`)).toBe(true);
  });

  it('gives the same answer every time', () => {
    const result = compileCondition('request.entitlements.exists(e, e == entitlement.id)');
    if ('problem' in result) throw new Error(result.problem);
    const other = { ...FACTS, entitlement: { ...FACTS.entitlement, id: 'x' } };
    expect([FACTS, other, FACTS].map((facts) => result.condition.holds(facts))).toEqual([true, false, true]);
  });
});

describe('what cannot be evaluated throws', () => {
  it.each([
    'subject.attributes.nothing == "x"',
    'subject.attributes.nothing != "x"',
    '!(subject.attributes.nothing == "x")',
    'subject.attributes.nothing == "x" || false',
    'subject.attributes.constructor == "x"',
    'subject.attributes.toString != "x"',
    'subject.attributes["__proto__"] == "x"',
    'subject.attributes["hasOwnProperty"] == "x"',
    'request.start > now',
    'subject.attributes.employment > 3',
    'subject.attributes.employment',
    'requester.attributes.level.startsWith("3")',
    'requester.attributes.level / 0 == 1',
  ])('%s', (source) => {
    expect(() => holds(source)).toThrow();
  });

  it('has no ticket to compare with where the request has none', () => {
    const { ticket: _, ...request } = FACTS.request;
    expect(() => holds('request.ticket == "INC-1"', { ...FACTS, request })).toThrow('ticket');
  });
});

describe('what does not compile', () => {
  it.each(
    [
      ['', 'Unexpected token'],
      ['now', 'true or false'],
      ['1 + 1', 'true or false'],
      ['subject.attributes.on_call', 'compare the attribute'],
      ['now = now', 'Unexpected character'],
      ['request.tikcet == "x"', 'has no field `tikcet`'],
      ['has(request.tikcet)', 'has no field `tikcet`'],
      ['request["ticket"] == "x"', 'attributes'],
      ['subject == requester', 'alone says nothing'],
      ['subject.login.folded == "x"', 'not available'],
      ['subject.login.startsWith("a")', 'no matching overload'],
      ['request.duration == "2h"', 'no such overload'],
      ['entitlement.tier == 1', 'no such overload'],
      ['requester.teams == subject.teams', 'ask for one team by name'],
      ['size(subject.teams) == 0', 'ask for one team by name'],
      ['"DBA" in subject.teams', 'lower case'],
      ['request.ticket in subject.teams', 'literal slug'],
      ['request.entitlements.exists(e, e in subject.teams)', 'literal slug'],
      ['request.justification.matches("(a+)+")', '`.matches()` is not available'],
      ['request.justification.split(",").size() > 1', '`.split()` is not available'],
      ['request.entitlements.map(e, e) == ["a"]', '`.map()` is not available'],
      ['request.entitlements.exists(e, request.entitlements.all(f, e == f))', 'cannot be nested'],
      ['request.entitlements.exists(now, true)', 'a name of their own'],
      ['request.entitlements.exists(subject, true)', 'a name of their own'],
      ['[1, 2].exists(x, x == 1)', 'request.entitlements'],
      ['subject.teams.exists(t, t == "dba")', 'request.entitlements'],
      ['request.entitlements.exists(1, true)', 'iteration variable'],
      ['request.entitlements.exists(e)', 'a name of their own'],
      ['request.attributes.x == "a"', '`.x` is not available here'],
      ['process.env == "x"', '`.env` is not available here'],
      ['cel.bind(x, 1, x == 1)', 'not available'],
      ['dyn(1) == 1', '`dyn()` is not available'],
      ['int("1") == 1', '`int()` is not available'],
      ['type(now) == google.protobuf.Timestamp', 'not available'],
      ['{"a": 1}.size() == 1', 'maxMapEntries'],
      ['b"x".json() == null', 'not available'],
      ['null == null', 'literals'],
      ['process.env.HOME == "x"', 'not available'],
      ['constructor == "x"', '`constructor` is unknown'],
      ['this == now', '`this` is unknown'],
      ['timestamp("2026-11-31T00:00:00Z") < now', 'timestamp()'],
      ['timestamp("2026-11-22 12:00 +01:00") < now', 'timestamp()'],
      ['timestamp(request.justification) < now', 'timestamp()'],
      ['timestamp(0) < now', 'timestamp()'],
      ['request.duration > duration("1d")', 'duration()'],
      ['request.duration > duration(request.ticket)', 'duration()'],
      ['now.getHours("Europe/Atlantis") == 1', 'tz database'],
      ['now.getHours(request.ticket) == 1', 'tz database'],
      ['now.getDayOfYear() == 1', 'not available'],
      ['now.zonedHours("UTC") == 1', 'not available'],
      [`true${' || true'.repeat(200)}`, 'at most 1000'],
      [`true${'||true'.repeat(140)}`, 'maxAstNodes'],
      [`${'('.repeat(60)}true${')'.repeat(60)}`, 'maxDepth'],
      [`1 in [${'1,'.repeat(80)}1]`, 'maxListElements'],
    ].map(([source = '', why = '']) => ({ label: source.slice(0, 60), source, why })),
  )('$label: $why', ({ source, why }) => {
    expect(compileCondition(source)).toEqual({ problem: expect.stringContaining(why) });
  });
});

describe('teams', () => {
  it.each([
    ['true', []],
    [
      '"dba" in subject.teams || "security" in requester.teams && "dba" in requester.teams',
      ['dba', 'security'],
    ],
    ['request.entitlements.exists(e, e == "x" && "ops" in subject.teams)', ['ops']],
  ])('%s asks about %j', (source, teams) => {
    expect(compileCondition(source)).toMatchObject({
      condition: { source, teams, readsTeams: teams.length > 0 },
    });
  });
});

describe('local time', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  /** Sunday 29 March 2026, 01:30 UTC: Berlin has just skipped the hour between two and three. */
  const SPRING = '2026-03-29T01:30:00Z';
  const CASES: readonly (readonly [string, string])[] = [
    [
      '2026-11-22T12:00:00Z',
      'now.getHours() == 12 && now.getDayOfWeek() == 0 && now.getDate() == 22 && now.getMonth() == 10',
    ],
    ['2026-11-22T12:00:00Z', 'now.getHours("Europe/Berlin") == 13 && now.getFullYear("UTC") == 2026'],
    ['2026-11-22T23:30:00Z', 'now.getDayOfWeek("Europe/Berlin") == 1 && now.getDate("Europe/Berlin") == 23'],
    [
      '2026-11-22T23:00:00Z',
      'now.getHours("Europe/Berlin") == 0 && now.getDayOfMonth("Europe/Berlin") == 22',
    ],
    [
      '2026-12-31T23:30:00Z',
      'now.getFullYear("Europe/Berlin") == 2027 && now.getMonth("Europe/Berlin") == 0',
    ],
    ['2026-11-22T12:15:00Z', 'now.getHours("Asia/Kolkata") == 17 && now.getMinutes("Asia/Kolkata") == 45'],
    [SPRING, 'now.getHours("Europe/Berlin") == 3 && now.getHours("UTC") == 1 && now.getMinutes("UTC") == 30'],
    // The wall clock of one zone shows an hour that another zone skips on that day.
    [SPRING, 'now.getHours("Africa/Cairo") == 3 && now.getHours("Africa/Lagos") == 2'],
    ['2026-03-08T07:30:00Z', 'now.getHours("Africa/Lagos") == 8 && now.getHours("Etc/GMT+5") == 2'],
  ];

  it.each(['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata'])(
    'does not depend on the machine being in %s',
    (tz) => {
      process.env.TZ = tz;
      for (const [now, source] of CASES) {
        expect([source, holds(source, { ...FACTS, now } as unknown as ConditionFacts)]).toEqual([
          source,
          true,
        ]);
      }
    },
  );
});
