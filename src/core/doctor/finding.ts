import type { Severity } from './code.js';
import { CODES, type SetupCode } from './codes.js';
import type { Setup } from './facts.js';
import { inPlace } from './places.js';

/** One thing about the setup that is not as it should be. `about` and `message` may hold text from outside: escape them. */
export interface SetupFinding {
  readonly code: SetupCode;
  readonly severity: Severity;
  /** Which branch, target, permission or rule; empty where there is only one. */
  readonly about: string;
  /** What is so. */
  readonly message: string;
  readonly risk: string;
  /** What to do: a command, or the page on GitHub. */
  readonly fix: string;
}

/** What a check found, before its row of the catalogue is filled in. */
export interface Found {
  readonly code: SetupCode;
  readonly about?: string;
  readonly message: string;
}

export function setupFinding(setup: Setup, { code, about = '', message }: Found): SetupFinding {
  const { severity, risk, fix } = CODES[code];
  return { code, severity, about, message, risk, fix: inPlace(fix, setup) };
}

/** Equal keys, the same finding as last time, whatever its words. */
export function findingKey({ code, about }: SetupFinding): string {
  return `${code} ${about}`;
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, notice: 2 };

export function worstFirst(findings: readonly SetupFinding[]): readonly SetupFinding[] {
  return findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** Whether somebody should do something: a notice alone is none. */
export function isHealthy(findings: readonly SetupFinding[]): boolean {
  return findings.every(({ severity }) => severity === 'notice');
}
