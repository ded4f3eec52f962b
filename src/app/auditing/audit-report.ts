import type { AccessReviewRecord } from '../../core/access-review/access-review.js';
import type { Oid } from '../../core/approval.js';
import { ledgerPath } from '../../core/audit/layout.js';
import type { Violation } from '../../core/grant.js';
import type { OrphanRecord } from '../../core/reconcile/orphan.js';
import { reportedReviews } from '../../core/report/access-review.js';
import { type ReportedGrant, reportedGrant } from '../../core/report/grant.js';
import { isIn, type Period } from '../../core/report/period.js';
import type { ControlChange, EvidenceReport, ReportVerification } from '../../core/report/report.js';
import { parseAccessReviewRecord } from '../../documents/access-review.js';
import { parseEntry } from '../../documents/entry.js';
import type { Parsed } from '../../documents/issue.js';
import { parseOrphans } from '../../documents/orphans.js';
import { parseRequest } from '../../documents/request.js';
import { parseViolation } from '../../documents/violation.js';
import type { LedgerHistory } from '../../ports/ledger-history.js';
import { type Verification, type VerifyOptions, verifyLedger } from './verify-ledger.js';

export interface ReportOptions extends Pick<VerifyOptions, 'history' | 'kinds' | 'defaultBranch'> {
  readonly ledgerBranch: string;
  readonly period: Period;
  /** The text of an `allowed_signers` file; without it nothing is proved, and the report says so. */
  readonly signers?: string;
}

export type Reported =
  | { readonly kind: 'reported'; readonly report: EvidenceReport }
  | Extract<Verification, { kind: 'unable' }>;

/**
 * What a ledger tells of a period, from a clone alone. Every document is read once and what the report does not need of it is let go
 * at once, so what is held grows with the period and with the number of grants, not with their evidence.
 */
export async function auditReport(options: ReportOptions): Promise<Reported> {
  const { history, ledgerBranch, period } = options;
  const ledger = await history.head(ledgerBranch);
  if (ledger === undefined)
    return { kind: 'unable', reason: 'no_ledger', message: `There is no branch ${ledgerBranch} here.` };
  const name = options.defaultBranch ?? (await history.defaultBranch());
  const main = name === undefined ? undefined : await history.head(name);
  if (main === undefined) {
    const message = 'The default branch of the access repository is not here.';
    return { kind: 'unable', reason: 'no_default_branch', message };
  }
  const verification = await verificationOf(options);
  if (verification.kind === 'unable') return verification;
  const told = await documentsOf(history, ledger, period);
  const changes = await changesOf(history, main, period);
  const refused = told.grants.filter((grant) => grant.refused !== null);
  const grants = told.grants.filter((grant) => grant.refused === null);
  return {
    kind: 'reported',
    report: { ...told, period, ledger, main, verification, grants, refused, changes },
  };
}

async function verificationOf(
  options: ReportOptions,
): Promise<ReportVerification | Extract<Verification, { kind: 'unable' }>> {
  const { signers } = options;
  if (signers === undefined) return { kind: 'not_verified', why: 'nobody said who may sign the ledger' };
  const verification = await verifyLedger({ ...options, signers, replay: true });
  if (verification.kind === 'unable') return verification;
  const { findings, counts } = verification;
  return { kind: 'verified', findings, commits: counts.commits };
}

type Told = Pick<EvidenceReport, 'violations' | 'orphans' | 'accessReviews' | 'unread'> & {
  readonly grants: readonly ReportedGrant[];
};

/** Bytes. What the app writes is smaller (1 MiB at most). */
const LARGEST = 4 * 1024 * 1024;

async function documentsOf(history: LedgerHistory, head: Oid, period: Period): Promise<Told> {
  const grants: ReportedGrant[] = [];
  const violations: Violation[] = [];
  const orphans: OrphanRecord[] = [];
  const accessReviews: AccessReviewRecord[] = [];
  const unread: string[] = [];
  for (const [path, blob] of await latestOf(history, head)) {
    const kind = ledgerPath(path)?.kind;
    const take = TAKE[kind ?? ''];
    if (kind !== undefined && take === undefined) continue;
    const bytes = take && (await history.read(blob, LARGEST));
    if (!bytes || !take({ grants, violations, orphans, accessReviews }, { bytes, path, period }))
      unread.push(path);
  }
  return {
    grants: grants.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    violations: violations.filter(({ at }) => isIn(at, period)),
    accessReviews: reportedReviews(accessReviews, period),
    orphans: orphans.filter(({ at, stage }) => stage === 'done' && isIn(at, period)),
    unread,
  };
}

const key = ({ landing, id }: ReportedGrant) => `${landing.at} ${id}`;

interface Found {
  readonly grants: ReportedGrant[];
  readonly violations: Violation[];
  readonly orphans: OrphanRecord[];
  readonly accessReviews: AccessReviewRecord[];
}

interface Written {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly period: Period;
}

/** Each takes a document, or answers false when it cannot be read. Cursor, markers and README say nothing more; what else lies there is strange. */
const TAKE: Readonly<Record<string, ((found: Found, written: Written) => boolean) | undefined>> = {
  entry({ grants }, { bytes, path, period }) {
    const parsed = parseEntry(bytes, path);
    const at = ledgerPath(path);
    if (!('value' in parsed) || at?.kind !== 'entry' || at.id !== parsed.value.id) return false;
    const entry = parsed.value;
    const request = parseRequest(new TextEncoder().encode(entry.request.content), entry.id);
    const reported = reportedGrant(entry, 'value' in request ? request.value : undefined, period);
    if (reported !== undefined) grants.push(reported);
    return true;
  },
  violation: ({ violations }, { bytes, path }) => keep(violations, parseViolation(bytes, path)),
  orphans: ({ orphans }, { bytes, path }) => keep(orphans, parseOrphans(bytes, path)),
  access_review: ({ accessReviews }, { bytes, path }) =>
    keep(accessReviews, parseAccessReviewRecord(bytes, path)),
};

function keep<T>(kept: T[], parsed: Parsed<T>): boolean {
  if (!('value' in parsed)) return false;
  kept.push(parsed.value);
  return true;
}

/** The last version of every document, by path. Holds paths and ids only. */
async function latestOf(history: LedgerHistory, head: Oid): Promise<ReadonlyMap<string, Oid>> {
  const latest = new Map<string, Oid>();
  for await (const { changes } of history.ledger(head)) {
    for (const { path, after } of changes) {
      if (after === null) latest.delete(path);
      else latest.set(path, after.oid);
    }
  }
  return latest;
}

const CONTROL_FOLDER = '.github/access/';

/** Commits that say no time of themselves are told in every period: better twice than never. */
async function changesOf(
  history: LedgerHistory,
  main: Oid,
  period: Period,
): Promise<readonly ControlChange[]> {
  const found: ControlChange[] = [];
  for await (const { commit, changes } of history.landings(main)) {
    const paths = changes.map(({ path }) => path).filter((path) => path.startsWith(CONTROL_FOLDER));
    if (paths.length === 0) continue;
    const words = await history.about(commit);
    const at = words?.at ?? null;
    if (at !== null && !isIn(at, period)) continue;
    found.push({ commit, at, author: words?.author ?? null, subject: words?.subject ?? null, paths });
  }
  return found;
}
