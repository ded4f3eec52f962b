import type { Violation } from '../core/grant.js';
import type { Parsed } from './issue.js';
import { parseRecord, renderRecord } from './ledger-document.js';
import { VIOLATION } from './schemas/violation.js';

/** What reached the default branch and grants nothing, as the ledger keeps it. */
export function parseViolation(bytes: Uint8Array, file: string): Parsed<Violation> {
  return parseRecord<Violation>(bytes, file, VIOLATION);
}

export function renderViolation(violation: Violation): string {
  return renderRecord(violation, VIOLATION);
}
