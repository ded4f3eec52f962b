import type { AccessReviewId } from '../../../src/core/access-review/access-review.js';
import type { Oid } from '../../../src/core/approval.js';
import type { Login } from '../../../src/core/identity.js';
import { applyEvent } from '../../../src/core/lifecycle/grant.js';
import { reportedGrant } from '../../../src/core/report/grant.js';
import type { EvidenceReport } from '../../../src/core/report/report.js';
import type { RequestId } from '../../../src/core/request.js';
import type { Duration } from '../../../src/core/time.js';
import { at, entry, LIFE, NOON, oid } from '../../app/entries.js';

/** A report in which every text that comes from outside is the given one, even where a document could not say it. */
export function reportSaying(text: string): EvidenceReport {
  const account = { login: text as Login, id: 7 };
  const given = {
    id: 3,
    author: account,
    authorType: 'User',
    state: 'approved' as const,
    commit: oid('7'),
    submittedAt: NOON,
    commented: false,
  };
  const base = applyEvent(entry(LIFE), {
    event: 'end_requested',
    at: at(121),
    by: account,
    reason: 'revoked',
  });
  const said = {
    ...base,
    id: text as RequestId,
    requester: account,
    subject: { ...account, login: `${text}!` as Login },
    breakGlass: true,
    holdings: base.holdings.map((held) => ({ ...held, holding: { ...held.holding, target: text } })),
    decision: {
      ...base.decision,
      rules: [text],
      approvals: [{ account, review: 3, at: NOON, rule: text, group: null }],
      vetoes: [account],
      dismissals: [{ review: given, reason: 'too_old' as const, message: text }],
      findings: [{ code: 'x', status: 'errored' as const, otherwise: 'denied' as const, message: text }],
    },
    events: [...base.events, { event: 'reviewed' as const, at: at(122), by: account, code: text }],
  };
  const request = {
    id: said.id,
    subject: account.login,
    entitlements: [text],
    duration: text as Duration,
    justification: text,
    ticket: text,
    breakGlass: true,
  };
  const period = { from: null, to: at(9_999) };
  const grant = reportedGrant(said, request, period);
  if (grant === undefined) throw new Error('it lies in the period');
  const holding = { target: text, subject: text, grant: {} };
  const item = { standing: holding, subject: text, entitlements: [text], justification: text, code: text };
  const review = text as AccessReviewId;
  const asked = { review, askedAt: NOON, due: NOON, stage: 'closed', by: [text], pullRequest: 7 } as const;
  const record = {
    version: 1,
    id: review,
    stage: 'closed',
    at: NOON,
    kind: 'adoption',
    due: NOON,
    owners: { teams: [], users: [] },
    items: [item],
  } as const;
  const adopted = { item, since: NOON, until: NOON, justification: text, record };
  return {
    period,
    ledger: oid('a'),
    main: oid('b'),
    verification: {
      kind: 'verified',
      commits: 1,
      findings: [{ code: 'unsigned', severity: 'critical', path: text, message: text }],
    },
    grants: [grant],
    refused: [{ ...grant, refused: [text] }],
    violations: [
      {
        version: 1,
        commit: oid('c'),
        at: NOON,
        problems: [{ code: 'mixed_landing', path: text, message: text }],
      },
    ],
    orphans: [
      {
        version: 1,
        target: text,
        at: NOON,
        stage: 'done',
        orphans: [{ subject: text, grant: {}, entitlements: [text], code: text }],
      },
    ],
    accessReviews: { items: [{ ...item, result: 'kept', ...asked }], adopted: [adopted] },
    changes: [{ commit: oid('d') as Oid, at: null, author: text, subject: text, paths: [text] }],
    unread: [text],
  };
}
