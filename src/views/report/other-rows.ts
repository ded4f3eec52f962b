import type { AuditFinding } from '../../core/audit/finding.js';
import type { Violation } from '../../core/grant.js';
import type { OrphanRecord } from '../../core/reconcile/orphan.js';
import type { ControlChange } from '../../core/report/report.js';
import { type Cell, type Links, lines, plain, time } from './cells.js';

type Rows = readonly (readonly Cell[])[];

export function findingRows(findings: readonly AuditFinding[]): Rows {
  return findings.map(({ severity, code, commit, path, message }) => [
    plain(severity),
    plain(code),
    lines([commit?.slice(0, 12), path].filter((part) => part !== undefined)),
    plain(message),
  ]);
}

export function violationRows(violations: readonly Violation[], links: Links): Rows {
  return violations.flatMap(({ at, commit, problems }) =>
    problems.map(({ code, path, message }) => [
      plain(time(at)),
      [[links.commit(commit)]],
      plain(code),
      plain(path ?? null),
      plain(message),
    ]),
  );
}

export function orphanRows(records: readonly OrphanRecord[]): Rows {
  return records.flatMap(({ at, target, orphans }) =>
    orphans.map(({ subject, entitlements, code }) => [
      plain(time(at)),
      plain(target),
      plain(subject),
      lines(entitlements),
      plain(code === undefined ? 'removed' : `still there: ${code}`),
    ]),
  );
}

export function changeRows(changes: readonly ControlChange[], links: Links): Rows {
  return changes.map(({ at, commit, author, subject, paths }) => [
    plain(time(at)),
    [[links.commit(commit)]],
    plain(author),
    plain(subject),
    lines(paths),
  ]);
}
