import type { Oid } from '../../core/approval.js';
import { newBranch } from '../../core/audit/branch.js';
import type { Checkpoint } from '../../core/audit/checkpoint.js';
import { type AuditFinding, finding } from '../../core/audit/finding.js';
import { ledgerPath, parseCursor } from '../../core/audit/layout.js';
import {
  type CommitDocuments,
  type EntryWrite,
  type LedgerAudit,
  newLedgerAudit,
} from '../../core/audit/ledger-audit.js';
import { parseAllowedSigners } from '../../core/audit/signers.js';
import type { Entry } from '../../core/grant.js';
import type { TreeChange } from '../../core/pull-request.js';
import { parseAccessReviewRecord } from '../../documents/access-review.js';
import { parseEntry } from '../../documents/entry.js';
import { parseOrphans } from '../../documents/orphans.js';
import type { Kinds } from '../../documents/provider-kinds.js';
import { parseViolation } from '../../documents/violation.js';
import { isFault } from '../../ports/fault.js';
import type { LedgerCommit, LedgerHistory } from '../../ports/ledger-history.js';
import { type Judge, newJudge } from './judge-entry.js';
import { readAhead } from './read-ahead.js';

export interface VerifyOptions {
  readonly history: LedgerHistory;
  /** Default `access-ledger`. */
  readonly ledgerBranch?: string;
  /** Default: the branch the clone starts from. */
  readonly defaultBranch?: string;
  /** The text of an `allowed_signers` file. */
  readonly signers: string;
  /** The table of providers; catalogs cannot be read without it. */
  readonly kinds: Kinds;
  /** A commit the ledger was seen to have: it must still be part of it. */
  readonly contains?: Oid;
  /** A state somebody saw it in: it must still have led through that. */
  readonly checkpoint?: Checkpoint;
  /** Whether to make every decision again from what was recorded. */
  readonly replay?: boolean;
}

export type Verification =
  | {
      readonly kind: 'verified';
      readonly head: Oid;
      readonly findings: readonly AuditFinding[];
      readonly counts: LedgerAudit['counts'];
    }
  /** There is nothing to verify, or nothing to verify it with. */
  | {
      readonly kind: 'unable';
      readonly reason: 'no_ledger' | 'no_default_branch' | 'no_signers';
      readonly message: string;
    };

/** Proves a ledger from a clone, offline (DESIGN section 5): what it finds is everything that is not as it must be. */
export async function verifyLedger(options: VerifyOptions): Promise<Verification> {
  const { history, ledgerBranch = 'access-ledger' } = options;
  const signers = parseAllowedSigners(options.signers);
  if (signers.size === 0) return unable('no_signers', 'The list of signers names no Ed25519 key for git.');
  const head = await history.head(ledgerBranch);
  if (head === undefined) return unable('no_ledger', `There is no branch ${ledgerBranch} here.`);
  const name = options.defaultBranch ?? (await history.defaultBranch());
  const main = name === undefined ? undefined : await history.head(name);
  if (main === undefined)
    return unable('no_default_branch', 'The default branch of the access repository is not here.');

  // Git goes through all objects meanwhile.
  const [flaws, { findings, counts }] = await Promise.all([
    history.flaws(),
    walk(options, { head, main, signers }),
  ]);
  const flawed = flaws.map(({ flaw, detail }) => finding(flaw, {}, detail));
  return { kind: 'verified', head, findings: [...flawed, ...findings], counts };
}

interface Walk {
  readonly head: Oid;
  readonly main: Oid;
  readonly signers: ReadonlySet<string>;
}

/** Both histories, oldest first: what lay on the default branch, then what the ledger says of it. */
async function walk(
  options: VerifyOptions,
  { head, main, signers }: Walk,
): Promise<{ readonly findings: readonly AuditFinding[]; readonly counts: LedgerAudit['counts'] }> {
  const { history, contains, checkpoint } = options;
  const branch = newBranch();
  const audit = newLedgerAudit(branch, signers);
  const documents = documentReader(history, newJudge(options));
  const findings: AuditFinding[] = [];
  let contained = contains === undefined;
  let passed = checkpoint === undefined;
  try {
    for await (const { commit, changes } of history.landings(main)) branch.add(commit, changes);
    for await (const [commit, written] of readAhead(history.ledger(head), documents)) {
      contained ||= commit.commit === contains;
      passed ||= commit.commit === checkpoint?.head && audit.counts.commits + 1 === checkpoint.commits;
      const audited = { ...commit, changesFiles: commit.changes.length > 0 };
      findings.push(...audit.take(audited, written));
    }
    findings.push(...audit.finish());
  } catch (error) {
    if (!isFault(error)) throw error;
    findings.push(finding('damaged_objects', {}, `The history cannot be read to its end: ${error.message}`));
  }
  if (!contained) findings.push(finding('rolled_back', {}, `The ledger does not contain ${contains}.`));
  if (!passed) findings.push(finding('rolled_back', {}, leftBehind(checkpoint)));
  return { findings, counts: { ...audit.counts } };
}

