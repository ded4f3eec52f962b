import type { ASTNode } from '@marcbachmann/cel-js';
import { parseInstant } from '../core/time.js';
import { CONDITION_FIELDS, ZONED_FUNCTIONS, zoneFormat } from './condition-environment.js';

/** What a condition asks about teams, and what in it is not allowed. */
export interface Restricted {
  readonly problems: readonly string[];
  /** Team slugs it names, sorted, none twice. */
  readonly teams: readonly string[];
}

type Problems = readonly string[];
type NodeOf<Op extends ASTNode['op']> = ASTNode & { readonly op: Op };

interface Scope {
  /** Collects the team slugs named so far. */
  readonly teams: Set<string>;
  /** The name bound by an enclosing `exists` or `all`. */
  readonly element?: string;
}

const OPERATORS = new Set('&& || !_ -_ ?: == != < <= > >= + - * / % list'.split(' '));
const METHODS = new Set([
  'startsWith',
  'endsWith',
  'contains',
  'size',
  'getSeconds',
  ...Object.keys(ZONED_FUNCTIONS),
]);
const QUANTIFIERS = new Set(['exists', 'all']);
const TEAM_SLUG = /^[a-z0-9_][a-z0-9_.-]{0,99}$/;
const DURATION_LITERAL = /^(?:\d{1,6}[hms]){1,3}$/;
const NOTHING: Problems = [];

/**
 * Holds a parsed condition against the allow-list, and sends calls on local time to our own functions. An allow-list, because
 * the library can do more than a policy should: backtracking `matches`, conversions that read local time, JSON.
 */
export function restrict(ast: ASTNode): Restricted {
  const teams = new Set<string>();
  const problems = problemsOf(ast, { teams });
  return { problems, teams: [...teams].sort() };
}

function problemsOf(node: ASTNode, scope: Scope): Problems {
  switch (node.op) {
    case 'value':
      return problemsOfLiteral(node.args);
    case 'id':
      return problemsOfName(node.args, scope);
    case '.':
      return problemsOfField(node);
    case '[]':
      return problemsOfIndex(node);
    case 'in':
      return problemsOfMembership(node, scope);
    case 'call':
      return problemsOfCall(node, scope);
    case 'rcall':
      return problemsOfMethod(node, scope);
    default:
      if (!OPERATORS.has(node.op)) return [`\`${node.op}\` is not available in a condition`];
      return problemsOfAll([node.args].flat(2) as ASTNode[], scope);
  }
}

function problemsOfAll(nodes: readonly ASTNode[], scope: Scope): Problems {
  return nodes.flatMap((node) => problemsOf(node, scope));
}

function problemsOfLiteral(value: unknown): Problems {
  if (['string', 'boolean', 'bigint', 'number'].includes(typeof value)) return NOTHING;
  return ['only texts, numbers, true and false are available as literals'];
}

function problemsOfName(name: string, scope: Scope): Problems {
  if (name === 'now' || name === scope.element) return NOTHING;
  if (!isVariable(name))
    return [`\`${name}\` is unknown; a condition sees now, request, entitlement, requester and subject`];
  return [`\`${name}\` alone says nothing; use one of its fields: ${fieldsOf(name)}`];
}

/** `request.ticket`, `subject.attributes` or `subject.attributes.employment`, and no other chain. */
function problemsOfField({ args: [owner, field] }: NodeOf<'.'>): Problems {
  if (isPersonField(owner, 'attributes')) return NOTHING;
  if (owner.op !== 'id' || !isVariable(owner.args)) return [`\`.${field}\` is not available here`];
  if (!Object.hasOwn(CONDITION_FIELDS[owner.args] ?? {}, field)) {
    return [`\`${owner.args}\` has no field \`${field}\`; it has ${fieldsOf(owner.args)}`];
  }
  if (field !== 'teams') return NOTHING;
  return [
    `ask for one team by name, as in \`"dba" in ${owner.args}.teams\`, so that its members can be fetched`,
  ];
}

function problemsOfIndex({ args: [owner, index] }: NodeOf<'[]'>): Problems {
  if (!isPersonField(owner, 'attributes')) return ['only `attributes` can be read with `[ ]`'];
  return literalText(index) === undefined ? ['an attribute is named by a literal text'] : NOTHING;
}

