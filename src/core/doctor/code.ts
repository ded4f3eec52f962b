/**
 * `critical`: one of the two things that must never happen has one guard less. `warning`: something will not work, or a second line
 * of defence is missing. `notice`: worth knowing.
 */
export type Severity = 'critical' | 'warning' | 'notice';

/** What is at stake, and exactly what to do. `{page}` is filled in; see `places.ts`. */
export interface Code {
  readonly severity: Severity;
  readonly risk: string;
  readonly fix: string;
}

export const row = (severity: Severity, risk: string, fix: string): Code => ({ severity, risk, fix });
