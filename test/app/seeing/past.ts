import type { Oid } from '../../../src/core/approval.js';
import type { Entry, GrantEvent } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import type { LedgerPast } from '../../../src/ports/ledger-past.js';
import { entry, NOON } from '../entries.js';

/** A ledger in memory that counts what is read of it. */
export interface Past extends LedgerPast {
  /** Ids of entries that were read, in order. */
  readonly read: string[];
  put(...entries: readonly Entry[]): void;
  /** An entry of this id that cannot be read. */
  breakEntry(id: string): void;
}

export function createPast(): Past {
  const entries = new Map<string, Entry | 'broken'>();
  const versions = new Map<string, number>();
  const read: string[] = [];
  const monthOf = (id: string): string => id.slice(0, 7);
  const put = (id: string, one: Entry | 'broken'): void => {
    entries.set(id, one);
    versions.set(id, (versions.get(id) ?? 0) + 1);
  };
  return {
    read,
    put(...all) {
      for (const one of all) put(one.id, one);
    },
    breakEntry: (id) => put(id, 'broken'),
    months: async () => [...new Set([...entries.keys()].map(monthOf))].sort().reverse(),
    filed: async (month) =>
      [...entries.keys()]
        .filter((id) => monthOf(id) === month)
        .map((id) => ({ id: id as RequestId, version: `${id} ${versions.get(id)}` as Oid })),
    async entry(id) {
      read.push(id);
      const one = entries.get(id);
      if (one === undefined) return undefined;
      return one === 'broken' ? { problem: 'line 1: x' } : { entry: one };
    },
  };
}

const ABOUT = { entitlement: 'orders-db-readonly' };

/** A grant that landed so many days before noon and has ended, a little late or not. */
export function endedGrant(name: string, days: number, late = 0, changes: Partial<Entry> = {}): Entry {
  const landed = addSeconds(NOON, -days * 86_400);
  const month = landed.slice(0, 7).replace('-', '/');
  const after = (seconds: number): Instant => addSeconds(landed, seconds);
  const events: readonly GrantEvent[] = [
    { event: 'landed', at: landed },
    { event: 'intended', at: landed, ...ABOUT },
    { event: 'granted', at: after(1), ...ABOUT },
    { event: 'ended', at: after(7_200 + late), ...ABOUT, reason: 'expired' },
  ];
  const { landing } = entry([]);
  return entry(events, {
    id: `${month}/${name}` as RequestId,
    landing: { ...landing, mergedAt: landed },
    window: { startsAt: landed, expiresAt: after(7_200) },
    ...changes,
  });
}