/** Teams are asked about by literal name only: whose members to fetch has to be known before anything is evaluated. */
function problemsOfMembership({ args: [item, list] }: NodeOf<'in'>, scope: Scope): Problems {
  if (!isPersonField(list, 'teams')) {
    if (list.op !== 'list' && list.op !== '.') return ['`in` needs a list, attributes or teams on its right'];
    return problemsOfAll([item, list], scope);
  }
  const team = literalText(item);
  if (team === undefined || !TEAM_SLUG.test(team)) {
    return ['a team is named by its literal slug in lower case, as in `"dba" in subject.teams`'];
  }
  scope.teams.add(team);
  return NOTHING;
}

const TIMESTAMP_FORM = '`timestamp()` needs a literal such as "2026-12-24T00:00:00Z"';
const DURATION_FORM = '`duration()` needs a literal of h, m and s, such as "2h" or "90m"';
const ZONE_FORM = 'a time zone is a literal name of the tz database, such as "Europe/Berlin"';

function problemsOfCall({ args: [name, args] }: NodeOf<'call'>, scope: Scope): Problems {
  const [first, second] = args;
  if (first === undefined || second !== undefined) return notAvailable(`${name}()`);
  switch (name) {
    case 'timestamp':
      return parseInstant(literalText(first) ?? '') === undefined ? [TIMESTAMP_FORM] : NOTHING;
    case 'duration':
      return DURATION_LITERAL.test(literalText(first) ?? '') ? NOTHING : [DURATION_FORM];
    case 'has':
      return first.op === '.' ? problemsOf(first, scope) : ['`has()` needs a field'];
    case 'size':
      return problemsOf(first, scope);
    default:
      return notAvailable(`${name}()`);
  }
}

function problemsOfMethod(node: NodeOf<'rcall'>, scope: Scope): Problems {
  const [name, receiver, args] = node.args;
  if (QUANTIFIERS.has(name)) return problemsOfQuantifier(receiver, args, scope);
  if (!METHODS.has(name)) return notAvailable(`.${name}()`);
  const zoned = Object.hasOwn(ZONED_FUNCTIONS, name) ? ZONED_FUNCTIONS[name] : undefined;
  const [zone] = args;
  if (zoned === undefined || zone === undefined) return problemsOfAll([receiver, ...args], scope);
  if (!isZone(literalText(zone))) return [ZONE_FORM];
  // The tree's types are checked after this walk, so the replacement is checked like anything else.
  (node.args as [string, ASTNode, ASTNode[]])[0] = zoned;
  return problemsOf(receiver, scope);
}

/** One level deep, so that the time stays in proportion to the request. */
function problemsOfQuantifier(receiver: ASTNode, args: readonly ASTNode[], scope: Scope): Problems {
  const [element, body] = args;
  if (receiver.op !== '.' || receiver.args[1] !== 'entitlements') {
    return ['`exists` and `all` are available on `request.entitlements` only'];
  }
  if (scope.element !== undefined) return ['`exists` and `all` cannot be nested'];
  if (element?.op !== 'id' || body === undefined || element.args === 'now' || isVariable(element.args)) {
    return ['`exists` and `all` need a name of their own for the element'];
  }
  return [...problemsOf(receiver, scope), ...problemsOf(body, { ...scope, element: element.args })];
}

function notAvailable(what: string): Problems {
  return [`\`${what}\` is not available in a condition`];
}

function literalText(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

function isVariable(name: string): boolean {
  return Object.hasOwn(CONDITION_FIELDS, name);
}

function isPersonField(node: ASTNode, field: string): boolean {
  if (node.op !== '.' || node.args[1] !== field) return false;
  const [owner] = node.args;
  return owner.op === 'id' && (owner.args === 'requester' || owner.args === 'subject');
}

function fieldsOf(name: string): string {
  return Object.keys(CONDITION_FIELDS[name] ?? {}).join(', ');
}

function isZone(name: string | undefined): boolean {
  if (name === undefined) return false;
  try {
    zoneFormat(name);
    return true;
  } catch {
    return false;
  }
}
