import type { Json } from '../core/entitlement.js';
import type { Entry, GrantEvent } from '../core/grant.js';
import type { Drift } from '../core/reconcile/drift.js';
import type { Instant } from '../core/time.js';
import { name, type Phrase, phrase, toText } from './phrase.js';
import { utc } from './time-text.js';

/** What a pass did, as far as people read it. */
interface Pass {
  readonly recorded: readonly { readonly entry: Pick<Entry, 'id'>; readonly event: GrantEvent }[];
  readonly drift: readonly Drift[];
  readonly faults: readonly { readonly stage: string; readonly code: string }[];
  readonly quarantined: readonly string[];
  readonly more: boolean;
  readonly wakeAt: Instant | undefined;
}

/** One line for everything that happened or stands in the way, then what comes next. */
export function passText({ recorded, drift, faults, quarantined, more, wakeAt }: Pass): string {
  const lines: readonly Phrase[] = [
    ...recorded.map(({ entry, event }) => happened(entry.id, event)),
    ...drift.map(
      ({ kind, holding }) => phrase`drift: ${kind}, ${name(holding.subject)} on ${name(holding.target)}`,
    ),
    ...quarantined.map((id) => phrase`cannot be read, and counts as expired: ${name(id)}`),
    ...faults.map(({ stage, code }) => phrase`not done: ${stage} (${code})`),
  ];
  const next = more ? phrase`More has landed; run another pass.` : comes(wakeAt);
  return [...(lines.length === 0 ? [phrase`Nothing to do.`] : lines), next].map(toText).join('\n');
}

function happened(id: string, { event, entitlement, reason, code }: GrantEvent): Phrase {
  const about = entitlement === undefined ? name(id) : phrase`${name(entitlement)} of ${name(id)}`;
  const why = [reason, code].filter((word) => word !== undefined).join(', ');
  return phrase`${event}: ${about}${why === '' ? [] : phrase` (${why})`}`;
}

function comes(wakeAt: Instant | undefined): Phrase {
  return wakeAt === undefined
    ? phrase`Nothing is ahead.`
    : phrase`The next start or end is at ${utc(wakeAt)}.`;
}

/** The same for programs: the shape `hallpass reconcile --once --json` prints; it only ever grows. */
export function passJson({ recorded, drift, faults, quarantined, more, wakeAt }: Pass): Json {
  return {
    recorded: recorded.map(({ entry, event }) => ({
      id: entry.id,
      event: event.event,
      at: event.at,
      entitlement: event.entitlement ?? null,
      reason: event.reason ?? null,
      code: event.code ?? null,
    })),
    drift: drift.map(({ kind, holding }) => ({ kind, target: holding.target, subject: holding.subject })),
    quarantined,
    faults: faults.map(({ stage, code }) => ({ stage, code })),
    more,
    wake_at: wakeAt ?? null,
  };
}
