import type { Entry } from '../core/grant.js';
import type { Parsed } from './issue.js';
import { parseRecord, renderRecord } from './ledger-document.js';
import { LEDGER_ENTRY } from './schemas/ledger-entry.js';

/** One grant's document in the ledger. */
export function parseEntry(bytes: Uint8Array, file: string): Parsed<Entry> {
  return parseRecord<Entry>(bytes, file, LEDGER_ENTRY);
}

/** The same value always gives the same text. @throws RangeError over 1 MiB. */
export function renderEntry(entry: Entry): string {
  return renderRecord(entry, LEDGER_ENTRY);
}
