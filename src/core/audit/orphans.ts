import type { Oid } from '../approval.js';
import { type Entry, holdingKey } from '../grant.js';
import type { OrphanRecord } from '../reconcile/orphan.js';
import { type AuditFinding, failures, type Place } from './finding.js';
import { orphansPath } from './layout.js';

interface Written {
  readonly path: string;
  /** `null` stands for bytes that cannot be read. */
  readonly value: OrphanRecord | null;
}

/** Holds removals of orphans against the grants that lived at that point of the ledger. */
export interface OrphanAudit {
  take(
    written: Written,
    at: { readonly live: Iterable<Entry>; readonly commit: Oid },
  ): readonly AuditFinding[];
}

/**
 * Order in the ledger is what counts, no clock: what a live grant held when its removal was intended must not have been removed. A grant
 * that is intended after that is found by the look right before the removal, or its holding is missing and is given again.
 */
export function newOrphanAudit(): OrphanAudit {
  /** By holding: whether a grant held it when its removal was last intended. */
  const intended = new Map<string, boolean>();

  function takeOrphans(record: OrphanRecord, live: Iterable<Entry>, place: Place): AuditFinding[] {
    const { target, stage, orphans } = record;
    const held = stage === 'intended' ? heldBy(live) : new Set<string>();
    return orphans.flatMap(({ subject, grant, code }) => {
      const key = holdingKey({ target, subject, grant });
      if (stage === 'intended') {
        intended.set(key, held.has(key));
        return [];
      }
      const wasHeld = intended.get(key);
      const what = `${subject} on ${target}`;
      return failures(place, [
        [
          wasHeld !== undefined,
          'orphan_not_intended',
          `${what} was removed, and that was not recorded before.`,
        ],
        [
          wasHeld !== true || code !== undefined,
          'orphan_held',
          `${what} was removed as an orphan while a grant held it.`,
        ],
      ]);
    });
  }

  return {
    take({ path, value }, { live, commit }) {
      const place = { commit, path };
      if (value === null || orphansPath(value) !== path) {
        const message = 'It is no record of orphans that can be read, or speaks of others.';
        return failures(place, [[false, 'document_unreadable', message]]);
      }
      return takeOrphans(value, live, place);
    },
  };
}

/** What live grants may hold by the ledger, whatever the clock says. */
function heldBy(live: Iterable<Entry>): ReadonlySet<string> {
  const held = [...live].flatMap(({ holdings }) =>
    holdings.filter(({ state }) => HELD.has(state)).map(({ holding }) => holdingKey(holding)),
  );
  return new Set(held);
}

const HELD: ReadonlySet<string> = new Set(['intended', 'active', 'ending']);
