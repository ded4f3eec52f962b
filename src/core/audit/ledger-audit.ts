import type { AccessReviewRecord } from '../access-review/access-review.js';
import type { Oid } from '../approval.js';
import type { Entry, Violation } from '../grant.js';
import { isLiveEntry } from '../lifecycle/grant.js';
import type { Decision } from '../policy/decision.js';
import type { Control } from '../policy/evidence.js';
import type { TreeChange } from '../pull-request.js';
import type { OrphanRecord } from '../reconcile/orphan.js';
import type { AccessRequest, RequestId } from '../request.js';
import type { Instant } from '../time.js';
import { newAccessReviewAudit } from './access-reviews.js';
import type { Branch } from './branch.js';
import { CHAIN_START, type ChainLink, checkLink } from './chain.js';
import { moveCursor, newCoverage } from './coverage.js';
import { checkChange, checkLife } from './entry-change.js';
import { checkApprovals, checkHoldings, checkOutcome, checkQuorum, checkReplay } from './entry-decision.js';
import { checkEarlyEnds } from './entry-end.js';
import { checkControl, checkLanding, checkRequest, type Turn } from './entry-landing.js';
import { checkStillLive, checkTimes, checkWindow } from './entry-times.js';
import { checkFile } from './files.js';
import { type AuditFinding, failures, finding, type Place } from './finding.js';
import { ledgerPath } from './layout.js';
import { newOrphanAudit } from './orphans.js';

/** What the documents an entry was made from say; absent what cannot be read. */
export interface Judged {
  readonly request?: AccessRequest;
  /** The id git gives the content the entry quotes. */
  readonly contentId: Oid;
  readonly control?: Control;
  /** The decision made again, when that was asked for. */
  readonly again?: Decision;
}

/** An entry a commit writes. `null` stands for bytes that cannot be read. */
export interface EntryWrite {
  readonly path: string;
  readonly before: Entry | null | undefined;
  readonly after: Entry | null;
  /** For new entries: what they are held against. */
  readonly judged?: Judged;
}

export interface CommitDocuments {
  readonly entries: readonly EntryWrite[];
  readonly violations: readonly { readonly path: string; readonly value: Violation | null }[];
  readonly orphans: readonly { readonly path: string; readonly value: OrphanRecord | null }[];
  readonly accessReviews: readonly { readonly path: string; readonly value: AccessReviewRecord | null }[];
  /** Present when the commit writes it; `null`: it holds no id. */
  readonly cursor?: Oid | null;
}

export interface AuditedCommit extends ChainLink {
  readonly changes: readonly TreeChange[];
}

/** Holds a history against the invariants, commit by commit, oldest first. Keeps ids and what lives, not documents. */
export interface LedgerAudit {
  take(commit: AuditedCommit, documents: CommitDocuments): readonly AuditFinding[];
  /** What is left to say once the last commit was taken. */
  finish(): readonly AuditFinding[];
  readonly counts: { readonly commits: number; readonly entries: number; readonly live: number };
}

