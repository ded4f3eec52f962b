import { Environment } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { foldLogin } from '../core/identity.js';
import type { ConditionFacts, ConditionPerson } from '../core/policy/policy.js';
import { durationSeconds } from '../core/time.js';

/** A login inside a condition. A type of its own, so that every comparison ignores case, as GitHub does (T043). */
class FoldedLogin {
  readonly folded: string;

  constructor(login: string) {
    this.folded = foldLogin(login);
  }
}

/** What each variable has. `attributes` is the only open one. */
export const CONDITION_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  request: {
    duration: 'google.protobuf.Duration',
    start: 'google.protobuf.Timestamp',
    ticket: 'string',
    justification: 'string',
    entitlements: 'list<string>',
    break_glass: 'bool',
  },
  entitlement: { id: 'string', tier: 'string', target: 'string' },
  requester: { login: 'Login', teams: 'list<string>', attributes: 'map<string, dyn>' },
  subject: { login: 'Login', teams: 'list<string>', attributes: 'map<string, dyn>' },
};

const TYPE_OF_VARIABLE: Readonly<Record<string, string>> = {
  request: 'Request',
  entitlement: 'Entitlement',
  requester: 'Person',
  subject: 'Person',
};

/** What replaces the library's functions on local time, which go through the time zone of the machine. */
export const ZONED_FUNCTIONS: Readonly<Record<string, string>> = {
  getFullYear: 'zonedFullYear',
  getMonth: 'zonedMonth',
  getDate: 'zonedDate',
  getDayOfMonth: 'zonedDayOfMonth',
  getDayOfWeek: 'zonedDayOfWeek',
  getHours: 'zonedHours',
  getMinutes: 'zonedMinutes',
};

const ZONED_FIELD: Readonly<Record<string, (local: Date) => number>> = {
  zonedFullYear: (local) => local.getUTCFullYear(),
  zonedMonth: (local) => local.getUTCMonth(),
  zonedDate: (local) => local.getUTCDate(),
  zonedDayOfMonth: (local) => local.getUTCDate() - 1,
  zonedDayOfWeek: (local) => local.getUTCDay(),
  zonedHours: (local) => local.getUTCHours(),
  zonedMinutes: (local) => local.getUTCMinutes(),
};

/** Throws RangeError for a zone the tz database does not know. */
export function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
}

/** @returns an instant whose UTC fields are the wall clock of the zone. */
function wallClock(instant: Date, timeZone: string): Date {
  const parts = zoneFormat(timeZone).formatToParts(instant);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return new Date(Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')));
}

function build(): Environment {
  const environment = new Environment({
    limits: { maxAstNodes: 200, maxDepth: 24, maxListElements: 64, maxMapEntries: 0, maxCallArguments: 3 },
  });
  environment.registerType('Login', FoldedLogin);
  environment.registerType('Request', { fields: { ...CONDITION_FIELDS.request } });
  environment.registerType('Entitlement', { fields: { ...CONDITION_FIELDS.entitlement } });
  environment.registerType('Person', { fields: { ...CONDITION_FIELDS.subject } });
  environment.registerVariable('now', 'google.protobuf.Timestamp');
  for (const [name, type] of Object.entries(TYPE_OF_VARIABLE)) environment.registerVariable(name, type);
  environment.registerOperator('Login == string', (a: FoldedLogin, b: string) => a.folded === foldLogin(b));
  environment.registerOperator('Login == Login', (a: FoldedLogin, b: FoldedLogin) => a.folded === b.folded);
  environment.registerOperator('Login in list<string>', (a: FoldedLogin, list: readonly string[]) =>
    list.some((login) => a.folded === foldLogin(login)),
  );
  for (const [name, field] of Object.entries(ZONED_FIELD)) {
    const handler = (instant: Date, zone: string): bigint => BigInt(field(wallClock(instant, zone)));
    environment.registerFunction(`google.protobuf.Timestamp.${name}(string): int`, { handler, async: false });
  }
  return environment;
}

let built: Environment | undefined;

/** Made when the first condition is met: few policies have one, and it takes longer than reading a request. */
export function conditionEnvironment(): Environment {
  built ??= build();
  return built;
}

/** Maps throughout, so that only own keys are ever found (T010). Absent optional facts are absent keys, which throw when read. */
export function bindFacts(facts: ConditionFacts): Record<string, unknown> {
  const { request, entitlement } = facts;
  return {
    now: new Date(facts.now),
    request: new Map<string, unknown>([
      ['duration', new Duration(BigInt(durationSeconds(request.duration)), 0)],
      ['justification', request.justification],
      ['entitlements', [...request.entitlements]],
      ['break_glass', request.break_glass],
      ...(request.start === undefined ? [] : [['start', new Date(request.start)] as const]),
      ...(request.ticket === undefined ? [] : [['ticket', request.ticket] as const]),
    ]),
    entitlement: new Map(Object.entries(entitlement)),
    requester: bindPerson(facts.requester),
    subject: bindPerson(facts.subject),
  };
}

function bindPerson(person: ConditionPerson): Map<string, unknown> {
  return new Map<string, unknown>([
    ['login', new FoldedLogin(person.login)],
    ['teams', [...person.teams]],
    ['attributes', new Map([...person.attributes].map(([key, value]) => [key, celValue(value)]))],
  ]);
}

/** CEL keeps whole numbers and fractions apart; a document does not. */
function celValue(value: string | number | boolean): string | number | boolean | bigint {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}
