import type { EndReason, Entry, GrantEvent } from '../core/grant.js';
import { addSeconds, durationSeconds, type Instant, parseDuration, secondsBetween } from '../core/time.js';
import { isFault } from '../ports/fault.js';
import { nativeExpiryOf } from '../ports/provider.js';
import {
  breakGlassNotice,
  endedNotice,
  extensionHint,
  grantedNotice,
  type NoticeSubject,
  overdueNotice,
  refusedNotice,
  voidedNotice,
} from '../views/notices.js';
import type { Recorded } from './journal.js';
import type { Ports } from './ports.js';

type Deps = Pick<Ports, 'host' | 'providers' | 'troubles' | 'log' | 'clock'>;

/**
 * Says on the pull request what was just recorded: access started, ended, refused, overdue. What happened to several entitlements of
 * one grant for the same reason is said once. A notice that cannot be given is only logged: the ledger has it all.
 */
export async function tellPeople(deps: Deps, recorded: readonly Recorded[]): Promise<void> {
  const together = new Map<string, Recorded[]>();
  for (const one of recorded) {
    const key = [one.entry.id, one.event.event, one.event.reason, one.event.code, one.event.at].join(' ');
    together.set(key, [...(together.get(key) ?? []), one]);
  }
  for (const [key, group] of together) {
    const [first] = group;
    const entitlements = group.flatMap(({ event }) => event.entitlement ?? []);
    const notice = first && noticeOf(deps, first, entitlements);
    if (first !== undefined && notice !== undefined) await say(deps, first.entry, { key, notice });
  }
}

/** How long before its end a grant is told of it: a quarter of an hour, or a quarter of a short grant. */
const WARNING_SECONDS = 900;

export function warningAt(window: NonNullable<Entry['window']>): Instant {
  const length = secondsBetween(window.startsAt, window.expiresAt);
  return addSeconds(window.expiresAt, -Math.min(WARNING_SECONDS, Math.floor(length / 4)));
}

/** Says how to go on without a gap where an end is near. Said once: the notice has a key of its own. */
export async function warnOfEnds(deps: Deps, live: readonly Entry[], told: Set<string>): Promise<void> {
  const now = deps.clock.now();
  for (const entry of live) {
    const { window, id } = entry;
    const active = entry.holdings.filter((held) => held.state === 'active').map((held) => held.entitlement);
    const extended = live.some((other) => other.extends === id);
    if (window === undefined || active.length === 0 || extended || entry.breakGlass || told.has(id)) continue;
    if (warningAt(window) > now || window.expiresAt <= now) continue;
    told.add(id);
    const about: NoticeSubject = { id, subject: entry.subject?.login ?? 'nobody', entitlements: active };
    const notice = extensionHint(about, { until: window.expiresAt, now, duration: durationOf(entry) });
    await say(deps, entry, { key: `${id} ends soon`, notice });
  }
}

/** The duration as it was asked for, which is what an extension most likely asks for again. */
function durationOf(entry: Entry): string {
  const written = /^duration: *"?([0-9]+[mhd])"?/m.exec(entry.request.content)?.[1];
  const duration = written === undefined ? undefined : parseDuration(written);
  return duration === undefined || durationSeconds(duration) === 0 ? '1h' : duration;
}

async function say(
  deps: Deps,
  entry: Entry,
  { key, notice }: { readonly key: string; readonly notice: string },
): Promise<void> {
  try {
    await deps.host.notify(entry.landing.pullRequest, key, notice);
  } catch (error) {
    deps.log.warn('notice not given', { id: entry.id, code: isFault(error) ? error.code : 'unexpected' });
  }
}

type Notice = (
  about: NoticeSubject,
  facts: { deps: Deps; entry: Entry; event: GrantEvent; due: Instant },
) => string | undefined;

/** What is said of which event; of the others nothing. */
const NOTICES: Readonly<Partial<Record<GrantEvent['event'], Notice>>> = {
  granted: (about, { deps, entry, event, due }) =>
    event.code === 'missing' || event.code === 'shortened' || event.code === 'prolonged'
      ? undefined
      : grantedNotice(about, due, onlyHallpassEnds(deps, entry)),
  ended: (about, { entry, event }) =>
    isEndReason(event.reason)
      ? endedNotice(about, { reason: event.reason, at: event.at, due: dueOf(entry, event), ...byOf(entry) })
      : undefined,
  voided: (about, { event }) =>
    event.reason === undefined || event.reason === 'expired' || event.reason === 'superseded'
      ? undefined
      : voidedNotice(about, event.reason),
  refused: (about, { entry }) => refusedNotice(about, entry.decision.findings),
  ending: (about, { deps, entry, event, due }) =>
    overdueNotice(about, due, {
      message: `${event.code ?? 'unknown fault'}.`,
      ...unblockOf(deps, entry, event),
    }),
  review_due: (about, { entry, event }) =>
    breakGlassNotice(about, { due: event.due ?? event.at, rules: entry.decision.rules }),
};

function noticeOf(
  deps: Deps,
  { entry, event }: Recorded,
  entitlements: readonly string[],
): string | undefined {
  const all = entitlements.length > 0 ? entitlements : entry.holdings.map((held) => held.entitlement);
  const about: NoticeSubject = { id: entry.id, subject: entry.subject?.login ?? 'nobody', entitlements: all };
  const due = entry.window?.expiresAt ?? entry.landing.mergedAt;
  return NOTICES[event.event]?.(about, { deps, entry, event, due });
}

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

/** When it had to end: at its time, or when somebody asked for it earlier. */
function dueOf(entry: Entry, event: GrantEvent): Instant {
  const asked = entry.events.find((one) => one.event === 'end_requested');
  return event.reason === 'expired' ? (entry.window?.expiresAt ?? event.at) : (asked?.at ?? event.at);
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
