import type { GrantEvent } from '../core/grant.js';
import type { RequestId } from '../core/request.js';

/** Something that happened to a grant and is not in the ledger yet: an end, what asked for it, or a fault that stands in its way. */
export interface Spooled {
  readonly id: RequestId;
  readonly event: GrantEvent;
  /** Of an end: how often the access had been granted by then, as far as was known. What was granted once more since has not ended. */
  readonly granted?: number;
}

/**
 * What has happened and waits to be recorded. Ends go on while the ledger cannot be written (DESIGN section 5); here they outlive the
 * process. What is lost here is found out again: a grant that the ledger calls live is ended once more, which changes nothing.
 */
export interface Spool {
  /** Everything that waits, in the order it happened; also what another process on the same data left behind. */
  pending(): Promise<readonly Spooled[]>;
  /** The same of one grant, asked for before each end: it costs no look at what waits of others. */
  pendingOf(id: RequestId): Promise<readonly Spooled[]>;
  /** Durable once it resolves. A disk that cannot be written keeps nothing from ending, so it never rejects. */
  append(spooled: readonly Spooled[]): Promise<void>;
  /** Forgets what the ledger has now. */
  settle(spooled: readonly Spooled[]): Promise<void>;
}
