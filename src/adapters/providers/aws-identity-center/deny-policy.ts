import { type Instant, parseInstant } from '../../../core/time.js';

/**
 * A service control policy of Hallpass's own, as a list of what it denies. It can only take away, and by these conditions it does so from
 * one person, in one account, under one permission set ("Use a Deny policy to revoke active user permissions", IAM Identity Center User Guide).
 */
export interface Deny {
  readonly user: string;
  readonly account: string;
  /** The name of the permission set, which never changes; the role in the account is named after it. */
  readonly set: string;
  /** `from`: everything from then on. `before`: what is done with credentials that were issued before then. */
  readonly what: 'from' | 'before';
  readonly at: Instant;
}

/** "Quotas and service limits", AWS Organizations User Guide; so about fifteen fit. */
export const MOST_CHARACTERS = 5_120;
/** A policy has to have a statement. This one is about nobody. */
const NOBODY = 'nobody';

const CONDITIONS = {
  from: ['DateGreaterThanEquals', 'aws:CurrentTime'],
  before: ['DateLessThan', 'aws:TokenIssueTime'],
} as const;

export function renderDenies(denies: readonly Deny[], partition: string): string {
  const statements = denies.map((deny) => statementOf(deny, partition));
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.length === 0 ? [denying({ StringEquals: { [USER]: NOBODY } })] : statements,
  });
}

const USER = 'identitystore:UserId';
const ACCOUNT = 'aws:PrincipalAccount';

function denying(Condition: object): object {
  return { Effect: 'Deny', Action: '*', Resource: '*', Condition };
}

function statementOf({ user, account, set, what, at }: Deny, partition: string): object {
  const [operator, key] = CONDITIONS[what];
  return denying({
    StringEquals: { [USER]: user, [ACCOUNT]: account },
    ArnLike: { 'aws:PrincipalArn': roleOf(set, partition) },
    [operator]: { [key]: at },
  });
}

/**
 * "Referencing permission sets in resource policies", IAM Identity Center User Guide: something follows the name, and nobody says what. So
 * a permission set whose name goes on after an underscore is denied as well, rather than one being missed.
 */
function roleOf(set: string, partition: string): string {
  return `arn:${partition}:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_${set}_*`;
}

/** @returns undefined where anything else stands in it: it is then not ours alone, and must not be written over. */
export function parseDenies(content: string, partition: string): readonly Deny[] | undefined {
  const statements = statementsIn(content);
  if (statements === undefined) return undefined;
  const denies = statements.map(denyIn).filter((deny) => deny !== undefined);
  // What was read is all there is when it is written in the same way.
  const again = renderDenies(denies, partition);
  return sameJson(content, again) ? denies : undefined;
}

function statementsIn(content: string): readonly unknown[] | undefined {
  try {
    const { Statement } = JSON.parse(content) as { readonly Statement?: unknown };
    return Array.isArray(Statement) ? Statement : undefined;
  } catch {
    return undefined;
  }
}

function denyIn(statement: unknown): Deny | undefined {
  const { Condition = {} } = (statement ?? {}) as { readonly Condition?: Conditions };
  const { [USER]: user, [ACCOUNT]: account } = Condition.StringEquals ?? {};
  const [, set] = /AWSReservedSSO_(.+)_\*$/.exec(String(Condition.ArnLike?.['aws:PrincipalArn'])) ?? [];
  for (const what of ['from', 'before'] as const) {
    const [operator, key] = CONDITIONS[what];
    const at = parseInstant(String(Condition[operator]?.[key]));
    if (at !== undefined && typeof user === 'string' && typeof account === 'string' && set !== undefined)
      return { user, account, set, what, at };
  }
  return undefined;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** AWS may give the text back with other spaces. */
function sameJson(one: string, other: string): boolean {
  return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
}