export function newLedgerAudit(branch: Branch, signers: ReadonlySet<string>): LedgerAudit {
  const live = new Map<RequestId, Entry>();
  const markers = new Set<RequestId>();
  const coverage = newCoverage();
  const orphans = newOrphanAudit();
  const accessReviews = newAccessReviewAudit(branch);
  let chain = CHAIN_START;
  let cursor: number | undefined;
  let lastTime = '' as Instant;
  const counts = { commits: 0, entries: 0, live: 0 };

  function note(entry: Entry): void {
    if (isLiveEntry(entry)) live.set(entry.id, entry);
    else live.delete(entry.id);
    if (entry.events.some(({ event }) => event === 'end_requested')) coverage.endRequested(entry.id);
    for (const { at } of entry.events) if (at > lastTime) lastTime = at;
  }

  function takeEntry(write: EntryWrite, turn: Turn, commit: Oid): AuditFinding[] {
    const { path, before, after } = write;
    const place = { commit, path };
    const at = ledgerPath(path);
    if (after === null || at?.kind !== 'entry' || after.id !== at.id) {
      return [
        finding('document_unreadable', place, 'It is no entry that can be read, or speaks of another grant.'),
      ];
    }
    note(after);
    const always = [
      ...checkLife(after, place),
      ...checkTimes(after, place),
      ...checkEarlyEnds(before, after, { branch, place }),
    ];
    if (before === null) return always;
    if (before !== undefined) return [...checkChange(before, after, place), ...always];
    counts.entries += 1;
    coverage.entry(after);
    return [...always, ...checkNew(after, write.judged, { branch, turn, place })];
  }

  function takeMarkers(commit: AuditedCommit, documents: CommitDocuments): AuditFinding[] {
    const touched = new Set(documents.entries.flatMap(({ after }) => (after === null ? [] : [after.id])));
    for (const { path, after } of commit.changes) {
      const at = ledgerPath(path);
      if (at?.kind !== 'marker') continue;
      touched.add(at.id);
      if (after === null) markers.delete(at.id);
      else markers.add(at.id);
    }
    return [...touched].flatMap((id) =>
      failures({ commit: commit.commit, path: `active/${id}` }, [
        [
          live.has(id) === markers.has(id),
          'marker_wrong',
          live.has(id) ? 'Its grant lives and is not marked.' : 'It marks what does not live.',
        ],
      ]),
    );
  }

  return {
    counts,
    take(commit, documents) {
      counts.commits += 1;
      const link = checkLink(commit, chain, signers);
      chain = link.after;
      const { turn, findings } = turnOf(documents, cursor, { branch, commit: commit.commit });
      cursor = documents.cursor === undefined && cursor === undefined ? undefined : turn.to;
      const violations = documents.violations.flatMap(({ path, value }) => {
        if (value !== null) coverage.violation(value);
        return checkViolation(path, value, commit.commit);
      });
      const found = [
        ...link.findings,
        ...commit.changes.flatMap((change) => checkFile(change, commit.commit)),
        ...findings,
        ...violations,
        ...documents.entries.flatMap((write) => takeEntry(write, turn, commit.commit)),
        ...takeMarkers(commit, documents),
        ...documents.orphans.flatMap((one) =>
          orphans.take(one, { live: live.values(), commit: commit.commit }),
        ),
        ...documents.accessReviews.flatMap((one) => accessReviews.take(one, commit.commit)),
        ...coverage.check(branch.landings(turn.from, turn.to), (id) => live.has(id), commit.commit),
      ];
      counts.live = live.size;
      return found;
    },
    finish: () =>
      [...live.values()].flatMap((entry) =>
        checkStillLive(entry, lastTime, { path: `grants/${entry.id}.yaml` }),
      ),
  };
}

function turnOf(
  { cursor: to }: CommitDocuments,
  before: number | undefined,
  { branch, commit }: { readonly branch: Branch; readonly commit: Oid },
): { readonly turn: Turn; readonly findings: readonly AuditFinding[] } {
  const still = before ?? -1;
  if (to === undefined) return { turn: { from: still, to: still }, findings: [] };
  return moveCursor(to ?? undefined, before, { branch, place: { commit, path: 'cursor' } });
}

function checkViolation(path: string, value: Violation | null, commit: Oid): AuditFinding[] {
  const at = ledgerPath(path);
  const sound = value !== null && at?.kind === 'violation' && at.commit === value.commit;
  return failures({ commit, path }, [
    [sound, 'document_unreadable', 'It is no violation that can be read, or speaks of another commit.'],
  ]);
}

/** Everything that is settled once, when an entry is written. */
function checkNew(
  entry: Entry,
  judged: Judged | undefined,
  { branch, turn, place }: { readonly branch: Branch; readonly turn: Turn; readonly place: Place },
): AuditFinding[] {
  const { request, control, again } = judged ?? {};
  const granted = entry.holdings.length > 0;
  return [
    ...checkOutcome(entry, place),
    ...checkApprovals(entry, place),
    ...checkLanding(entry, branch, { turn, place }),
    ...checkControl(entry, branch, place),
    ...failures(place, [
      [request !== undefined, 'content_mismatch', 'The request it quotes cannot be read.'],
      [
        !granted || control !== undefined,
        'control_unreadable',
        'The documents it was decided under cannot be read.',
      ],
    ]),
    ...(request === undefined || judged === undefined
      ? []
      : [
          ...checkRequest(entry, request, { contentId: judged.contentId, place }),
          ...checkWindow(entry, request, place),
        ]),
    ...(control === undefined
      ? []
      : [...checkQuorum(entry, control, place), ...checkHoldings(entry, control, place)]),
    ...(again === undefined ? [] : checkReplay(entry, again, place)),
  ];
}
