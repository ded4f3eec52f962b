import type { Oid } from '../../../src/core/approval.js';
import { entryPath, markerPath, renderCursor } from '../../../src/core/audit/layout.js';
import type { ControlBlobs, Entry, GrantEvent } from '../../../src/core/grant.js';
import { applyEvent, isLiveEntry } from '../../../src/core/lifecycle/grant.js';
import { entryOf } from '../../../src/core/lifecycle/landing.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import { renderEntry } from '../../../src/documents/entry.js';
import { CAROL } from './documents.js';
import type { PlannedRequest } from './plan.js';

/** A commit of the ledger before it is one. */
export interface YearPage {
  readonly at: Instant;
  readonly subject: string;
  /** By path; `null` removes. */
  readonly writes: ReadonlyMap<string, string | null>;
}

/** Where a request landed, in ids of git. */
export interface LandedAt {
  readonly commit: Oid;
  readonly parent: Oid;
  readonly blob: Oid;
  readonly control: ControlBlobs;
  /** The commit that took its file away again. */
  readonly removal?: Oid;
}

/** Seconds the app takes for a step. */
const STEP = 5;

/** The life of one grant, as the app records it: intended, granted, perhaps reviewed or asked back, ended. */
export function pagesOf(planned: PlannedRequest, landed: LandedAt): readonly YearPage[] {
  const { request, at, removedAt } = planned;
  const first = looked(openingOf(planned, landed));
  const begins = page(addSeconds(at, 1), `intend: ${request.id}`, first, landed.commit);
  if (first.window === undefined) return [begins];
  const { startsAt, expiresAt } = first.window;
  const pages: YearPage[] = [begins];
  const write = (when: Instant, subject: string, entry: Entry, cursor?: Oid): Entry => {
    pages.push(page(when, `${subject}: ${request.id}`, entry, cursor));
    return entry;
  };
  let entry = first;
  if (entry.holdings.some(({ state }) => state === 'scheduled'))
    entry = write(startsAt, 'intend', looked(step(entry, 'intended', startsAt)));
  const granted = addSeconds(startsAt, STEP);
  entry = write(granted, 'grant', step(entry, 'granted', granted, { receipt: { row: planned.number } }));
  if (request.breakGlass) {
    const reviewed = addSeconds(startsAt, 1_200);
    entry = write(
      reviewed,
      'review',
      applyEvent(entry, { event: 'reviewed', at: reviewed, by: CAROL, code: 'approved' }),
    );
  }
  if (removedAt !== undefined && landed.removal !== undefined) {
    const [asked, ended] = [addSeconds(removedAt, 1), addSeconds(removedAt, STEP)];
    entry = write(
      asked,
      'end',
      applyEvent(entry, { event: 'end_requested', at: asked, reason: 'reverted' }),
      landed.removal,
    );
    write(ended, 'end', step(entry, 'ended', ended, {}, 'reverted'));
  } else {
    const ended = addSeconds(expiresAt, STEP);
    write(ended, 'end', step(entry, 'ended', ended, {}, 'expired'));
  }
  return pages;
}

function openingOf(planned: PlannedRequest, { commit, parent, blob, control }: LandedAt): Entry {
  const { request, content, number, at, evidence, decision, prolongs } = planned;
  const now = addSeconds(at, 1);
  const entry = entryOf(
    {
      request,
      blob,
      content,
      commit,
      parent,
      pullRequest: number,
      mergedAt: at,
      requester: evidence.requester,
      decision,
      evidence,
      control,
      ...(prolongs === undefined ? {} : { prolongs }),
    },
    planned.control,
    now,
  );
  if (!entry.breakGlass || entry.window === undefined) return entry;
  return applyEvent(entry, { event: 'review_due', at: now, due: addSeconds(at, 86_400) });
}

/** What the target said before anything was done: nothing was there. */
function looked(entry: Entry): Entry {
  const holdings = entry.holdings.map((held) => ({
    ...held,
    ...(held.state === 'intended' ? { preexisting: false } : {}),
  }));
  return { ...entry, holdings };
}

function step(
  entry: Entry,
  event: GrantEvent['event'],
  at: Instant,
  facts: { readonly receipt?: { readonly row: number } } = {},
  reason?: 'expired' | 'reverted',
): Entry {
  return entry.holdings.reduce(
    (before, { entitlement }) =>
      applyEvent(before, { event, at, entitlement, ...(reason === undefined ? {} : { reason }) }, facts),
    entry,
  );
}

function page(at: Instant, subject: string, entry: Entry, cursor?: Oid): YearPage {
  const writes = new Map<string, string | null>([
    [entryPath(entry.id as RequestId), renderEntry(entry)],
    [markerPath(entry.id, 'flat'), isLiveEntry(entry) ? '' : null],
  ]);
  if (cursor !== undefined) writes.set('cursor', renderCursor(cursor));
  return { at, subject, writes };
}
