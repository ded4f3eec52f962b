import type { AccessReviewRecord } from '../../core/access-review/access-review.js';
import type { Oid } from '../../core/approval.js';
import type { Entry, GrantEvent, Violation } from '../../core/grant.js';
import { applyEvent, type HoldingFacts, isLiveEntry } from '../../core/lifecycle/grant.js';
import type { RequestId } from '../../core/request.js';
import type { Instant } from '../../core/time.js';
import type { Ledger, LedgerSnapshot } from '../../ports/ledger.js';

/** What was recorded. */
export interface Batch {
  readonly events: readonly Recorded[];
  readonly violations: readonly Violation[];
}

/** What one commit recorded, or that there was nothing to commit. */
export interface RecordedBatch extends Batch {
  readonly pushed: boolean;
}

/** One thing that happened to a grant and is recorded. */
export interface Recorded {
  readonly entry: Entry;
  readonly event: GrantEvent;
}

/**
 * What a pass has done and not recorded yet, on top of what the ledger said when the pass began. `record` writes it all in one
 * commit; when that fails nothing is lost that the next pass would not find again by looking at the targets.
 */
export interface Journal {
  /** Live entries as they stand, changes not yet recorded included. */
  live(): readonly Entry[];
  entry(id: RequestId): Entry | undefined;
  /** Takes in a new entry, to be recorded with all its events. */
  add(entry: Entry): void;
  /** Takes in an entry as it is recorded, live or not, so that it can be changed. */
  adopt(entry: Entry): void;
  change(id: RequestId, event: GrantEvent, facts?: HoldingFacts): void;
  /** Notes what a subject had before us, with the intent that is not recorded yet or with a second one. */
  look(
    id: RequestId,
    found: { readonly entitlement: string; readonly at: Instant; readonly preexisting: boolean },
  ): void;
  /** Ends that were asked for and are not recorded yet. */
  endsAsked(): readonly Recorded[];
  /** Notes that what is recorded next holds only as long as these entries stay as they are. */
  relyOn(ids: readonly RequestId[]): void;
  violation(violation: Violation): void;
  accessReview(record: AccessReviewRecord): void;
  /** Those that are not recorded yet. */
  accessReviews(): readonly AccessReviewRecord[];
  moveCursor(cursor: Oid): void;
  readonly cursor: Oid | null;
  /** @param verb the fixed first word of the commit subject. @returns what was recorded by this call. */
  record(verb: string): Promise<RecordedBatch>;
}

/** Opens a journal on a snapshot; GitHub's clock is noted beside our own (I-22). Throws what {@link Ledger.append} throws, from `record`. */
export function openJournal(
  ledger: Ledger,
  snapshot: LedgerSnapshot,
  hostClock: () => Instant | undefined = () => undefined,
): Journal {
  const entries = new Map<RequestId, Entry>();
  for (const active of snapshot.active) if ('entry' in active) entries.set(active.id, active.entry);
  const since = new Map<RequestId | 'cursor', Oid>();
  let cursor = snapshot.cursor;
  let touched = new Set<RequestId>();
  let happened: Recorded[] = [];
  let violations: Violation[] = [];
  let accessReviews: AccessReviewRecord[] = [];
  let reliesOn: readonly RequestId[] = [];
  let cursorMoved = false;

  const put = (entry: Entry, events: readonly GrantEvent[]): void => {
    entries.set(entry.id, entry);
    touched.add(entry.id);
    happened.push(...events.map((event) => ({ entry, event })));
  };

  const isEmpty = (): boolean =>
    touched.size === 0 && violations.length + accessReviews.length === 0 && !cursorMoved;

  const isAllOfEnds = (): boolean =>
    !cursorMoved && violations.length + accessReviews.length === 0 && happened.every(isOfAnEnd);

  return {
    live: () => [...entries.values()].filter(isLiveEntry),
    entry: (id) => entries.get(id),
    add: (entry) => put(entry, entry.events),
    adopt: (entry) => void entries.set(entry.id, entry),
    change(id, event, facts) {
      const before = entries.get(id);
      if (before === undefined) throw new RangeError(`${id} is not in this pass`);
      const hostAt = event.hostAt ?? hostClock();
      const stamped = hostAt === undefined ? event : { ...event, hostAt };
      put(applyEvent(before, stamped, facts), [stamped]);
    },
    look(id, { entitlement, at, preexisting }) {
      const entry = entries.get(id);
      const fresh = happened.some(
        (one) =>
          one.entry.id === id && one.event.event === 'intended' && one.event.entitlement === entitlement,
      );
      if (entry === undefined || !fresh)
        this.change(id, { event: 'intended', at, entitlement }, { preexisting });
      else entries.set(id, withFacts(entry, entitlement, { preexisting }));
    },
    endsAsked: () => happened.filter(({ event }) => event.event === 'end_requested'),
    relyOn(ids) {
      reliesOn = [...reliesOn, ...ids];
    },
    violation: (violation) => void violations.push(violation),
    accessReview: (record) => void accessReviews.push(record),
    accessReviews: () => accessReviews,
    moveCursor(to) {
      cursorMoved = cursorMoved || to !== cursor;
      cursor = to;
    },
    get cursor() {
      return cursor;
    },
    async record(verb) {
      if (isEmpty()) return { events: [], violations: [], pushed: false };
      const changed = [...touched].flatMap((id) => entries.get(id) ?? []);
      const head = await ledger.append({
        base: snapshot.head,
        since,
        subject: subjectOf(
          isAllOfEnds() ? 'end' : verb,
          changed.map((entry) => entry.id),
          violations.length,
        ),
        entries: changed,
        violations,
        accessReviews,
        reliesOn,
        ...(cursor === null ? {} : { cursor }),
      });
      // Entries that this commit did not touch may have been changed by others below it, so they stay known as of the snapshot.
      if (head !== null) {
        for (const { id } of changed) since.set(id, head);
        if (cursor !== null) since.set('cursor', head);
      }
      const events = happened.map(({ entry, event }) => ({ entry: entries.get(entry.id) ?? entry, event }));
      const batch = { events, violations, pushed: true };
      touched = new Set();
      happened = [];
      violations = [];
      accessReviews = [];
      reliesOn = [];
      cursorMoved = false;
      return batch;
    },
  };
}

const ENDS: ReadonlySet<GrantEvent['event']> = new Set(['ending', 'ended', 'voided']);

function isOfAnEnd({ entry, event }: Recorded): boolean {
  const state = entry.holdings.find(({ entitlement }) => entitlement === event.entitlement)?.state;
  return ENDS.has(event.event) || (event.event === 'faulted' && state === 'ending');
}

function withFacts(entry: Entry, entitlement: string, facts: HoldingFacts): Entry {
  const holdings = entry.holdings.map((held) =>
    held.entitlement === entitlement ? { ...held, ...facts } : held,
  );
  return { ...entry, holdings };
}

/** Ids and numbers only: free text never enters a commit message (T120). */
function subjectOf(verb: string, ids: readonly RequestId[], violations: number): string {
  const [first] = ids;
  if (violations > 0) return `${verb}: ${ids.length} grants, ${violations} violations`;
  if (first === undefined) return `${verb}: cursor`;
  return ids.length === 1 ? `${verb}: ${first}` : `${verb}: ${ids.length} grants`;
}
