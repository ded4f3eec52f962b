import type { Oid } from '../core/approval.js';
import type { AuditFinding, Severity } from '../core/audit/finding.js';
import { type Paint, unpainted } from './paint.js';
import { clip, oneLine } from './untrusted-text.js';

/** What proving a ledger came to. */
export interface Verified {
  readonly head: Oid;
  readonly findings: readonly AuditFinding[];
  readonly counts: { readonly commits: number; readonly entries: number; readonly live: number };
}

const STYLE: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  critical: 'bad',
  high: 'warn',
  medium: 'dim',
};
const MOST_MESSAGE = 1_000;

/** One finding on one line: how bad, what, where, and the sentence (T122). */
export function findingText(
  { code, severity, commit, path, message }: AuditFinding,
  paint: Paint = unpainted,
): string {
  const where = [commit?.slice(0, 12), path].filter((part) => part !== undefined).map(oneLine);
  const place = where.length === 0 ? '' : ` ${where.join(' ')}`;
  return `${paint(STYLE[severity], severity.padEnd(8))} ${code}${place}: ${clip(oneLine(message), MOST_MESSAGE)}`;
}

/** The last line: what was looked at and whether it is clean. */
export function verifiedText({ head, findings, counts }: Verified, paint: Paint = unpainted): string {
  const seen = `${counted(counts.commits, 'commit')}, ${counted(counts.entries, 'document')} written, ${counted(counts.live, 'grant')} alive, up to ${head.slice(0, 12)}`;
  if (findings.length === 0) return `${paint('good', 'Clean')}: ${seen}.`;
  return `${paint('bad', counted(findings.length, 'finding'))}: ${seen}.`;
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}

/** The shape `hallpass audit verify --json` prints; it only ever grows. */
export function verifiedJson({ head, findings, counts }: Verified) {
  return {
    clean: findings.length === 0,
    head,
    ...counts,
    findings: findings.map(({ code, severity, commit, path, message }) => ({
      code,
      severity,
      commit: commit ?? null,
      path: path ?? null,
      message,
    })),
  };
}
