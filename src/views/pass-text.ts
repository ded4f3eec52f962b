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
