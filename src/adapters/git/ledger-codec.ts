import type { AccessReviewRecord } from '../../core/access-review/access-review.js';
import type { Entry, Violation } from '../../core/grant.js';
import type { OrphanRecord } from '../../core/reconcile/orphan.js';

/** A document, or a sentence why the bytes are none. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** How documents become bytes and bytes documents. Injected, so that git knows nothing of YAML. */
export interface LedgerCodec {
  parseEntry(bytes: Uint8Array, path: string): Parsed<Entry>;
  renderEntry(entry: Entry): string;
  renderViolation(violation: Violation): string;
  renderOrphans(record: OrphanRecord): string;
  parseAccessReview(bytes: Uint8Array, path: string): Parsed<AccessReviewRecord>;
  renderAccessReview(record: AccessReviewRecord): string;
}
