import type { Entry, GrantEvent, GrantedHolding } from '../grant.js';
import { GRANT_WIDE_EVENTS, replay } from '../lifecycle/grant.js';
import { type AuditFinding, failures, type Place } from './finding.js';
import { isSame } from './same.js';

/** What may change of an entry after it was written: states and what follows from events, and more events (DESIGN section 5). */
export function checkChange(before: Entry, after: Entry, place: Place): AuditFinding[] {
  const grown = after.events.length > before.events.length;
  const kept = before.events.every((event, index) => isSame(event, after.events[index]));
  return failures(place, [
    [
      isSame(frozen(before), frozen(after)),
      'frozen_part_changed',
      'A part that is frozen at landing was changed.',
    ],
    [kept, 'events_changed', 'Events that were recorded were changed or removed.'],
    [grown, 'change_without_event', 'It was changed without an event that says why.'],
    [
      factsKept(before, after),
      'frozen_part_changed',
      'What a subject had before the grant was changed afterwards.',
    ],
  ]);
}

/** What an entry says of itself at any one time: its states are those its events lead to. */
export function checkLife(entry: Entry, place: Place): AuditFinding[] {
  const replayed = replay(entry.events);
  if ('impossible' in replayed) {
    const { event, entitlement } = replayed.impossible;
    const about = entitlement === undefined ? '' : ` for ${entitlement}`;
    return failures(place, [
      [false, 'impossible_event', `The event ${event}${about} is not possible there.`],
    ]);
  }
  const held = new Set(entry.holdings.map(({ entitlement }) => entitlement));
  const states = entry.holdings.every(({ entitlement, state }) => replayed.states.get(entitlement) === state);
  const strangers = [...replayed.states.keys()].filter((entitlement) => !held.has(entitlement));
  return failures(place, [
    [states && strangers.length === 0, 'state_not_from_events', 'A state is not the one its events lead to.'],
    [held.size === entry.holdings.length, 'state_not_from_events', 'An entitlement is held twice.'],
    [startsRight(entry), 'first_event_wrong', 'It does not begin with how its landing was decided.'],
    [reasonsMatch(entry), 'state_not_from_events', 'A reason is not the one its events give.'],
  ]);
}

function frozen(entry: Entry): unknown {
  const { holdings, events: _, ...rest } = entry;
  return { ...rest, holdings: holdings.map(({ entitlement, holding }) => ({ entitlement, holding })) };
}

/** Once it is known whether a subject had it before, that is settled: it decides whether access is taken away at the end. */
function factsKept(before: Entry, after: Entry): boolean {
  return before.holdings.every(
    ({ preexisting }, index) =>
      preexisting === undefined || preexisting === after.holdings[index]?.preexisting,
  );
}

/** A refusal is all there is; a grant begins with its landing and takes one first step for every entitlement. */
function startsRight(entry: Entry): boolean {
  const [first, ...rest] = entry.events;
  if (first?.event === 'refused') {
    return entry.holdings.length === 0 && entry.window === undefined && rest.every(isGrantWide);
  }
  return (
    first?.event === 'landed' &&
    entry.holdings.length > 0 &&
    entry.window !== undefined &&
    !rest.some(isOpening)
  );
}

function isGrantWide({ event }: GrantEvent): boolean {
  return GRANT_WIDE_EVENTS.has(event) && event !== 'landed' && event !== 'refused';
}

function isOpening({ event }: GrantEvent): boolean {
  return event === 'landed' || event === 'refused';
}

function reasonsMatch(entry: Entry): boolean {
  return entry.holdings.every(({ entitlement, reason }: GrantedHolding) => {
    const own = entry.events.filter((event) => event.entitlement === entitlement);
    return own.findLast((event) => event.reason !== undefined)?.reason === reason;
  });
}
