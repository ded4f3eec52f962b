import type { Entry, GrantEvent } from '../core/grant.js';
import { isFault } from '../ports/fault.js';
import {
  endedNotice,
  grantedNotice,
  type NoticeSubject,
  overdueNotice,
  refusedNotice,
  voidedNotice,
} from '../views/notices.js';
import type { Recorded } from './journal.js';
import type { Ports } from './ports.js';

type Deps = Pick<Ports, 'host' | 'providers' | 'log'>;

/**
 * Says on the pull request what was just recorded: access started, ended, refused, overdue. What happened to several entitlements of
 * one grant for the same reason is said once. A notice that cannot be given is only logged: the ledger has it all.
 */
export async function tellPeople(deps: Deps, recorded: readonly Recorded[]): Promise<void> {
  const together = new Map<string, Recorded[]>();
  for (const one of recorded) {
    const key = [one.entry.id, one.event.event, one.event.reason, one.event.code].join(' ');
    together.set(key, [...(together.get(key) ?? []), one]);
  }
  for (const group of together.values()) {
    const [first] = group;
    const notice =
      first &&
      noticeOf(
        deps,
        first,
        group.flatMap(({ event }) => event.entitlement ?? []),
      );
    if (first === undefined || notice === undefined) continue;
    try {
      await deps.host.notify(first.entry.landing.pullRequest, notice);
    } catch (error) {
      deps.log.warn('notice not given', {
        id: first.entry.id,
        code: isFault(error) ? error.code : 'unexpected',
      });
    }
  }
}

function noticeOf(
  deps: Deps,
  { entry, event }: Recorded,
  entitlements: readonly string[],
): string | undefined {
  const about: NoticeSubject = { id: entry.id, subject: entry.subject?.login ?? 'nobody', entitlements };
  const due = entry.window?.expiresAt ?? entry.landing.mergedAt;
  switch (event.event) {
    case 'granted':
      return event.code === 'missing' || event.code === 'shortened'
        ? undefined
        : grantedNotice(about, due, onlyHallpassEnds(deps, entry));
    case 'ended':
      return isEndReason(event.reason)
        ? endedNotice(about, { reason: event.reason, at: event.at, due: dueOf(entry, event), ...byOf(entry) })
        : undefined;
    case 'voided':
      return event.reason === undefined || event.reason === 'expired' || event.reason === 'superseded'
        ? undefined
        : voidedNotice(about, event.reason);
    case 'refused':
      return refusedNotice(about, entry.decision.findings);
    case 'ending':
      return overdueNotice(about, due, { message: `${event.code ?? 'unknown fault'}.` });
    default:
      return undefined;
  }
}

function isEndReason(
  reason: GrantEvent['reason'],
): reason is Exclude<GrantEvent['reason'], 'missed' | undefined> {
  return reason !== undefined && reason !== 'missed';
}

/** When it had to end: at its time, or when somebody asked for it earlier. */
function dueOf(entry: Entry, event: GrantEvent) {
  const asked = entry.events.find((one) => one.event === 'end_requested');
  return event.reason === 'expired' ? (entry.window?.expiresAt ?? event.at) : (asked?.at ?? event.at);
}

function byOf(entry: Entry): { by?: string } {
  const by = entry.events.find((one) => one.event === 'end_requested')?.by;
  return by === undefined ? {} : { by: by.login };
}

function onlyHallpassEnds(deps: Deps, entry: Entry): boolean {
  return entry.holdings.some(
    ({ holding }) => deps.providers.get(holding.target)?.abilities.nativeExpiry !== 'enforced',
  );
}
