import { stringify } from 'csv-stringify/sync';
import type { ReportedReviews } from '../../core/report/access-review.js';
import type { ReportedGrant } from '../../core/report/grant.js';
import type { EvidenceReport } from '../../core/report/report.js';
import { oneLine } from '../untrusted-text.js';

/** The columns; what a kind of row does not have is empty. They only ever grow at the end. */
const COLUMNS = [
  'record',
  'id',
  'pull_request',
  'subject',
  'requester',
  'entitlement',
  'target',
  'justification',
  'ticket',
  'duration',
  'landed_at',
  'starts_at',
  'expires_at',
  'state',
  'granted_at',
  'ended_at',
  'reason',
  'late_seconds',
  'rules',
  'approved_by',
  'set_aside',
  'break_glass',
  'review_due',
  'reviewed_at',
  'reviewed_by',
  'preexisting',
  'commit',
  'at',
  'code',
  'path',
  'message',
] as const;

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | boolean | null>>>;

/**
 * The report as CSV (RFC 4180), a row for every entitlement of a grant and for everything else that happened; `record` says which.
 * A spreadsheet runs no field of it: those that begin like a formula get an apostrophe in front (T132).
 */
export function reportCsv(report: EvidenceReport): string {
  const records = rowsOf(report).map((row) => COLUMNS.map((column) => fieldOf(row[column])));
  return stringify([[...COLUMNS], ...records], {
    escape_formulas: true,
    quoted: true,
    quoted_empty: false,
    record_delimiter: 'windows',
  });
}

/** Blanks in front are taken away: some spreadsheets look behind them for a formula. */
function fieldOf(value: Row[keyof Row]): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? oneLine(value).trim() : String(value);
}

function rowsOf(report: EvidenceReport): readonly Row[] {
  const { grants, refused, violations, orphans, changes, verification } = report;
  const findings = verification.kind === 'verified' ? verification.findings : [];
  return [
    ...grants.flatMap(grantRows),
    ...refused.map((one) => ({
      ...commonOf(one),
      record: 'refused',
      entitlement: one.request?.entitlements.join(' ') ?? null,
      state: one.outcome,
      message: (one.refused ?? []).join(' '),
    })),
    ...violations.flatMap(({ at, commit, problems }) =>
      problems.map(({ code, path, message }) => ({
        record: 'violation',
        at,
        commit,
        code,
        path: path ?? null,
        message,
      })),
    ),
    ...orphans.flatMap(({ at, target, orphans: found }) =>
      found.map(({ subject, entitlements, code }) => ({
        record: 'orphan',
        at,
        target,
        subject,
        entitlement: entitlements.join(' '),
        code: code ?? 'removed',
      })),
    ),
    ...reviewRows(report.accessReviews),
    ...changes.map(({ at, commit, author, subject, paths }) => ({
      record: 'control_change',
      at,
      commit,
      requester: author,
      message: subject,
      path: paths.join(' '),
    })),
    ...findings.map(({ code, commit, path, message }) => ({
      record: 'finding',
      code,
      commit: commit ?? null,
      path: path ?? null,
      message,
    })),
    ...report.unread.map((path) => ({ record: 'unread', path })),
  ];
}

function reviewRows({ items, adopted }: ReportedReviews): readonly Row[] {
  return [
    ...items.map((item) => ({
      record: 'access_review',
      id: item.grant ?? item.review,
      subject: item.subject,
      entitlement: item.entitlements.join(' '),
      target: item.standing?.target ?? null,
      justification: item.justification ?? null,
      state: item.result,
      approved_by: item.by.join(' '),
      pull_request: item.pullRequest,
      at: item.askedAt,
      review_due: item.due,
      code: item.code ?? null,
    })),
    ...adopted.map(({ item, since, until, justification, record }) => ({
      record: 'adopted',
      id: record.id,
      subject: item.subject,
      entitlement: item.entitlements.join(' '),
      target: item.standing?.target ?? null,
      justification,
      starts_at: since,
      expires_at: until,
    })),
  ];
}

function grantRows(grant: ReportedGrant): readonly Row[] {
  return grant.holdings.map((holding) => ({
    ...commonOf(grant),
    record: 'grant',
    entitlement: holding.entitlement,
    target: holding.target,
    state: holding.state,
    granted_at: holding.grantedAt,
    ended_at: holding.endedAt,
    reason: holding.reason,
    late_seconds: holding.lateSeconds,
    preexisting: holding.preexisting,
    code: holding.faults.join(' '),
  }));
}

function commonOf(grant: ReportedGrant): Row {
  const { request, window, review } = grant;
  return {
    id: grant.id,
    pull_request: grant.pullRequest,
    subject: grant.subject,
    requester: grant.requester,
    justification: request?.justification ?? null,
    ticket: request?.ticket ?? null,
    duration: request?.duration ?? null,
    landed_at: grant.landing.at,
    starts_at: window?.startsAt ?? null,
    expires_at: window?.expiresAt ?? null,
    rules: grant.rules.join(' '),
    approved_by: [...new Set(grant.approvals.map(({ account }) => account.login))].join(' '),
    set_aside: grant.dismissals
      .map((one) => `${one.review.author?.login ?? 'account gone'}: ${one.reason}`)
      .join('; '),
    break_glass: review !== null,
    review_due: review?.due ?? null,
    reviewed_at: review?.at ?? null,
    reviewed_by: review?.by?.login ?? null,
    commit: grant.landing.commit,
  };
}
