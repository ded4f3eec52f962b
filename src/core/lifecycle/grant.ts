import type {
  EndReason,
  Entry,
  EventName,
  GrantEvent,
  GrantedHolding,
  HoldingState,
  VoidReason,
} from '../grant.js';
import { later } from '../time.js';

type Transitions = Readonly<
  Record<HoldingState | 'none', Readonly<Partial<Record<EventName, HoldingState>>>>
>;

/**
 * What leads where in the life of one holding. Anything else is a violation, found by `audit verify`.
 *
 * `intended` is written before a target is touched, so a crash leaves a trace that the next pass follows up. A holding that
 * was intended may exist on the target, so it can only end by a revocation that was read back, never by `voided`. `intended`
 * comes twice when what the subject had before us could only be looked at later.
 */
export const TRANSITIONS: Transitions = {
  none: { scheduled: 'scheduled', intended: 'intended', voided: 'void' },
  scheduled: { intended: 'intended', voided: 'void' },
  intended: {
    intended: 'intended',
    granted: 'active',
    faulted: 'intended',
    ending: 'ending',
    ended: 'ended',
  },
  active: { granted: 'active', faulted: 'active', ending: 'ending', ended: 'ended' },
  ending: { faulted: 'ending', ended: 'ended' },
  ended: {},
  void: {},
};

/** Events about the whole grant; they move no holding. */
export const GRANT_WIDE_EVENTS: ReadonlySet<EventName> = new Set<EventName>([
  'landed',
  'refused',
  'end_requested',
  'review_due',
  'reviewed',
]);

/** States in which a holding still needs a pass to look at it. */
const LIVE: ReadonlySet<HoldingState> = new Set<HoldingState>(['scheduled', 'intended', 'active', 'ending']);

export function isLive(holding: GrantedHolding): boolean {
  return LIVE.has(holding.state);
}

/** Whether an entry keeps its marker under `active/`. */
export function isLiveEntry(entry: Entry): boolean {
  return entry.holdings.some(isLive);
}

/** Whether somebody has asked for the grant to end early. */
export function isEndRequested(entry: Entry): boolean {
  return entry.events.some(({ event }) => event === 'end_requested');
}

/** How often an entitlement of the grant was given, again and further included. */
export function timesGranted({ events }: Entry, entitlement: string | undefined): number {
  return events.filter((one) => one.event === 'granted' && one.entitlement === entitlement).length;
}

/** Whether a break-glass grant still owes its review, alive or not. */
export function owesReview(entry: Entry): boolean {
  const has = (name: EventName): boolean => entry.events.some(({ event }) => event === name);
  return has('review_due') && !has('reviewed');
}

/** @returns the state an event leads to, or `undefined` when it is not allowed there. */
export function nextState(from: HoldingState | 'none', event: EventName): HoldingState | undefined {
  return Object.hasOwn(TRANSITIONS[from], event) ? TRANSITIONS[from][event] : undefined;
}

/** What an event may change of a holding beside its state. */
export type HoldingFacts = Pick<GrantedHolding, 'preexisting' | 'receipt'>;

/**
 * Appends an event, moving the holding it is about.
 * @throws RangeError when the transition table has no such step: a bug in the caller, never a fault of the outside.
 */
export function applyEvent(entry: Entry, event: GrantEvent, facts: HoldingFacts = {}): Entry {
  const events = [...entry.events, event];
  if (event.entitlement === undefined) {
    if (!GRANT_WIDE_EVENTS.has(event.event)) throw new RangeError(`${event.event} needs an entitlement`);
    return { ...entry, events };
  }
  const index = entry.holdings.findIndex((holding) => holding.entitlement === event.entitlement);
  const before = entry.holdings[index];
  if (before === undefined) throw new RangeError(`${entry.id} has no holding for ${event.entitlement}`);
  const known = entry.events.some((past) => past.entitlement === event.entitlement);
  const state = nextState(known ? before.state : 'none', event.event);
  if (state === undefined) throw new RangeError(`${event.event} is not possible while ${before.state}`);
  const after: GrantedHolding = { ...before, ...facts, ...reasonOf(before, event), state };
  return { ...entry, events, holdings: entry.holdings.with(index, after) };
}

/**
 * What of a list of events is possible, applied in its order; what the entry is past already changes nothing. An event that happened while
 * another one was being recorded comes after it.
 */
export function catchUp(entry: Entry, events: readonly GrantEvent[]): Entry {
  return events.reduce((before, event) => {
    const possible = eventAfter(before, event);
    return possible === undefined ? before : applyEvent(before, possible);
  }, entry);
}

/** The event as it may follow what the entry tells of, or `undefined` when it may not. */
export function eventAfter(entry: Entry, event: GrantEvent): GrantEvent | undefined {
  if (!isPossible(entry, event)) return undefined;
  return { ...event, at: later(event.at, entry.events.at(-1)?.at ?? event.at) };
}

function isPossible(entry: Entry, event: GrantEvent): boolean {
  // What has ended cannot be asked to, and the first who asked has said it all.
  if (event.event === 'end_requested') return isLiveEntry(entry) && !isEndRequested(entry);
  const held = entry.holdings.find(({ entitlement }) => entitlement === event.entitlement);
  return held !== undefined && nextState(held.state, event.event) !== undefined;
}

function reasonOf(before: GrantedHolding, event: GrantEvent): { reason?: EndReason | VoidReason } {
  const reason = event.reason ?? before.reason;
  return reason === undefined ? {} : { reason };
}

/** The states that a list of events leads to, or the first event that is not possible. */
export function replay(
  events: readonly GrantEvent[],
): { readonly states: ReadonlyMap<string, HoldingState> } | { readonly impossible: GrantEvent } {
  const states = new Map<string, HoldingState>();
  for (const event of events) {
    if (event.entitlement === undefined) {
      if (!GRANT_WIDE_EVENTS.has(event.event)) return { impossible: event };
      continue;
    }
    const state = nextState(states.get(event.entitlement) ?? 'none', event.event);
    if (state === undefined) return { impossible: event };
    states.set(event.entitlement, state);
  }
  return { states };
}
