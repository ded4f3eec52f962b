import type { OrphanRecord } from '../core/reconcile/orphan.js';
import type { Parsed } from './issue.js';
import { parseRecord, renderRecord } from './ledger-document.js';
import { ORPHANS } from './schemas/orphans.js';

/** What was removed, or was to be, although no grant has it in its entry; as the ledger keeps it. */
export function parseOrphans(bytes: Uint8Array, file: string): Parsed<OrphanRecord> {
  return parseRecord<OrphanRecord>(bytes, file, ORPHANS);
}

export function renderOrphans(record: OrphanRecord): string {
  return renderRecord(record, ORPHANS);
}
