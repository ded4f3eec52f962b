import type { Adopted } from '../../core/access-review/adopted.js';
import type { AuditFinding } from '../../core/audit/finding.js';
import type { ReportedItem } from '../../core/report/access-review.js';
import type { ReportedGrant } from '../../core/report/grant.js';
import type { EvidenceReport, ReportVerification } from '../../core/report/report.js';
import { totalsOf } from '../../core/report/totals.js';
import { coverageOf } from './coverage.js';

/** The shape `hallpass audit report --format json` prints; it only ever grows. */
export function reportJson(report: EvidenceReport) {
  return {
    period: { from: report.period.from, to: report.period.to },
    ledger: report.ledger,
    main: report.main,
    verification: verificationJson(report.verification),
    coverage: coverageOf(report).map(([what, checked, how]) => ({ what, checked, how })),
    totals: totalsJson(report),
    grants: report.grants.map(grantJson),
    refused: report.refused.map(grantJson),
    violations: report.violations.map(({ at, commit, problems }) => ({
      at,
      commit,
      problems: problems.map(({ code, path, message }) => ({ code, path: path ?? null, message })),
    })),
    orphans: report.orphans.flatMap(({ at, target, orphans }) =>
      orphans.map(({ subject, entitlements, code }) => ({
        at,
        target,
        subject,
        entitlements,
        code: code ?? null,
      })),
    ),
    access_reviews: report.accessReviews.items.map(reviewJson),
    adopted: report.accessReviews.adopted.map(adoptedJson),
    control_changes: report.changes,
    unread: report.unread,
  };
}

function reviewJson(item: ReportedItem) {
  return {
    review: item.review,
    stage: item.stage,
    asked_at: item.askedAt,
    due: item.due,
    grant: item.grant ?? null,
    target: item.standing?.target ?? null,
    held_by: item.standing?.subject ?? null,
    subject: item.subject,
    entitlements: item.entitlements,
    keep: item.keep ?? null,
    justification: item.justification ?? null,
    result: item.result,
    code: item.code ?? null,
    approved_by: item.by,
    pull_request: item.pullRequest,
  };
}

function adoptedJson({ item, since, until, justification, record }: Adopted) {
  return {
    target: item.standing?.target ?? null,
    held_by: item.standing?.subject ?? null,
    subject: item.subject,
    entitlements: item.entitlements,
    since,
    until,
    justification,
    review: record.id,
  };
}

function verificationJson(verification: ReportVerification) {
  if (verification.kind === 'not_verified')
    return { verified: false, clean: null, why: verification.why, findings: [] };
  const { findings } = verification;
  return { verified: true, clean: findings.length === 0, why: null, findings: findings.map(findingJson) };
}

function findingJson({ code, severity, commit, path, message }: AuditFinding) {
  return { code, severity, commit: commit ?? null, path: path ?? null, message };
}

function totalsJson(report: EvidenceReport) {
  const totals = totalsOf(report);
  return {
    grants: totals.grants,
    subjects: totals.subjects,
    refused: totals.refused,
    break_glass: totals.breakGlass,
    reviews_late: totals.reviewsLate,
    live: totals.live,
    overdue: totals.overdue,
    ended_late: totals.endedLate,
    median_late_seconds: totals.medianLateSeconds,
    most_late_seconds: totals.mostLateSeconds,
    median_approval_seconds: totals.medianApprovalSeconds,
    preexisting: totals.preexisting,
    violations: totals.violations,
    orphans_removed: totals.orphansRemoved,
    reviewed: totals.reviewed,
    reviewed_kept: totals.reviewedKept,
    reviewed_ended: totals.reviewedEnded,
    adopted: totals.adopted,
    control_changes: totals.changes,
  };
}

function grantJson(grant: ReportedGrant) {
  const { request, window, review, endRequest } = grant;
  return {
    id: grant.id,
    pull_request: grant.pullRequest,
    commit: grant.landing.commit,
    landed_at: grant.landing.at,
    subject: grant.subject,
    requester: grant.requester,
    entitlements: request?.entitlements ?? null,
    justification: request?.justification ?? null,
    ticket: request?.ticket ?? null,
    duration: request?.duration ?? null,
    starts_at: window?.startsAt ?? null,
    expires_at: window?.expiresAt ?? null,
    outcome: grant.outcome,
    refused: grant.refused,
    rules: grant.rules,
    approvals: grant.approvals.map(({ account, review: number, at, rule, group }) => ({
      login: account.login,
      id: account.id,
      review: number,
      at,
      rule,
      group,
    })),
    approval_seconds: grant.approvalSeconds,
    set_aside: grant.dismissals.map((one) => ({
      login: one.review.author?.login ?? null,
      review: one.review.id,
      rule: one.rule ?? null,
      reason: one.reason,
    })),
    vetoes: grant.vetoes.map(({ login, id }) => ({ login, id })),
    end_requested: endRequest,
    break_glass: review !== null,
    review:
      review === null
        ? null
        : { due: review.due, at: review.at, by: review.by?.login ?? null, verdict: review.verdict },
    holdings: grant.holdings.map((holding) => ({
      entitlement: holding.entitlement,
      target: holding.target,
      state: holding.state,
      granted_at: holding.grantedAt,
      ended_at: holding.endedAt,
      reason: holding.reason,
      late_seconds: holding.lateSeconds,
      faults: holding.faults,
      preexisting: holding.preexisting,
    })),
  };
}
