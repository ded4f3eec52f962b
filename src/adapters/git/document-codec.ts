import { parseAccessReviewRecord, renderAccessReviewRecord } from '../../documents/access-review.js';
import { parseEntry, renderEntry } from '../../documents/entry.js';
import type { Parsed as Document } from '../../documents/issue.js';
import { renderOrphans } from '../../documents/orphans.js';
import { renderViolation } from '../../documents/violation.js';
import type { LedgerCodec, Parsed } from './ledger-codec.js';

/** The ledger's documents as YAML. */
export const documentCodec: LedgerCodec = {
  parseEntry: (bytes, path) => parsed(parseEntry(bytes, path)),
  renderEntry,
  renderViolation,
  renderOrphans,
  parseAccessReview: (bytes, path) => parsed(parseAccessReviewRecord(bytes, path)),
  renderAccessReview: renderAccessReviewRecord,
};

/** The first issue is enough to find the document by; `hallpass audit verify` says the rest. */
function parsed<T>(document: Document<T>): Parsed<T> {
  if ('value' in document) return { value: document.value };
  const [first] = document.issues;
  return { problem: first === undefined ? 'it cannot be read' : `line ${first.line}: ${first.message}` };
}
