import type { Condition } from '../core/policy/policy.js';
import { bindFacts, conditionEnvironment } from './condition-environment.js';
import { restrict } from './condition-language.js';
import { remembering } from './remembering.js';

/** Far more than a readable condition has; evaluation takes time in proportion to it. */
export const MAX_CONDITION_LENGTH = 1_000;

export type CompiledCondition = { readonly condition: Condition } | { readonly problem: string };

/**
 * Compiles a `when` once. What compiles is boolean by type, names only what DESIGN section 3 lists, and cannot loop, match
 * expressions or reach anything of the host: the allow-list lives in `condition-language.ts`.
 */
export const compileCondition: (source: string) => CompiledCondition = remembering(compile);

function compile(source: string): CompiledCondition {
  if (!(source.length <= MAX_CONDITION_LENGTH)) {
    return {
      problem: `the condition has ${source.length} characters; at most ${MAX_CONDITION_LENGTH} are allowed`,
    };
  }
  try {
    const parsed = conditionEnvironment().parse(source);
    const restricted = restrict(parsed.ast);
    if (restricted.problems.length > 0) return { problem: restricted.problems.join('; ') };
    const checked = parsed.check();
    if (!checked.valid) return { problem: sentence(checked.error) };
    if (checked.type !== 'bool') return { problem: notBoolean(checked.type) };
    const holds: Condition['holds'] = (facts) => booleanOf(parsed(bindFacts(facts)));
    return { condition: { source, teams: restricted.teams, readsTeams: restricted.teams.length > 0, holds } };
  } catch (error) {
    return { problem: sentence(error) };
  }
}

/** Anything but a boolean, a promise included, is an error and not an answer. */
function booleanOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`the condition gave ${typeof value} instead of true or false`);
}

function notBoolean(type: string | undefined): string {
  const hint = type === 'dyn' ? '; compare the attribute, as in `subject.attributes.on_call == true`' : '';
  return `the condition must be true or false, not ${type ?? 'nothing'}${hint}`;
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { summary, range } = error as { summary?: unknown; range?: { start?: unknown } };
  const text = typeof summary === 'string' ? summary : error.message;
  return typeof range?.start === 'number' ? `${text} (at character ${range.start + 1})` : text;
}
