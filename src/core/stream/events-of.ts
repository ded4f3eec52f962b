import type { AccessReviewRecord } from '../access-review/access-review.js';
import type { Oid } from '../approval.js';
import type { Entry, Violation } from '../grant.js';
import type { Account } from '../identity.js';
import type { OrphanRecord } from '../reconcile/orphan.js';
import { NOTHING_SAID, type StreamEvent, type StreamedPerson } from './event.js';

/** A document that a commit of the ledger writes; of an entry also what it was before. */
export type StreamedDocument =
  | { readonly kind: 'entry'; readonly path: string; readonly before?: Entry; readonly after: Entry }
  | { readonly kind: 'violation'; readonly path: string; readonly value: Violation }
  | { readonly kind: 'orphans'; readonly path: string; readonly value: OrphanRecord }
  | { readonly kind: 'access_review'; readonly path: string; readonly value: AccessReviewRecord };

type Said = Omit<StreamEvent, 'id' | 'commit'>;

/** What one commit says happened, in the order of its paths. The same commit always says the same, with the same ids. */
export function eventsOf(commit: Oid, documents: readonly StreamedDocument[]): readonly StreamEvent[] {
  return documents
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(saidBy)
    .map((said, index) => ({ id: `${commit}.${index}`, ...said, commit }));
}

function saidBy(document: StreamedDocument): readonly Said[] {
  if (document.kind === 'entry') return saidByEntry(document);
  if (document.kind === 'violation') return saidByViolation(document);
  return document.kind === 'orphans' ? saidByOrphans(document) : saidByReview(document);
}

/** Events only grow, so what is new of an entry stands at its end. */
function saidByEntry({ path, before, after }: Extract<StreamedDocument, { kind: 'entry' }>): readonly Said[] {
  const { id, landing, subject, requester, window, breakGlass, holdings } = after;
  return after.events.slice(before?.events.length ?? 0).map((event) => {
    const held = holdings.filter(
      ({ entitlement }) => event.entitlement === undefined || entitlement === event.entitlement,
    );
    const [only, ...others] = held;
    const one = others.length === 0 ? only?.holding : undefined;
    return {
      ...NOTHING_SAID,
      type: `grant.${event.event}`,
      at: event.at,
      path,
      grant: id,
      pullRequest: landing.pullRequest,
      subject: personOf(subject),
      requester: personOf(requester),
      by: personOf(event.by ?? null),
      entitlements: held.map(({ entitlement }) => entitlement),
      target: one?.target ?? null,
      heldBy: one?.subject ?? null,
      until: window?.expiresAt ?? null,
      breakGlass,
      reason: event.reason ?? null,
      code: event.code ?? null,
    };
  });
}

function personOf(account: Account | null): StreamedPerson | null {
  return account === null ? null : { login: account.login, id: account.id };
}

function saidByViolation({
  path,
  value: { at, problems },
}: Extract<StreamedDocument, { kind: 'violation' }>): readonly Said[] {
  return problems.map(({ code }) => ({ ...NOTHING_SAID, type: 'violation', at, path, code }));
}

function saidByOrphans({
  path,
  value: { at, target, stage, orphans },
}: Extract<StreamedDocument, { kind: 'orphans' }>): readonly Said[] {
  return orphans.map(({ subject, entitlements, code }) => {
    const outcome = code === undefined ? 'removed' : 'left';
    return {
      ...NOTHING_SAID,
      type: stage === 'intended' ? 'orphan.intended' : `orphan.${outcome}`,
      at,
      path,
      entitlements,
      target,
      heldBy: subject,
      code: code ?? null,
    };
  });
}

function saidByReview({
  path,
  value: { at, stage, items, landing, approvals = [] },
}: Extract<StreamedDocument, { kind: 'access_review' }>): readonly Said[] {
  const [approval] = approvals;
  return items.map((item) => ({
    ...NOTHING_SAID,
    type: stage === 'closed' ? `access_review.${item.outcome ?? 'left'}` : `access_review.${stage}`,
    at,
    path,
    grant: item.grant ?? null,
    pullRequest: landing?.pullRequest ?? null,
    subject: { login: item.subject, id: null },
    by: personOf(approval?.account ?? null),
    entitlements: item.entitlements,
    target: item.standing?.target ?? null,
    heldBy: item.standing?.subject ?? null,
    until: item.until ?? null,
    code: item.code ?? null,
  }));
}
