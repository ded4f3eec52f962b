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
  if (expected.length === 0 || !isEachMet(expected, findings)) return 'invalid';
  let outcome: Outcome = 'approved';
  for (const { status, otherwise } of findings)
    if (status !== 'satisfied') outcome = worse(outcome, otherwise);
  return outcome;
}

/** Whether what is expected and what was found are the same, in whatever order. They nearly always stand in the same one. */
function isEachMet(expected: readonly Expected[], findings: readonly Finding[]): boolean {
  if (expected.length !== findings.length) return false;
  if (expected.every((one, index) => isAbout(one, findings[index]))) return true;
  const keys = findings.map(keyOf).sort();
  return expected
    .map(keyOf)
    .sort()
    .every((key, index) => key === keys[index]);
}

function isAbout(one: Expected, finding: Finding | undefined): boolean {
  return one.code === finding?.code && one.entitlement === finding.entitlement && one.rule === finding.rule;
}

function keyOf({ code, entitlement, rule }: Expected): string {
  return JSON.stringify([code, entitlement ?? null, rule ?? null]);
}
