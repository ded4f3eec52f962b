import type { Oid } from '../approval.js';
import type { EndReason, Entry, GrantEvent, HoldingState, VoidReason, Window } from '../grant.js';
import type { Account } from '../identity.js';
import { nextState } from '../lifecycle/grant.js';
import { dueEndOf, lateSeconds } from '../lifecycle/lateness.js';
import type { CountedApproval, Dismissal } from '../policy/decision.js';
import type { AccessRequest, RequestId } from '../request.js';
import { type Instant, secondsBetween } from '../time.js';
import { isBeforeEnd, type Period } from './period.js';

/** One entitlement of a grant as the period leaves it. */
export interface ReportedHolding {
  readonly entitlement: string;
  readonly target: string;
  readonly state: HoldingState;
  readonly grantedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly reason: EndReason | VoidReason | null;
  /** Seconds after its end was due; of what lives, up to the end of the period. `null`: it was never to be taken away yet. */
  readonly lateSeconds: number | null;
  /** Codes of faults that stood in the way, each once. */
  readonly faults: readonly string[];
  readonly preexisting: boolean;
}

/** What break-glass owes, and what was given. */
export interface ReportedReview {
  readonly due: Instant | null;
  readonly at: Instant | null;
  readonly by: Account | null;
  /** `approved` or `changes_requested`. */
  readonly verdict: string | null;
}

/** What an entry says of a grant or of a refused landing, without its evidence: all a report needs, and small. */
export interface ReportedGrant {
  readonly id: RequestId;
  readonly landing: { readonly commit: Oid; readonly at: Instant };
  readonly pullRequest: number;
  readonly requester: string | null;
  readonly subject: string | null;
  /** `null`: the request it quotes cannot be read. */
  readonly request: Pick<AccessRequest, 'entitlements' | 'duration' | 'justification' | 'ticket'> | null;
  readonly window: Window | null;
  readonly outcome: string;
  readonly rules: readonly string[];
  readonly approvals: readonly CountedApproval[];
  readonly dismissals: readonly Dismissal[];
  readonly vetoes: readonly Account[];
  /** Why it was refused: what is not satisfied. */
  readonly refused: readonly string[] | null;
  /** Seconds from the opening of the pull request to the last approval that counts; `null`: nobody's was needed. */
  readonly approvalSeconds: number | null;
  readonly endRequest: {
    readonly at: Instant;
    readonly by: string | null;
    readonly reason: string | null;
  } | null;
  /** Only break-glass. */
  readonly review: ReportedReview | null;
  readonly holdings: readonly ReportedHolding[];
}

/** @returns `undefined` when nothing of it lies in the period: it landed later, or was over before. */
export function reportedGrant(
  entry: Entry,
  request: AccessRequest | undefined,
  period: Period,
): ReportedGrant | undefined {
  const events = entry.events.filter(({ at }) => isBeforeEnd(at, period));
  const [first] = events;
  if (first === undefined) return undefined;
  const holdings = entry.holdings.flatMap(({ entitlement, holding, preexisting }) => {
    const own = events.filter((event) => event.entitlement === entitlement);
    return holdingOf(
      own,
      { entitlement, target: holding.target, preexisting: preexisting ?? false },
      {
        due: dueEndOf(entry, events),
        to: period.to,
      },
    );
  });
  const review = entry.breakGlass && entry.window !== undefined ? reviewOf(events) : null;
  const lives = holdings.some(({ endedAt, state }) => endedAt === null && state !== 'void');
  const wasOver = !lives && (review === null || review.at !== null);
  const last = events.at(-1)?.at ?? first.at;
  if (period.from !== null && wasOver && last < period.from) return undefined;
  const { decision } = entry;
  return {
    id: entry.id,
    landing: { commit: entry.landing.commit, at: entry.landing.mergedAt },
    pullRequest: entry.landing.pullRequest,
    requester: entry.requester?.login ?? null,
    subject: entry.subject?.login ?? null,
    request: request ?? null,
    window: entry.window ?? null,
    outcome: decision.outcome,
    rules: decision.rules,
    approvals: decision.approvals,
    dismissals: decision.dismissals,
    vetoes: decision.vetoes,
    refused: first.event === 'refused' ? reasonsOf(entry) : null,
    approvalSeconds: approvalSecondsOf(entry),
    endRequest: endRequestOf(events),
    review,
    holdings,
  };
}

function reasonsOf({ decision }: Entry): readonly string[] {
  return decision.findings.filter(({ status }) => status !== 'satisfied').map(({ message }) => message);
}

function approvalSecondsOf({ decision }: Entry): number | null {
  const times = decision.approvals.map(({ at }) => at).sort();
  const last = times.at(-1);
  return last === undefined ? null : secondsBetween(decision.evidence.pullRequest.openedAt, last);
}

function endRequestOf(events: readonly GrantEvent[]): ReportedGrant['endRequest'] {
  const asked = events.find(({ event }) => event === 'end_requested');
  if (asked === undefined) return null;
  return { at: asked.at, by: asked.by?.login ?? null, reason: asked.reason ?? null };
}

function reviewOf(events: readonly GrantEvent[]): ReportedReview {
  const due = events.find(({ event }) => event === 'review_due')?.due ?? null;
  const given = events.find(({ event }) => event === 'reviewed');
  return { due, at: given?.at ?? null, by: given?.by ?? null, verdict: given?.code ?? null };
}

/** Nothing while no event tells of it yet. Events that lead nowhere change nothing here; finding them is the business of the audit. */
function holdingOf(
  events: readonly GrantEvent[],
  about: Pick<ReportedHolding, 'entitlement' | 'target' | 'preexisting'>,
  { due, to }: { readonly due: Instant | undefined; readonly to: Instant },
): readonly ReportedHolding[] {
  const state = events.reduce<HoldingState | 'none'>(
    (before, { event }) => nextState(before, event) ?? before,
    'none',
  );
  if (state === 'none') return [];
  const endedAt = events.find(({ event }) => event === 'ended')?.at ?? null;
  const until = endedAt ?? to;
  const wasHeld = state !== 'scheduled' && state !== 'void';
  return [
    {
      ...about,
      state,
      grantedAt: events.find(({ event }) => event === 'granted')?.at ?? null,
      endedAt,
      reason: events.findLast(({ reason }) => reason !== undefined)?.reason ?? null,
      lateSeconds: wasHeld && due !== undefined && until >= due ? lateSeconds(due, until) : null,
      faults: [...new Set(events.flatMap(({ code }) => code ?? []))],
    },
  ];
}
