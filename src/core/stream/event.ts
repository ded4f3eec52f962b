import type { ItemOutcome } from '../access-review/access-review.js';
import type { Oid } from '../approval.js';
import type { EventName } from '../grant.js';
import type { RequestId } from '../request.js';
import type { Instant } from '../time.js';

/** Everything a stream tells of. A closed list; what receivers filter by. */
export type StreamedType =
  | `grant.${EventName}`
  | 'violation'
  | 'orphan.intended'
  | 'orphan.removed'
  | 'orphan.left'
  | 'access_review.asked'
  | 'access_review.answered'
  | `access_review.${ItemOutcome}`;

export interface StreamedPerson {
  readonly login: string;
  readonly id: number | null;
}

/** One thing that the ledger says happened, by itself: whoever gets it needs nothing else to understand it. */
export interface StreamEvent {
  /** Always the same for the same thing, however often it is delivered: the commit and the number within it. */
  readonly id: string;
  readonly type: StreamedType;
  readonly at: Instant;
  readonly commit: Oid;
  readonly path: string;
  readonly grant: RequestId | null;
  readonly pullRequest: number | null;
  readonly subject: StreamedPerson | null;
  readonly requester: StreamedPerson | null;
  /** Who did or asked for this, where somebody did. */
  readonly by: StreamedPerson | null;
  readonly entitlements: readonly string[];
  readonly target: string | null;
  /** Who the subject is on the target. */
  readonly heldBy: string | null;
  readonly until: Instant | null;
  readonly breakGlass: boolean;
  readonly reason: string | null;
  readonly code: string | null;
}

/** What is the same for all that one document says. */
export const NOTHING_SAID: Omit<StreamEvent, 'id' | 'type' | 'at' | 'commit' | 'path'> = {
  grant: null,
  pullRequest: null,
  subject: null,
  requester: null,
  by: null,
  entitlements: [],
  target: null,
  heldBy: null,
  until: null,
  breakGlass: false,
  reason: null,
  code: null,
};