function leftBehind(checkpoint: Checkpoint | undefined): string {
  return `The ledger did not lead through ${checkpoint?.head} as its commit ${checkpoint?.commits}, where it was seen at ${checkpoint?.at}.`;
}

type Unable = Extract<Verification, { kind: 'unable' }>;

function unable(reason: Unable['reason'], message: string): Unable {
  return { kind: 'unable', reason, message };
}

/** Bytes. What the app writes is smaller (1 MiB at most). */
const LARGEST = 4 * 1024 * 1024;
/** Entries kept because their next version is likely to follow soon. */
const KEPT = 1_000;

/** Reads what a commit writes. An entry's version before is mostly still known, so each version is parsed once. */
function documentReader(
  history: LedgerHistory,
  judge: Judge,
): (commit: LedgerCommit) => Promise<CommitDocuments> {
  const kept = new Map<Oid, Promise<Entry | null>>();

  function entryOf(path: string, blob: Oid): Promise<Entry | null> {
    const known = kept.get(blob);
    if (known !== undefined) return known;
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    const reading = readEntry(path, blob);
    kept.set(blob, reading);
    return reading;
  }

  async function readEntry(path: string, blob: Oid): Promise<Entry | null> {
    const bytes = await history.read(blob, LARGEST);
    const parsed = bytes && parseEntry(bytes, path);
    return parsed !== undefined && 'value' in parsed ? parsed.value : null;
  }

  async function writeOf({ path, before, after }: TreeChange): Promise<EntryWrite[]> {
    if (after === null) return [];
    const entry = await entryOf(path, after.oid);
    const earlier = before === null ? undefined : await entryOf(path, before.oid);
    const judged = entry === null || earlier !== undefined ? undefined : await judge(entry);
    return [{ path, before: earlier, after: entry, ...(judged === undefined ? {} : { judged }) }];
  }

  async function violationOf({ path, after }: TreeChange): Promise<CommitDocuments['violations']> {
    const bytes = after === null ? undefined : await history.read(after.oid, LARGEST);
    const parsed = bytes && parseViolation(bytes, path);
    return [{ path, value: parsed !== undefined && 'value' in parsed ? parsed.value : null }];
  }

  async function orphansOf({ path, after }: TreeChange): Promise<CommitDocuments['orphans']> {
    const bytes = after === null ? undefined : await history.read(after.oid, LARGEST);
    const parsed = bytes && parseOrphans(bytes, path);
    return [{ path, value: parsed !== undefined && 'value' in parsed ? parsed.value : null }];
  }

  async function accessReviewOf({ path, after }: TreeChange): Promise<CommitDocuments['accessReviews']> {
    const bytes = after === null ? undefined : await history.read(after.oid, LARGEST);
    const parsed = bytes && parseAccessReviewRecord(bytes, path);
    return [{ path, value: parsed !== undefined && 'value' in parsed ? parsed.value : null }];
  }

  return async ({ changes }) => {
    const of = (kind: string) => changes.filter(({ path }) => ledgerPath(path)?.kind === kind);
    const [entries, violations, orphans, accessReviews] = await Promise.all([
      Promise.all(of('entry').map(writeOf)),
      Promise.all(of('violation').map(violationOf)),
      Promise.all(of('orphans').map(orphansOf)),
      Promise.all(of('access_review').map(accessReviewOf)),
    ]);
    const [cursor] = of('cursor');
    const bytes = cursor?.after ? await history.read(cursor.after.oid, 1_000) : undefined;
    const text = bytes === undefined ? '' : new TextDecoder().decode(bytes);
    return {
      entries: entries.flat(),
      violations: violations.flat(),
      orphans: orphans.flat(),
      accessReviews: accessReviews.flat(),
      ...(cursor === undefined ? {} : { cursor: parseCursor(text) ?? null }),
    };
  };
}
