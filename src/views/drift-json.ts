import type { DriftReport } from '../core/reconcile/report.js';

/** The shape `hallpass drift --json` prints; it only ever grows. */
export function driftJson({ at, targets }: DriftReport): unknown {
  return {
    at,
    targets: targets.map(({ target, looked, code, stopped, findings }) => ({
      target,
      looked,
      code,
      stopped,
      findings: findings.map(({ kind, subject, login, entitlements, grant, id, since, next, owners }) => ({
        kind,
        subject,
        login,
        entitlements,
        grant,
        id,
        since,
        next,
        owners,
      })),
    })),
  };
}
