import type { EndReason, Entry, EventName, GrantEvent } from '../../core/grant.js';
import type { NoticeEvent } from '../../core/notice.js';
import { dueOf } from '../../core/reconcile/overdue.js';
import { addSeconds, durationSeconds, type Instant, parseDuration, secondsBetween } from '../../core/time.js';
import { nativeExpiryOf } from '../../ports/provider.js';
import { aboutGrant, subjectOf } from '../../views/notice-about.js';
import { type TitleFacts, titleOf } from '../../views/notice-titles.js';
import {
  breakGlassNotice,
  endedNotice,
  extensionHint,
  grantedNotice,
  type NoticeSubject,
  overdueNotice,
  refusedNotice,
  voidedNotice,
} from '../../views/notices.js';
import type { Ports } from '../ports.js';
import type { Recorded } from '../reconciling/journal.js';

type Deps = Pick<Ports, 'providers' | 'troubles' | 'clock' | 'notices'>;

/**
 * Says what was just recorded: access started, ended, refused, failed to end. What happened to several entitlements of one grant for the
 * same reason is said once.
 */
export function tellPeople(deps: Deps, recorded: readonly Recorded[]): void {
  const together = new Map<string, Recorded[]>();
  for (const one of recorded) {
    const key = [one.entry.id, one.event.event, one.event.reason, one.event.code, one.event.at].join(' ');
    together.set(key, [...(together.get(key) ?? []), one]);
  }
  for (const [key, group] of together) {
    const [first] = group;
    if (first !== undefined) tell(deps, key, { ...first, entitlements: entitlementsOf(group) });
  }
}

/** Absent: it happened to the whole grant. */
function entitlementsOf(group: readonly Recorded[]): readonly string[] | undefined {
  const named = group.flatMap(({ event }) => event.entitlement ?? []);
  return named.length === 0 ? undefined : named;
}

function tell(
  deps: Deps,
  key: string,
  { entry, event, entitlements }: Recorded & { readonly entitlements: readonly string[] | undefined },
): void {
  const about = aboutGrant(entry, entitlements);
  const due = entry.window?.expiresAt ?? entry.landing.mergedAt;
  const said = NOTICES[event.event]?.(subjectOf(about), { deps, entry, event, due });
  if (said === undefined) return;
  const { id, subject, entitlements: what } = subjectOf(about);
  const title = titleOf(said.event, { id, subject, entitlements: what, at: event.at, ...said.facts });
  const { event: name, markdown } = said;
  deps.notices.tell({ ...about, event: name, key, thread: key, title, markdown, at: event.at });
}

/** How long before its end a grant is told of it: a quarter of an hour, or a quarter of a short grant. */
export const WARNING_SECONDS = 900;

export function warningAt(window: NonNullable<Entry['window']>): Instant {
  const length = secondsBetween(window.startsAt, window.expiresAt);
  return addSeconds(window.expiresAt, -Math.min(WARNING_SECONDS, Math.floor(length / 4)));
}

/** Says how to go on without a gap where an end is near. Said once: the notice has a key of its own. */
export function warnOfEnds(deps: Deps, live: readonly Entry[], told: Set<string>): void {
  const now = deps.clock.now();
  for (const entry of live) {
    const { window, id } = entry;
    const active = entry.holdings.filter((held) => held.state === 'active').map((held) => held.entitlement);
    const extended = live.some((other) => other.extends === id);
    if (window === undefined || active.length === 0 || extended || entry.breakGlass || told.has(id)) continue;
    if (warningAt(window) > now || window.expiresAt <= now) continue;
    told.add(id);
    const about = aboutGrant(entry, active);
    const until = window.expiresAt;
    const key = `${id} ends soon`;
    deps.notices.tell({
      ...about,
      event: 'grant_ends_soon',
      key,
      thread: key,
      title: titleOf('grant_ends_soon', { ...subjectOf(about), at: until }),
      markdown: extensionHint(subjectOf(about), { until, now, duration: durationOf(entry) }),
      at: now,
    });
  }
}

/** The duration as it was asked for, which is what an extension most likely asks for again. */
function durationOf(entry: Entry): string {
  const written = /^duration: *"?([0-9]+[mhd])"?/m.exec(entry.request.content)?.[1];
  const duration = written === undefined ? undefined : parseDuration(written);
  return duration === undefined || durationSeconds(duration) === 0 ? '1h' : duration;
}

interface Said {
  readonly event: NoticeEvent;
  readonly markdown: string;
  /** What the title needs beside whom it is about. */
  readonly facts?: Partial<TitleFacts>;
}

interface Facts {
  readonly deps: Deps;
  readonly entry: Entry;
  readonly event: GrantEvent;
  /** When the grant ends. */
  readonly due: Instant;
}

/** What is said of which event; of the others nothing. */
const NOTICES: Readonly<
  Partial<Record<EventName, (about: NoticeSubject, facts: Facts) => Said | undefined>>
> = {
  granted: (about, { deps, entry, event, due }) =>
    event.code === 'missing' || event.code === 'shortened' || event.code === 'prolonged'
      ? undefined
      : {
          event: 'grant_started',
          markdown: grantedNotice(about, due, onlyHallpassEnds(deps, entry)),
          facts: { at: due },
        },
  ended: (about, { entry, event }) =>
    isEndReason(event.reason)
      ? {
          event: 'grant_ended',
          markdown: endedNotice(about, {
            reason: event.reason,
            at: event.at,
            due: dueOf(entry, event),
            ...byOf(entry),
          }),
          facts: { code: event.reason },
        }
      : undefined,
  voided: (about, { event: { reason } }) =>
    reason === undefined || reason === 'expired' || reason === 'superseded'
      ? undefined
      : { event: 'grant_voided', markdown: voidedNotice(about, reason), facts: { code: reason } },
  refused: (about, { entry }) => ({
    event: 'grant_refused',
    markdown: refusedNotice(about, entry.decision.findings),
  }),
  ending: (about, { deps, entry, event, due }) => ({
    event: 'end_failed',
    markdown: overdueNotice(about, due, {
      message: `${event.code ?? 'unknown_fault'}.`,
      ...unblockOf(deps, entry, event),
    }),
    facts: { code: event.code ?? 'unknown_fault' },
  }),
  review_due: (about, { entry, event: { due, at } }) => ({
    event: 'break_glass',
    markdown: breakGlassNotice(about, { due: due ?? at, rules: entry.decision.rules }),
    facts: { at: due ?? at },
  }),
};

/** What somebody has to do about it. The ledger has the code alone; the sentence is known as long as it stands in the way. */
function unblockOf(
  { troubles }: Deps,
  { id }: Entry,
  { entitlement = '', code }: GrantEvent,
): { readonly unblock?: string } {
  const trouble = troubles.of({ id, entitlement });
  return trouble?.unblock === undefined || trouble.code !== code ? {} : { unblock: trouble.unblock };
}

function isEndReason(reason: GrantEvent['reason']): reason is EndReason {
  return reason !== undefined && reason !== 'missed';
}

function byOf(entry: Entry): { by?: string } {
  const by = entry.events.find((one) => one.event === 'end_requested')?.by;
  return by === undefined ? {} : { by: by.login };
}

function onlyHallpassEnds(deps: Deps, entry: Entry): boolean {
  return entry.holdings.some(({ holding }) => {
    const provider = deps.providers.get(holding.target);
    return provider === undefined || nativeExpiryOf(provider, holding.grant) !== 'enforced';
  });
}
