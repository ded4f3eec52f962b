import type { Json } from '../core/entitlement.js';
import type { Coordinates } from '../core/grant.js';
import type { Instant } from '../core/time.js';

/** What a plugin is asked. `docs/spec/plugin.md` describes call and answer for those who write one. */
export const VERBS = [
  'describe',
  'preflight',
  'observe',
  'grant',
  'revoke',
  'end_sessions',
  'discover',
] as const;
export type Verb = (typeof VERBS)[number];

/** What a plugin is told about one piece of access. */
export interface PluginHolding {
  readonly subject: string;
  readonly grant: Coordinates;
}

/** What is asked, without what belongs to one attempt. */
export type PluginQuestion =
  | { readonly verb: 'describe' | 'discover' }
  | {
      readonly verb: 'observe';
      readonly scope: readonly PluginHolding[];
      readonly everybody_of: readonly Coordinates[];
    }
  | ({ readonly verb: 'preflight' | 'end_sessions' } & PluginHolding)
  | ({ readonly verb: 'grant'; readonly until: Instant; readonly key: string } & PluginHolding)
  | ({ readonly verb: 'revoke'; readonly receipt: Json } & PluginHolding);

export interface PluginCall {
  /** Comes back in the answer, so that no other answer is taken for it. */
  readonly id: string;
  readonly target: string;
  /** When nobody waits for the answer any more. */
  readonly deadline: Instant;
  readonly question: PluginQuestion;
}

const same = (value: unknown): unknown => value;

/** In this order: later keys may hold anything, so a reader that looks for the first `"subject":` finds the subject. */
const FIELDS: Readonly<Record<string, (value: unknown) => unknown>> = {
  subject: same,
  grant: sorted,
  until: same,
  key: same,
  scope: (value) =>
    (value as readonly PluginHolding[]).map(({ subject, grant }) => ({ subject, grant: sorted(grant) })),
  everybody_of: sorted,
  receipt: same,
};

/**
 * One line, keys always in the same order and coordinates sorted, so that a shell script can read it by pattern. Every text but the
 * receipt is of a grammar without quotes and backslashes.
 */
export function renderCall({ id, target, deadline, question }: PluginCall): string {
  return JSON.stringify({ version: 1, id, verb: question.verb, target, deadline, ...fieldsOf(question) });
}

/** Equal texts, equal questions. */
export function renderQuestion(question: PluginQuestion): string {
  return JSON.stringify({ verb: question.verb, ...fieldsOf(question) });
}

function fieldsOf(question: PluginQuestion): Readonly<Record<string, unknown>> {
  const asked = question as Readonly<Record<string, unknown>>;
  const there = Object.entries(FIELDS).filter(([key]) => asked[key] !== undefined);
  return Object.fromEntries(there.map(([key, show]) => [key, show(asked[key])]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
