import type { Entry, GrantEvent, GrantedHolding, HoldingState } from '../../core/grant.js';
import { sameLogin } from '../../core/identity.js';
import type { Choice } from '../../core/lifecycle/chosen.js';
import { nextState } from '../../core/lifecycle/grant.js';
import { dueEndOf, lateSeconds } from '../../core/lifecycle/lateness.js';
import type { AccessRequest } from '../../core/request.js';
import { type Instant, later, secondsBetween } from '../../core/time.js';
import { parseRequest } from '../../documents/request.js';
import type { Clock } from '../../ports/clock.js';
import type { LedgerEntries } from '../../ports/ledger-entries.js';
import type { GrantRow } from '../../views/grants-table.js';

export const LIST_STATES = ['active', 'ending', 'scheduled', 'ended', 'refused', 'all'] as const;

export interface ListQuestion {
  readonly state: (typeof LIST_STATES)[number];
  /** Absent: now, which is the ledger as it is, whatever the two clocks say. */
  readonly at?: Instant;
  /** Narrows the list. A refused landing has no target. */
  readonly only?: Choice;
}

export interface GrantList {
  /** The instant asked about; for now the later of the clock and the newest event of what was read. */
  readonly at: Instant;
  /** How far this clock is behind the newest event of what was read; 0 where it is not. */
  readonly secondsBehind: number;
  readonly rows: readonly GrantRow[];
  /** Entries that could not be read; they are quarantined, and a list with any is not complete. */
  readonly problems: readonly { readonly path: string; readonly problem: string }[];
}

/** What may be held: the target may have it although it is only intended, and still has it while it is ending. */
const SHOWN: Readonly<Record<ListQuestion['state'], ReadonlySet<GrantRow['state']>>> = {
  active: new Set(['intended', 'active', 'ending']),
  ending: new Set(['ending']),
  scheduled: new Set(['scheduled']),
  ended: new Set(['ended', 'void']),
  refused: new Set(['refused']),
  all: new Set(['scheduled', 'intended', 'active', 'ending', 'ended', 'void', 'refused']),
};

/**
 * Who holds what, now or as the ledger's events tell of any past instant. `future`: nobody knows yet, neither this clock nor the ledger
 * has come so far.
 */
export async function listGrants(
  deps: { readonly ledger: Pick<LedgerEntries, 'entries'>; readonly clock: Clock },
  question: ListQuestion,
): Promise<GrantList | 'future'> {
  const clock = deps.clock.now();
  // What lived in the past may be over now, and its marker is gone.
  const living = ['active', 'ending', 'scheduled'].includes(question.state);
  const isNow = question.at === undefined || question.at === clock;
  const read = await deps.ledger.entries(living && isNow ? 'live' : 'all');
  const newest = read
    .flatMap((one) => ('entry' in one ? one.entry.events.map((event) => event.at) : []))
    .reduce(later, clock);
  const { at = newest } = question;
  if (at > newest) return 'future';
  const rows = read.flatMap((one) => ('entry' in one ? rowsAt(one.entry, { ...question, seen: at }) : []));
  return {
    at,
    secondsBehind: secondsBetween(clock, newest),
    rows: rows
      .filter((row) => SHOWN[question.state].has(row.state) && isWanted(row, question.only))
      .sort(byEnd),
    problems: read.flatMap((one) => ('entry' in one ? [] : [one])),
  };
}

/** Logins are one whatever their case. */
function isWanted(row: GrantRow, { subject, entitlement, target }: Choice = {}): boolean {
  return (
    (subject === undefined || sameLogin(row.subject ?? '', subject)) &&
    (entitlement === undefined || row.entitlement === entitlement) &&
    (target === undefined || row.target === target)
  );
}

/** What one entry says, or said at an instant; nothing when it was not there yet. @param seen what lives is looked at then. */
function rowsAt(
  entry: Entry,
  { at, seen }: { readonly at?: Instant; readonly seen: Instant },
): readonly GrantRow[] {
  const events = entry.events.filter((event) => at === undefined || event.at <= at);
  const [first] = events;
  if (first === undefined) return [];
  if (first.event === 'refused') return refusedRows(entry);
  const due = dueEndOf(entry, events);
  return entry.holdings.flatMap((holding) => {
    const own = events.filter(({ entitlement }) => entitlement === holding.entitlement);
    const state = stateAfter(own);
    if (state === 'none') return [];
    const row = rowOf(entry, holding, { events: own, state });
    return [{ ...row, late_seconds: lateOf(row, due, seen) }];
  });
}

function lateOf({ state, ended_at }: GrantRow, due: Instant | undefined, seen: Instant): number | null {
  const until = ended_at ?? seen;
  const wasHeld = state !== 'scheduled' && state !== 'void';
  return wasHeld && due !== undefined && until >= due ? lateSeconds(due, until) : null;
}

/** Events that lead nowhere change nothing here; finding them is the business of the audit. */
function stateAfter(events: readonly GrantEvent[]): HoldingState | 'none' {
  return events.reduce<HoldingState | 'none'>((state, { event }) => nextState(state, event) ?? state, 'none');
}

function rowOf(
  entry: Entry,
  { entitlement, holding, preexisting }: GrantedHolding,
  { events, state }: { readonly events: readonly GrantEvent[]; readonly state: HoldingState },
): GrantRow {
  const over = state === 'ended' || state === 'void';
  return {
    ...commonOf(entry),
    entitlement,
    target: holding.target,
    state,
    starts_at: entry.window?.startsAt ?? null,
    expires_at: entry.window?.expiresAt ?? null,
    ended_at: (over && events.at(-1)?.at) || null,
    reason: events.findLast(({ reason }) => reason !== undefined)?.reason ?? null,
    preexisting: preexisting ?? false,
  };
}

function refusedRows(entry: Entry): readonly GrantRow[] {
  const asked = requestOf(entry);
  const common = commonOf(entry);
  return (asked?.entitlements ?? [null]).map((entitlement) => ({
    ...common,
    subject: common.subject ?? asked?.subject ?? null,
    entitlement,
    target: null,
    state: 'refused',
    starts_at: null,
    expires_at: null,
    ended_at: null,
    reason: null,
    preexisting: false,
  }));
}

function requestOf(entry: Entry): AccessRequest | undefined {
  const parsed = parseRequest(new TextEncoder().encode(entry.request.content), entry.id);
  return 'value' in parsed ? parsed.value : undefined;
}

function commonOf(entry: Entry) {
  const asked = requestOf(entry);
  return {
    id: entry.id,
    subject: entry.subject?.login ?? null,
    requester: entry.requester?.login ?? null,
    justification: asked?.justification ?? null,
    ticket: asked?.ticket ?? null,
    late_seconds: null,
    rules: entry.decision.rules,
    approvals: entry.decision.approvals.map(({ account, review, at, rule, group }) => ({
      ...account,
      review,
      at,
      rule,
      group,
    })),
    approved_by: [...new Set(entry.decision.approvals.map(({ account }) => account.login))],
    break_glass: entry.breakGlass,
    pull_request: entry.landing.pullRequest,
  };
}

/** What ends first stands first; what never had an end stands last. */
function byEnd(a: GrantRow, b: GrantRow): number {
  const key = ({ expires_at, id, entitlement }: GrantRow) => `${expires_at ?? '~'} ${id} ${entitlement}`;
  return key(a) < key(b) ? -1 : 1;
}
