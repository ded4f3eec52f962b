import type { EndReason, HoldingState, VoidReason } from '../core/grant.js';
import { type Instant, secondsBetween } from '../core/time.js';
import { type Paint, unpainted } from './paint.js';
import { type Column, tableOf } from './table.js';
import { span, utc } from './time-text.js';

/** One entitlement of one grant as it stood at an instant. The shape `hallpass list --json` prints; it only ever grows. */
export interface GrantRow {
  readonly id: string;
  readonly subject: string | null;
  readonly requester: string | null;
  /** `null`: a refused landing whose request cannot be read. */
  readonly entitlement: string | null;
  readonly target: string | null;
  /** `refused`: it landed and was not granted. */
  readonly state: HoldingState | 'refused';
  readonly starts_at: Instant | null;
  readonly expires_at: Instant | null;
  /** When it was recorded as ended, and why. */
  readonly ended_at: Instant | null;
  readonly reason: EndReason | VoidReason | null;
  /** Seconds after it was due; of what lives, up to the instant asked about. `null`: it was not due yet, or came earlier. */
  readonly late_seconds: number | null;
  readonly justification: string | null;
  readonly ticket: string | null;
  /** The rules that applied. */
  readonly rules: readonly string[];
  /** Logins whose approval counted. */
  readonly approved_by: readonly string[];
  readonly approvals: readonly RowApproval[];
  readonly break_glass: boolean;
  /** The subject had it before, so its end takes nothing away. */
  readonly preexisting: boolean;
  readonly pull_request: number;
}

/** One approval, and what it filled: `group` is an index from 0, or `null` where it counted only toward the floor. */
interface RowApproval {
  readonly login: string;
  readonly id: number;
  readonly review: number;
  readonly at: Instant;
  readonly rule: string;
  readonly group: number | null;
}

/**
 * Rows with where their pull request and its reviews are on GitHub. @param url of the repository; without, they are as they were: a clone
 * does not know where it came from.
 */
export function linkedRows(url: string | undefined): (rows: readonly GrantRow[]) => readonly object[] {
  if (url === undefined) return (rows) => rows;
  return (rows) =>
    rows.map((row) => {
      const pullRequestUrl = `${url}/pull/${row.pull_request}`;
      return {
        ...row,
        approvals: row.approvals.map((one) => ({
          ...one,
          url: `${pullRequestUrl}#pullrequestreview-${one.review}`,
        })),
        pull_request_url: pullRequestUrl,
      };
    });
}

const GONE: ReadonlySet<GrantRow['state']> = new Set(['ended', 'void', 'refused']);

/** Time left for what lives, and what became of the rest. */
function leftOf(row: GrantRow, at: Instant): string {
  if (row.ended_at !== null) return `${row.reason ?? 'ended'} ${utc(row.ended_at)}${lateOf(row)}`;
  if (GONE.has(row.state) || row.expires_at === null) return row.reason ?? '-';
  if (row.state === 'scheduled' && row.starts_at !== null && row.starts_at > at)
    return `starts in ${span(secondsBetween(at, row.starts_at))}`;
  const left = secondsBetween(at, row.expires_at);
  return left > 0 ? span(left) : `overdue by ${span(left)}`;
}

function lateOf({ late_seconds: late }: GrantRow): string {
  return late === null || late === 0 ? '' : `, ${span(late)} late`;
}

/** By which rules, and by whom. */
function whyOf({ rules, approved_by: by }: GrantRow): string {
  return [rules.join(', ') || '-', ...(by.length === 0 ? [] : [`by ${by.join(', ')}`])].join(' ');
}

function isOverdue(row: GrantRow, at: Instant): boolean {
  return !GONE.has(row.state) && row.expires_at !== null && row.expires_at <= at;
}

/** The table of `hallpass list`. @param at the instant it shows; time left counts from there. */
export function grantsTable(rows: readonly GrantRow[], at: Instant, paint: Paint = unpainted): string {
  const columns: readonly Column<GrantRow>[] = [
    { title: 'SUBJECT', cell: ({ subject }) => subject ?? '(account gone)' },
    { title: 'ENTITLEMENT', cell: ({ entitlement }) => entitlement ?? '-' },
    { title: 'TARGET', cell: ({ target }) => target ?? '-' },
    { title: 'STATE', cell: (row) => `${row.state}${row.break_glass ? ' (break-glass)' : ''}` },
    { title: 'UNTIL', cell: ({ expires_at }) => (expires_at === null ? '-' : utc(expires_at)) },
    { title: 'LEFT', cell: (row) => leftOf(row, at) },
    { title: 'GRANT', cell: ({ id }) => id },
    { title: 'WHY', cell: whyOf },
  ];
  return tableOf(rows, columns, (row, line) => (isOverdue(row, at) ? paint('bad', line) : line));
}
