import type { Finding, Outcome } from './decision.js';

/** A finding that has to be there: which check, about what. */
export interface Expected {
  readonly code: string;
  readonly entitlement?: string;
  readonly rule?: string;
}

const SEVERITY: Readonly<Record<Outcome, number>> = { approved: 0, pending: 1, denied: 2, invalid: 3 };

export function worse(a: Outcome, b: Outcome): Outcome {
  return SEVERITY[a] >= SEVERITY[b] ? a : b;
}

export function isWorse(a: Outcome, b: Outcome): boolean {
  return SEVERITY[a] > SEVERITY[b];
}

/**
 * The outcome of a request: the worst of its findings. Approval is not the absence of objections: every expected finding has
 * to be there, and a missing one is as bad as the worst, so losing a finding can never let a request through.
 */
export function fold(expected: readonly Expected[], findings: readonly Finding[]): Outcome {
  if (expected.length === 0) return 'invalid';
  const unmet = new Map<string, number>();
  const count = (one: Expected, by: number) => {
    const key = keyOf(one);
    unmet.set(key, (unmet.get(key) ?? 0) + by);
  };
  for (const one of expected) count(one, 1);
  let outcome: Outcome = 'approved';
  for (const finding of findings) {
    count(finding, -1);
    if (finding.status !== 'satisfied') outcome = worse(outcome, finding.otherwise);
  }
  return [...unmet.values()].some((missing) => missing !== 0) ? 'invalid' : outcome;
}

function keyOf({ code, entitlement, rule }: Expected): string {
  return JSON.stringify([code, entitlement ?? null, rule ?? null]);
}
