import type { Entry, GrantEvent } from '../grant.js';
import { isLive } from '../lifecycle/grant.js';
import { windowOf } from '../lifecycle/landing.js';
import type { AccessRequest } from '../request.js';
import { addSeconds, type Instant } from '../time.js';
import { type AuditFinding, failures, type Place } from './finding.js';

/** Seconds an end, or the note of a grant, may come after its time before somebody has to explain it. */
export const PROMPT_SECONDS = 300;

/** Times are the app's word; here they are held against each other. Commit dates are not looked at (T117). */
export function checkTimes(entry: Entry, place: Place): AuditFinding[] {
  const ordered = entry.events.every((event, index) => event.at >= (entry.events[index - 1]?.at ?? event.at));
  const { window } = entry;
  const own = failures(place, [[ordered, 'times_disordered', 'An event is earlier than the one before it.']]);
  if (window === undefined) return own;
  return [...own, ...entry.events.flatMap((event) => checkEvent(event, entry, place))];
}

type Expectation = (
  event: GrantEvent,
  entry: Entry,
  window: NonNullable<Entry['window']>,
) => Parameters<typeof failures>[1];

const EXPECTED: Readonly<Partial<Record<GrantEvent['event'], Expectation>>> = {
  intended: (event, _, window) => [
    [event.at >= window.startsAt, 'granted_outside_window', 'It was to be granted before its start.'],
    [event.at <= prompt(window.expiresAt), 'granted_outside_window', 'It was to be granted after its end.'],
  ],
  // Noted after the target was read back, which may take a moment.
  granted: (event, _, window) => [
    [event.at >= window.startsAt, 'granted_outside_window', 'It was granted before its start.'],
    [event.at <= prompt(window.expiresAt), 'granted_outside_window', 'It was granted after its end.'],
  ],
  voided: (event, _, window) => [
    [
      event.reason !== 'missed' || event.at >= window.expiresAt,
      'ended_early',
      'It was missed before its end had come.',
    ],
  ],
  ended: (event, entry, window) => [
    [
      event.at >= window.expiresAt || isEarlyReason(event, entry),
      'ended_early',
      'It ended before its time, and nobody asked for that.',
    ],
    [
      event.at <= prompt(window.expiresAt) || isExplained(event, entry),
      'ended_late',
      'It ended late, and nothing says why.',
    ],
  ],
};

function checkEvent(event: GrantEvent, entry: Entry, place: Place): AuditFinding[] {
  const { window } = entry;
  if (window === undefined || !Object.hasOwn(EXPECTED, event.event)) return [];
  return failures(place, EXPECTED[event.event]?.(event, entry, window) ?? []);
}

function prompt(end: Instant): Instant {
  return addSeconds(end, PROMPT_SECONDS);
}

/** Somebody or policy asked for it, or another grant took over. */
function isEarlyReason(event: GrantEvent, entry: Entry): boolean {
  if (event.reason === 'superseded') return true;
  const asked = entry.events.find((past) => past.event === 'end_requested');
  return asked !== undefined && asked.at <= event.at && asked.reason === event.reason;
}

/** A fault that stood in the way of the end was recorded while it did. */
function isExplained(event: GrantEvent, entry: Entry): boolean {
  return entry.events.some(
    (past) =>
      past.entitlement === event.entitlement &&
      past.code !== undefined &&
      past.at <= event.at &&
      (past.event === 'ending' || past.event === 'faulted'),
  );
}

/** What lives although its time was over well before the last thing the ledger tells of, and no fault says why. */
export function checkStillLive(entry: Entry, lastTime: Instant, place: Place): AuditFinding[] {
  const { window } = entry;
  return entry.holdings.filter(isLive).flatMap((held) => {
    const explained = isExplained({ event: 'ended', at: lastTime, entitlement: held.entitlement }, entry);
    const over = window === undefined || prompt(window.expiresAt) < lastTime;
    return failures(place, [
      [
        !over || explained,
        'not_ended',
        `${held.entitlement} was to end at ${window?.expiresAt ?? 'once'} and has not.`,
      ],
    ]);
  });
}

/** `expires_at = max(merged_at, start) + duration`; an extension runs from the end of what it prolongs. */
export function checkWindow(entry: Entry, request: AccessRequest, place: Place): AuditFinding[] {
  const { window, decision, landing } = entry;
  if (window === undefined) return [];
  const prolonged = decision.evidence.live.find((grant) => grant.id === request.extends);
  const due = windowOf({
    request,
    mergedAt: landing.mergedAt,
    ...(prolonged === undefined ? {} : { prolongs: prolonged.until }),
  });
  return failures(place, [
    [
      window.startsAt === due.startsAt && window.expiresAt === due.expiresAt,
      'window_wrong',
      `Its window is not the one its request and landing give: ${due.startsAt} to ${due.expiresAt}.`,
    ],
    [
      request.extends === undefined || prolonged !== undefined,
      'window_wrong',
      'It prolongs a grant that was not live.',
    ],
  ]);
}
