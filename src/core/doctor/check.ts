import type { Look, SetupFacts } from './facts.js';
import type { Found } from './finding.js';

/** Looks at frozen facts and says what is wrong. Synchronous and total. */
export type Check = (facts: SetupFacts) => readonly Found[];

/** A check of one thing that was looked at. That it could not be seen is a finding too, of `unseen` in the table. */
export function ifSeen<T>(look: Look<T>, judge: (seen: T) => readonly Found[]): readonly Found[] {
  return 'seen' in look ? judge(look.seen) : [];
}

/** Findings of a list of conditions: each says what has to hold, or nothing. */
export function failing(
  ...conditions: readonly (readonly [holds: boolean, found: Found])[]
): readonly Found[] {
  return conditions.flatMap(([holds, found]) => (holds ? [] : [found]));
}
